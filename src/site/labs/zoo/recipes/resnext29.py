import torch
from torch import nn
from torchvision.models.resnet import Bottleneck, ResNet

model = ResNet(Bottleneck, [3, 3, 3, 1], groups=8, width_per_group=64)
model.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
model.maxpool = model.layer4 = nn.Identity()
model.fc = nn.Linear(1024, 10)
model.eval()
