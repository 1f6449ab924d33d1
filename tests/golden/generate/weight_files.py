"""Small weight files as PyTorch writes them, new and old, with numbers of every kind: folder weights.  python weight_files.py OUT"""
import sys
from collections import OrderedDict

import torch

out = sys.argv[1]
x = torch.arange(6, dtype=torch.float32).reshape(2, 3) - 2.5
shared = torch.arange(8, dtype=torch.float32)
state = OrderedDict(
    single=x,
    half=x.half(),
    brain=x.bfloat16(),
    double=x.double(),
    turned=x.t(),
    part=shared[2:6].reshape(2, 2),
    every_other=shared[1::2],
    parameter=torch.nn.Parameter(x * 2),
    number=torch.tensor(3.5),
)
state["norm.num_batches_tracked"] = torch.tensor(7)
wrapped = OrderedDict((f"module.{name}", value) for name, value in state.items())
checkpoint = {"epoch": 3, "lr": 0.5, "best": None, "optimizer": {"momentum": torch.ones(5, dtype=torch.float64)}, "state_dict": wrapped}
for name, content in (("state", state), ("checkpoint", checkpoint)):
    torch.save(content, f"{out}/{name}.pt")
    torch.save(content, f"{out}/{name}_legacy.pth", _use_new_zipfile_serialization=False)
