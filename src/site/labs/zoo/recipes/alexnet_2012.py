import torch
from torch import nn

# PyTorch divides alpha by the size, the paper does not.
norm = lambda: nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)
pool = lambda: nn.MaxPool2d(3, 2)
model = nn.Sequential(
    nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(), norm(), pool(),
    nn.Conv2d(96, 256, 5, 1, 2, groups=2), nn.ReLU(), norm(), pool(),
    nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(),
    nn.Conv2d(384, 384, 3, 1, 1, groups=2), nn.ReLU(),
    nn.Conv2d(384, 256, 3, 1, 1, groups=2), nn.ReLU(), pool(), nn.Flatten(),
    nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(),
    nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
).eval()
