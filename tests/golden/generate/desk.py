"""Settings of the convolution desk with what PyTorch makes of them: desk.json.

Input and upstream gradient count 0, 1, 2 ..., every kernel counts from 0, the bias is 1, 2, 3 ...: whole numbers, so float32 is exact.
Run with PyTorch 2.15: python desk.py > ../desk.json
"""
import json
import random

import torch
import torch.nn.functional as F

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def pair(a):
    return str(a[0]) if a[0] == a[1] else f"{a[0]}x{a[1]}"


def counting(shape):
    return torch.arange(float(torch.Size(shape).numel()), dtype=torch.float64).reshape(shape)


def draw(rng):
    op = rng.choice(["convolution"] * 6 + ["transposed"] * 3 + ["max-pool", "average-pool", "adaptive-max-pool", "adaptive-average-pool", "global-average-pool"])
    one = rng.random() < 0.2
    s = {"op": op, "dims": 1 if one else 2, "picture": "counting", "upstream": "counting"}
    two = lambda low, high: (1, rng.randint(low, high)) if one else (rng.randint(low, high), rng.randint(low, high))
    n = two(3, 9)
    groups = rng.choice([1, 1, 2, 3]) if op in ("convolution", "transposed") else 1
    c = groups * rng.randint(1, 2)
    o = groups * rng.randint(1, 2) if op in ("convolution", "transposed") else c
    k, stride, dilation = two(1, 4), two(1, 3), two(1, 2)
    padding = two(0, 2)
    if one:
        k, stride, dilation, padding = (1, k[1]), (1, stride[1]), (1, dilation[1]), (0, padding[1])
    s.update(input=pair(n), channels=c)
    x = counting((1, c, *n)).requires_grad_()
    if op.startswith(("adaptive", "global")):
        size = (1, 1) if op.startswith("global") else tuple(rng.randint(1, a) for a in n)
        if not op.startswith("global"):
            s.update(size=pair(size))
        y = (F.adaptive_max_pool2d if op == "adaptive-max-pool" else F.adaptive_avg_pool2d)(x, size)
        return s, x, None, None, y
    s.update(kernel=pair(k), stride=pair(stride), padding=pair(padding))
    if op.endswith("pool"):
        if any(2 * p > a for p, a in zip(padding, k)):
            return None
        s.update({} if op == "average-pool" else {"dilation": pair(dilation)})
        y = F.max_pool2d(x, k, stride, padding, dilation) if op == "max-pool" else F.avg_pool2d(x, k, stride, padding)
        return s, x, None, None, y
    bias, flip = rng.random() < 0.5, op == "convolution" and rng.random() < 0.3
    s.update(out=o, groups=groups, dilation=pair(dilation), weights="counting", bias=str(bias).lower(), flip=str(flip).lower())
    shape = (c, o // groups, *k) if op == "transposed" else (o, c // groups, *k)
    w = (counting(shape) % (k[0] * k[1])).requires_grad_()
    b = torch.arange(1.0, o + 1, dtype=torch.float64).requires_grad_() if bias else None
    used = w.flip((2, 3)) if flip else w
    if op == "transposed":
        extra = tuple(rng.randint(0, a - 1) for a in stride)
        if one:
            extra = (0, extra[1])
        s.update(extra=pair(extra))
        y = F.conv_transpose2d(x, used, b, stride, padding, extra, groups, dilation)
    else:
        mode = rng.choice(list(MODES))
        causal = one and rng.random() < 0.5
        if causal:
            mode = "zeros"
            s.update(causal="true")
            s.pop("padding")
            borders = (dilation[1] * (k[1] - 1), 0, 0, 0)
        else:
            borders = (padding[1], padding[1], padding[0], padding[0])
        s.update(mode=mode)
        padded = F.pad(x, borders, MODES[mode])
        y = F.conv2d(padded, used, b, stride, 0, dilation, groups)
    return s, x, w, b, y


def record(rng):
    try:
        found = draw(rng)
    except RuntimeError:
        return None  # a kernel that does not fit, padding as large as the input
    if found is None or found[4].numel() == 0 or max(found[4].shape[2:]) > 24:
        return None
    s, x, w, b, y = found
    y.backward(counting(y.shape))
    numbers = lambda t: None if t is None else {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.flatten().tolist()]}
    query = "&".join(f"{key}={value}" for key, value in s.items())
    return {"query": query, "y": numbers(y.detach()), "dx": numbers(x.grad), "dk": numbers(w.grad if w is not None else None), "db": numbers(b.grad if b is not None else None)}


def main():
    rng = random.Random(1)
    cases = []
    while len(cases) < 120:
        case = record(rng)
        if case:
            cases.append(case)
    print('{"torch": "%s", "cases": [' % torch.__version__.split("+")[0])
    print(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
    print("]}")


main()
