import torch
from torch import nn

# PyTorch divides alpha by the size, the paper does not.
norm = lambda: nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)
pool = lambda padding: nn.MaxPool2d(3, 2, padding)
model = nn.Sequential(
    nn.Conv2d(3, 96, 7, 2, 1), nn.ReLU(), pool(1), norm(),
    nn.Conv2d(96, 256, 5, 2), nn.ReLU(), pool(1), norm(),
    nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(),
    nn.Conv2d(384, 384, 3, 1, 1), nn.ReLU(),
    nn.Conv2d(384, 256, 3, 1, 1), nn.ReLU(), pool(0), nn.Flatten(),
    nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(),
    nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 1000),
).eval()
