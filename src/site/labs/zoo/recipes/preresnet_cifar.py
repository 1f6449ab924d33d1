import torch
from torch import nn
from torch.nn.functional import relu

n, k = 3, 1  # n blocks in a stage, k times as wide


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if inputs != outputs else None

    def forward(self, x):
        a = relu(self.bn1(x))
        y = self.conv2(relu(self.bn2(self.conv1(a))))
        return y + (self.shortcut(a) if self.shortcut else x)


def stage(inputs, outputs, stride):
    first = Block(inputs, outputs, stride)
    return nn.Sequential(first, *[Block(outputs, outputs, 1) for _ in range(n - 1)])


model = nn.Sequential(
    nn.Conv2d(3, 16, 3, 1, 1, bias=False),
    stage(16, 16 * k, 1), stage(16 * k, 32 * k, 2), stage(32 * k, 64 * k, 2),
    nn.BatchNorm2d(64 * k), nn.ReLU(),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64 * k, 10),
).eval()
