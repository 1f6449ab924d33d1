import torch
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet


class Plain(BasicBlock):
    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)))


model = ResNet(Plain, [2, 2, 2, 2]).eval()
for stage in [model.layer2, model.layer3, model.layer4]:
    stage[0].downsample = None
