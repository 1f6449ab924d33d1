#!/usr/bin/env python3
"""Writes attribution.json: every attribution, five steps of ascent and the classifier's features, of two small networks.

  GOLDEN_OUT=.. python3 attribution_cases.py        # needs torch and numpy

A record holds no tensor: weights, the picture and the noise come from the rule (rule.py). Everything is computed in float64.
Maps are H x W, one number a pixel; `first` are their first 64 numbers, row by row.
"""
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import json

import numpy as np
import torch
import torch.nn.functional as F

import rule
from nets import OWN

OUT = os.environ.get("GOLDEN_OUT", os.path.join(HERE, "out"))
torch.set_num_threads(1)
PLAIN_RELU = F.relu


class Guided(torch.autograd.Function):
    """The gradient of a ReLU where it is positive."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        return dy.clamp(min=0) * (x > 0)


class Deconvnet(torch.autograd.Function):
    """What comes back, where it is positive, whatever the input was."""

    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, dy):
        return dy.clamp(min=0)


def gradient(net, x, of, relu=PLAIN_RELU):
    """d of(net's output) / dx. `of` may read what hooks have kept."""
    x = x.clone().requires_grad_(True)
    F.relu = relu
    try:
        score = of(net(x))
        return torch.autograd.grad(score, x)[0], float(score.detach())
    finally:
        F.relu = PLAIN_RELU


class Kept:
    """The output of one layer in the last forward pass."""

    def __init__(self, net, layer):
        self.value = None
        net.get_submodule(layer).register_forward_hook(lambda m, i, out: setattr(self, "value", out))


def numbers(values):
    return [float(f"{float(v):.9g}") for v in values]


def summary(map_):
    flat = np.asarray(map_.detach(), np.float64).reshape(-1)
    assert np.abs(flat).max() > 0, "a record of zeros would hold of anything"
    return {"size": len(flat), "first": numbers(flat[:64]), "sum": numbers([flat.sum()])[0], "l2": numbers([np.sqrt((flat ** 2).sum())])[0]}


def largest(g):
    return g[0].abs().amax(0)


def integrated(net, x, class_, steps, baseline):
    base = torch.tensor(baseline, dtype=x.dtype).view(1, -1, 1, 1).expand_as(x)
    mean = torch.zeros_like(x)
    for k in range(steps):
        at = base + (k + 0.5) / steps * (x - base)
        mean += gradient(net, at, lambda y: y[0, class_])[0] / steps
    map_ = ((x - base) * mean)[0].sum(0)
    with torch.no_grad():
        difference = float(net(x)[0, class_] - net(base.contiguous())[0, class_])
    return dict(summary(map_), completeness=numbers([map_.sum(), difference]))


def smooth(net, x, class_, samples, spread, name):
    noise = torch.from_numpy(rule.tensor_value(name, (samples,) + tuple(x.shape[1:]))).to(x.dtype)
    deviation = spread * (x.max() - x.min())
    mean = sum(gradient(net, x + deviation * one[None], lambda y: y[0, class_])[0] for one in noise) / samples
    return summary(largest(mean))


def occlusion(net, x, class_, side, stride, colour):
    height, width = x.shape[2:]
    colour = torch.tensor(colour, dtype=x.dtype).view(-1, 1, 1)
    starts = lambda length: [k * stride for k in range(-(-max(length - side, 0) // stride) + 1)]
    total, times = torch.zeros(height, width, dtype=x.dtype), torch.zeros(height, width, dtype=x.dtype)
    with torch.no_grad():
        whole = net(x)[0, class_]
        for row in starts(height):
            for column in starts(width):
                covered = x.clone()
                covered[0, :, row:row + side, column:column + side] = colour
                total[row:row + side, column:column + side] += whole - net(covered)[0, class_]
                times[row:row + side, column:column + side] += 1
    return summary(total / times.clamp(min=1))


def grad_cam(net, x, class_, kept):
    score = net(x.requires_grad_(True))[0, class_]
    g = torch.autograd.grad(score, kept.value)[0]
    alpha = g.mean((2, 3), keepdim=True)
    return summary((alpha * kept.value).sum(1)[0].clamp(min=0))


def blurred(x, deviation):
    radius = int(np.ceil(3 * deviation))
    at = torch.arange(-radius, radius + 1, dtype=x.dtype)
    kernel = torch.exp(-0.5 * (at / deviation) ** 2)
    kernel = kernel / kernel.sum()
    c = x.shape[1]
    padded = F.pad(x, (radius,) * 4, mode="replicate")
    x = F.conv2d(padded, kernel.view(1, 1, -1, 1).repeat(c, 1, 1, 1), groups=c)
    return F.conv2d(x, kernel.view(1, 1, 1, -1).repeat(c, 1, 1, 1), groups=c)


def ascent(net, x, of, step, decay, variation, blur, bounds, shifts):
    values = []
    for at, shift in enumerate(shifts):
        g, value = gradient(net, torch.roll(x, shift, (2, 3)), of)
        values.append(value)
        g = torch.roll(g, [-s for s in shift], (2, 3))
        y = x.clone().requires_grad_(True)
        v = 0.5 * ((y[:, :, 1:] - y[:, :, :-1]) ** 2).sum() + 0.5 * ((y[:, :, :, 1:] - y[:, :, :, :-1]) ** 2).sum()
        rough = torch.autograd.grad(v, y)[0]
        x = (1 - decay) * (x + step * (g / (g ** 2).mean().sqrt() - variation * rough))
        if blur > 0 and (at + 1) % 4 == 0:
            x = blurred(x, blur)
        x = x.clamp(*bounds)
    # As the engine keeps it: the channels of a pixel together.
    return dict(summary(x[0].permute(1, 2, 0)), values=numbers(values))


def cases(name, class_, layer, side, stride):
    make, shape = OWN[name]
    net = rule.fill(make()).eval().double()
    for p in net.parameters():
        p.requires_grad_(False)
    x = torch.from_numpy(rule.tensor_value("input", (1,) + shape)).double()
    channels = shape[0]
    logit = lambda y: y[0, class_]
    read = []
    last = [m for m in net.modules() if isinstance(m, torch.nn.Linear)][-1]
    last.register_forward_hook(lambda m, i, out: read.append(i[0].detach()))
    kept = Kept(net, layer)
    net(x)
    features = read[-1][0]
    channel = lambda y: kept.value[0, 3].mean()
    # A unit that answers: the gradient of a dead one is 0.
    alive = int(kept.value[0, :, 1, 4].argmax())
    unit = lambda y: kept.value[0, alive, 1, 4]
    climb = dict(step=0.1, decay=0.02, variation=0.05, blur=0.7, bounds=[-1.3, 1.3], shifts=[[0, 0], [1, 3], [2, 0], [5, 1], [0, 4]])
    path = dict(steps=8, baseline=[-0.5, 0.25, 1.0][:channels])
    patch = dict(side=side, stride=stride, colour=[0.1, -0.2, 0.3][:channels])
    noise = dict(samples=3, spread=0.15, noise=f"{name}/noise")
    yield "saliency", {}, summary(largest(gradient(net, x, logit)[0]))
    yield "guided", {}, summary(largest(gradient(net, x, logit, Guided.apply)[0]))
    yield "deconvnet", {}, summary(largest(gradient(net, x, logit, Deconvnet.apply)[0]))
    yield "integrated", path, integrated(net, x, class_, **path)
    yield "smooth", noise, smooth(net, x, class_, noise["samples"], noise["spread"], noise["noise"])
    yield "occlusion", patch, occlusion(net, x, class_, **patch)
    yield "cam", dict(layer=layer), grad_cam(net, x.clone(), class_, kept)
    yield "features", {}, summary(features)
    yield "ascent", dict(goal="class", **climb), ascent(net, x, logit, **climb)
    yield "ascent", dict(goal="channel", layer=layer, channel=3, **climb), ascent(net, x, channel, **climb)
    plain = dict(climb, decay=0, variation=0, blur=0)
    yield "ascent", dict(goal="unit", layer=layer, channel=alive, place=[1, 4], **plain), ascent(net, x, unit, **plain)


def main():
    lines = []
    for name, class_, layer, side, stride in (("lenet5_relu", 3, "conv2", 6, 5), ("resnet_cifar20", 0, "layer3", 8, 6)):
        for method, given, found in cases(name, class_, layer, side, stride):
            lines.append(json.dumps(dict(network=name, weight_c=rule.C, **{"class": class_}, method=method, given=given, found=found), separators=(",", ":"), allow_nan=False))
    path = os.path.join(OUT, "attribution.json")
    with open(path, "w") as file:
        file.write(f'{{"made_with":"PyTorch {torch.__version__}","attributions":[\n' + ",\n".join(lines) + "\n]}\n")
    print(path, os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
