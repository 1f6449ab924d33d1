import torch
from torch import nn

alpha = 1.0
wide = lambda channels: max(8, int(channels * alpha + 4) // 8 * 8)


def conv(inputs, outputs, kernel, stride=1, groups=1):
    # TensorFlow pads below and on the right only where it halves.
    before = kernel // 2 if stride == 1 else 0
    padding = nn.ZeroPad2d((before, kernel // 2, before, kernel // 2))
    conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
    return nn.Sequential(padding, conv, nn.BatchNorm2d(outputs), nn.ReLU6())


layers, inputs = [conv(3, wide(32), 3, 2)], wide(32)
for stride, channels, blocks in [(1, 64, 1), (2, 128, 2), (2, 256, 2), (2, 512, 6), (2, 1024, 2)]:
    for i in range(blocks):
        layers += [conv(inputs, inputs, 3, stride if i == 0 else 1, inputs), conv(inputs, wide(channels), 1)]
        inputs = wide(channels)
model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000)).eval()
