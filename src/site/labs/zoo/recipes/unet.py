import torch
from torch import nn
from torch.nn.functional import max_pool2d


def double(inputs, outputs):
    first, second = nn.Conv2d(inputs, outputs, 3, padding=1), nn.Conv2d(outputs, outputs, 3, padding=1)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())


class Level(nn.Module):
    def __init__(self, inputs, outputs, below):
        super().__init__()
        self.enc, self.below = double(inputs, outputs), below
        self.up, self.dec = nn.ConvTranspose2d(2 * outputs, outputs, 2, 2), double(2 * outputs, outputs)

    def forward(self, x):
        x = self.enc(x)
        return self.dec(torch.cat([x, self.up(self.below(max_pool2d(x, 2)))], 1))


unet = double(64, 128)
for inputs, outputs in [(32, 64), (16, 32), (8, 16), (3, 8)]:
    unet = Level(inputs, outputs, unet)
model = nn.Sequential(unet, nn.Conv2d(8, 2, 1)).eval()
