#!/usr/bin/env python3
"""further.json: cases of ops_cases.py that ops.json lacks, in plain python from the formulas; gradients by central differences."""
import itertools, json, math, os
from check_rule import f32, u

OUT = os.environ.get("GOLDEN_OUT", os.path.join(os.path.dirname(os.path.abspath(__file__)), "out"))
STEP = 1e-5
CASES = []

def tensor(name, shape, lo=-1, hi=1):
    return [f32(lo + (hi - lo) * u(name, i)) for i in range(math.prod(shape))]

def digits(values):
    return [float(f"{v:.9g}") for v in values]

def case(name, op, inputs, args, out_shape, fn, nograd=()):
    """inputs: {key: (shape, lo, hi)}; fn(lists by key) -> list."""
    values = {k: tensor(f"{name}/{k}", *spec) for k, spec in inputs.items()}
    out = fn(values)
    assert len(out) == math.prod(out_shape), name
    up = tensor(f"{name}/grad", out_shape)
    def loss(key, i, by):
        moved = {k: list(v) for k, v in values.items()}
        moved[key][i] += by
        return sum(a * b for a, b in zip(fn(moved), up))
    grads = {k: dict(shape=inputs[k][0], full=digits((loss(k, i, STEP) - loss(k, i, -STEP)) / (2 * STEP) for i in range(len(v))))
             for k, v in values.items() if k not in nograd}
    spec = {k: dict(shape=s, **({} if (lo, hi) == (-1, 1) else dict(lo=lo, hi=hi))) for k, (s, lo, hi) in inputs.items()}
    CASES.append(dict(case=name, op=op, inputs=spec, args=args, out=dict(shape=out_shape, full=digits(out)), **({"grads": grads} if grads else {})))

def batch_norm(v):
    n, c, hw = 2, 3, 9
    norm = lambda x, ch: (x - v["running_mean"][ch]) / math.sqrt(v["running_var"][ch] + 1e-5)
    return [norm(v["x"][(i * c + ch) * hw + p], ch) for i in range(n) for ch in range(c) for p in range(hw)]

def layer_norm(v):
    out = []
    for row in range(3):
        x = v["x"][7 * row:7 * row + 7]
        mean = sum(x) / 7
        var = sum((a - mean) ** 2 for a in x) / 7
        out += [(a - mean) / math.sqrt(var + 1e-5) for a in x]
    return out

def cross_entropy(rows, targets, smoothing=0.0):
    """The mean over rows of logits."""
    total = 0
    for x, t in zip(rows, targets):
        top = max(x)
        log = top + math.log(sum(math.exp(a - top) for a in x))
        total += (1 - smoothing) * (log - x[t]) + smoothing * sum(log - a for a in x) / len(x)
    return [total / len(targets)]

def pixels(x, n, c, hw):
    return [[x[(i * c + ch) * hw + p] for ch in range(c)] for i in range(n) for p in range(hw)]

def circular(v):
    left, right, top, bottom = 2, 1, 0, 3
    x = v["x"]
    return [x[(ch * 4 + (r - top) % 4) * 5 + (q - left) % 5]
            for ch in range(2) for r in range(4 + top + bottom) for q in range(5 + left + right)]

def path(step):
    """Ten steps on the gradient a * (x - b)."""
    def fn(v):
        x, out, memory = list(v["x0"]), [], {}
        for _ in range(10):
            x = step(x, [a * (w - b) for a, w, b in zip(v["a"], x, v["b"])], memory)
            out += x
        return out
    return fn

def adadelta(x, g, memory, rho=0.9, eps=1e-6):
    v, s = memory.setdefault("v", [0.0] * 6), memory.setdefault("u", [0.0] * 6)
    for i in range(6):
        v[i] = rho * v[i] + (1 - rho) * g[i] ** 2
        step = math.sqrt(s[i] + eps) / math.sqrt(v[i] + eps) * g[i]
        s[i] = rho * s[i] + (1 - rho) * step ** 2
        x[i] -= step
    return list(x)

def clipped(x, g, memory, rate=0.5, most=1.0):
    share = min(1.0, most / (math.sqrt(sum(a * a for a in g)) + 1e-6))
    return [w - rate * share * a for w, a in zip(x, g)]

def main():
    z, target = ([4, 6], -3, 3), [1, 5, 0, 3]
    rows = lambda v: [v["x"][6 * i:6 * i + 6] for i in range(4)]
    stats = dict(running_mean=([3], -1, 1), running_var=([3], 0.5, 1.5))
    case("batch_norm/eval_noaffine", "batch_norm", dict(x=([2, 3, 3, 3], -1, 1), **stats), dict(training=False, eps=1e-5, momentum=0.1),
         [2, 3, 3, 3], batch_norm, nograd=("running_mean", "running_var"))
    case("layer_norm/noaffine", "layer_norm", dict(x=([3, 7], -1, 1)), dict(normalized_shape=[7], eps=1e-5), [3, 7], layer_norm)
    case("cross_entropy/smooth0.1", "cross_entropy", dict(x=z), dict(target=target, reduction="mean", label_smoothing=0.1), [],
         lambda v: cross_entropy(rows(v), target, 0.1))
    seg = [(i * 7 + i // 5) % 3 for i in range(24)]
    for name, extra, smoothing in (("pixels", {}, 0.0), ("pixels_smooth", dict(label_smoothing=0.2), 0.2)):
        case("cross_entropy/" + name, "cross_entropy", dict(x=([2, 3, 3, 4], -3, 3)), dict(target_nhw=seg, reduction="mean", **extra), [],
             lambda v, s=smoothing: cross_entropy(pixels(v["x"], 2, 3, 12), seg, s))
    case("concat/three", "concat", dict(a=([1, 2, 3, 3], -1, 1), b=([1, 1, 3, 3], -1, 1), c=([1, 4, 3, 3], -1, 1)), dict(dim=1), [1, 7, 3, 3],
         lambda v: v["a"] + v["b"] + v["c"])
    case("max/all", "max", dict(x=([2, 3, 4], -1, 1)), dict(dim=None), [], lambda v: [max(v["x"])])
    case("pad/circular", "pad", dict(x=([1, 2, 4, 5], -1, 1)), dict(left=2, right=1, top=0, bottom=3, mode="circular"), [1, 2, 7, 8], circular)
    descent = dict(a=([6], 0.5, 2), b=([6], -1, 1), x0=([6], -2, 2))
    for name, args, step in (("adadelta", dict(lr=1.0, rho=0.9, eps=1e-6), adadelta), ("sgd_clip1", dict(lr=0.5, clip_grad_norm=1.0), clipped)):
        case("optim/" + name, "optimizer", descent, args, [10, 6], path(step), nograd=descent)
    with open(f"{OUT}/further.json", "w") as f:
        f.write('{"cases":[\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES) + "\n]}\n")

if __name__ == "__main__":
    main()
