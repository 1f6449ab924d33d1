import torch
from torch import nn


def conv(inputs, outputs, kernel=3, stride=1, groups=1, after=nn.ReLU6):
    # TensorFlow pads an image of even sides only below and on the right where it halves it.
    before = nn.ZeroPad2d((0, 1, 0, 1)) if stride == 2 else nn.Identity()
    padding = kernel // 2 if stride == 1 else 0
    return nn.Sequential(before, nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups), after())


class Sum(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Skip(nn.Sequential):
    def forward(self, x):
        return torch.cat([super().forward(x), x], 1)


class Twice(nn.Module):
    def forward(self, x):  # the old pixels, and the means of neighbours between them
        for axis in (2, 3):
            after = torch.cat([x.narrow(axis, 1, x.shape[axis] - 1), x.narrow(axis, -1, 1)], axis)
            x = torch.stack([x, (x + after) / 2], axis + 1).flatten(axis, axis + 1)
        return x


def up(inputs, outputs):
    return [Twice(), conv(inputs, outputs, after=nn.ReLU)]


rows = [(1, 8, 1, 1), (6, 16, 2, 2), (6, 16, 3, 2), (6, 32, 4, 2), (6, 48, 3, 1), (6, 80, 3, 2), (6, 160, 1, 1)]
blocks, inputs = [], 16
for t, c, n, s in rows:
    blocks, inputs = blocks + [(t, inputs if i == 0 else c, c, s if i == 0 else 1) for i in range(n)], c


def encoder(blocks, decoder):
    layers = []
    for i, (t, inputs, outputs, stride) in enumerate(blocks):
        wide = t * inputs
        first = [conv(inputs, wide, 1)] if t > 1 else []
        rest = [conv(wide, wide, 3, stride, wide), conv(wide, outputs, 1, after=nn.Identity)]
        if stride == 2:
            below, channels = encoder(blocks[i + 1 :], decoder[1:])
            return layers + first + [Skip(*rest, *below, *up(channels, decoder[0]))], decoder[0] + wide
        layers += [Sum(*first, *rest)] if inputs == outputs else first + rest
    return layers, blocks[-1][2]


body, channels = encoder(blocks, [64, 128, 256, 512])
mask = nn.ConvTranspose2d(32, 1, 1)
model = nn.Sequential(conv(3, 16, stride=2), *body, *up(channels, 32), mask, nn.Sigmoid()).eval()
