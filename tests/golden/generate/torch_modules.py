"""Runs the modules that `receptive inspect NAME --torch` writes, and records what PyTorch makes of them.

    receptive inspect resnet18 --torch > resnet18.py; …
    python3 torch_modules.py resnet18.py … > torch_modules.json

Each module is built from its line and run on zeros of the shape that the file says it reads. Its output's shape and the number of its
parameters must be those of the comment. The record lists every module once: [module, shape read, shape made, parameters].
"""
import json
import re
import sys

import torch
from torch import nn

LINE = re.compile(
    r'    (?:"(?P<name>[^"]+)": (?P<module>nn\..*),  # |# (?P<other>\S+): (?:.*, )?)'
    r"(?P<shape>\d+(?: × \d+)*)(?:, (?P<parameters>\d+) parameters?)?; reads (?P<reads>.*)$"
)


def numbers(text):
    return [int(number) for number in text.split(" × ")]


def checked(path):
    lines = open(path, encoding="utf-8").read().splitlines()
    shapes = {"input": numbers(next(line for line in lines if line.startswith("The input is"))[13:].split(".")[0])}
    found = []
    for line in lines:
        if not line.startswith("    "):
            continue
        parts = LINE.match(line) or sys.exit(f"{path}: not understood: {line}")
        name, made, parameters = parts["name"] or parts["other"], numbers(parts["shape"]), int(parts["parameters"] or 0)
        shapes[name] = made
        if parts["module"] is None:
            continue
        permuted = ", with permute" in parts["reads"]
        read = shapes[parts["reads"].split(", ")[0]]
        module = eval(parts["module"], {"nn": nn}).eval()
        x = torch.zeros(1, *read)
        if isinstance(module, nn.Linear) and not permuted and read[-1] != module.in_features:
            # Attention's heads side by side: the same numbers with other axes, which is no node of its own.
            x = x.reshape(1, *made[:-1], module.in_features)
        y = module(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) if permuted else module(x)
        count = sum(p.numel() for p in module.parameters())
        if list(y.shape[1:]) != made and y.numel() != torch.zeros(1, *made).numel() or count != parameters:
            sys.exit(f"{path}: {line}: PyTorch makes {list(y.shape)} with {count} parameters")
        found.append([parts["module"], read, made, count])
    return found


everything = {json.dumps(one) for path in sys.argv[1:] for one in checked(path)}
print("[\n" + ",\n".join(sorted(everything)) + "\n]")
