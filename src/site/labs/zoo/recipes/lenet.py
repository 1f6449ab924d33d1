import torch
from torch import nn

act, pool = nn.Tanh, nn.AvgPool2d
model = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), act(), pool(2),
    nn.Conv2d(6, 16, 5), act(), pool(2), nn.Flatten(),
    nn.Linear(400, 120), act(), nn.Linear(120, 84), act(), nn.Linear(84, 10),
).eval()
