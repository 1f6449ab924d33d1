import torch
from torch import nn
from torchvision.models import DenseNet

layers, k = 100, 12
model = DenseNet(k, [(layers - 4) // 6] * 3, 2 * k, num_classes=10)
model.features.conv0 = nn.Conv2d(3, 2 * k, 3, 1, 1, bias=False)
del model.features.norm0, model.features.relu0, model.features.pool0
model.eval()
