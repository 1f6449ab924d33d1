import torch
from torch import nn
from torch.nn.functional import pad, relu

n = 3  # 6n + 2 layers


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride, self.more = stride, outputs - inputs

    def forward(self, x):
        y = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        every = x[:, :, :: self.stride, :: self.stride]
        return relu(y + pad(every, (0, 0, 0, 0, 0, self.more)))


def stage(inputs, outputs, stride):
    first = Block(inputs, outputs, stride)
    return nn.Sequential(first, *[Block(outputs, outputs, 1) for _ in range(n - 1)])


model = nn.Sequential(
    nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
    stage(16, 16, 1), stage(16, 32, 2), stage(32, 64, 2),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
).eval()
