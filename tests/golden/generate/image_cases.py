"""images/*.png and images.json: small pictures through torchvision's preprocessing."""
import os
import zlib

import numpy as np
import torch
from PIL import Image

from generate import OUT, dump, r, rl

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def test_image(w, h):
    """RGB: three gradients, a disc, a checkerboard patch and a thin diagonal."""
    y, x = np.mgrid[0:h, 0:w]
    im = np.stack([x * 255 // (w - 1), y * 255 // (h - 1), (x * 3 + y * 5) % 256], -1)
    disc = (x - w // 3) ** 2 + (y - h // 2) ** 2 <= (min(w, h) // 4) ** 2
    im[disc] = (230, 60, 30)
    box = (x >= 2 * w // 3) & (x < 2 * w // 3 + w // 5) & (y >= h // 4) & (y < 3 * h // 4)
    chk = ((x // 4 + y // 4) % 2 == 0)
    im[box & chk] = (250, 250, 250)
    im[box & ~chk] = (5, 5, 5)
    im[abs(x * h - y * w) < max(w, h)] = (20, 200, 240)
    return im.astype(np.uint8)


def images():
    d = os.path.join(OUT, "images")
    os.makedirs(d, exist_ok=True)
    out = []
    for w, h in ((97, 61), (300, 200), (200, 300), (640, 480), (224, 224), (300, 700)):
        n = f"test_{w}x{h}.png"
        Image.fromarray(test_image(w, h)).save(os.path.join(d, n), optimize=True)
        out.append(n)
    g = test_image(120, 90)
    Image.fromarray(g[..., 0]).save(os.path.join(d, "gray_120x90.png"), optimize=True)
    rgba = np.concatenate([test_image(150, 100), test_image(150, 100)[..., :1]], -1)
    Image.fromarray(rgba, "RGBA").save(os.path.join(d, "rgba_150x100.png"), optimize=True)
    pal = Image.fromarray(test_image(110, 80)).quantize(16, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    pal.save(os.path.join(d, "palette_110x80.png"), optimize=True)
    return out + ["gray_120x90.png", "rgba_150x100.png", "palette_110x80.png"]


def main():
    import torchvision.transforms as T
    import torchvision.transforms.functional as TF
    from torchvision.transforms import InterpolationMode as I
    recs = []
    for n in images():
        pil0 = Image.open(os.path.join(OUT, "images", n))
        src = np.asarray(pil0.convert("RGB"))
        pil = Image.fromarray(src)
        rec = dict(file=n, mode=pil0.mode, width=pil.width, height=pil.height, rgb_crc32=zlib.crc32(src.tobytes()),
                   rgb_channel_sums=[int(v) for v in src.reshape(-1, 3).sum(0)], pipelines=[])
        for pname, path, size, crop, interp in (
                ("pil_bilinear_256_224", "pil", 256, 224, I.BILINEAR), ("pil_bicubic_256_224", "pil", 256, 224, I.BICUBIC),
                ("pil_nearest_256_224", "pil", 256, 224, I.NEAREST), ("pil_bilinear_342_299", "pil", 342, 299, I.BILINEAR),
                ("pil_bilinear_squash_224", "pil", (224, 224), 224, I.BILINEAR),
                ("pil_bilinear_32_28", "pil", 32, 28, I.BILINEAR),
                ("uint8_bilinear_256_224", "uint8", 256, 224, I.BILINEAR),
                ("float_bilinear_256_224", "float", 256, 224, I.BILINEAR), ("float_bicubic_256_224", "float", 256, 224, I.BICUBIC)):
            im = pil if path == "pil" else TF.pil_to_tensor(pil) if path == "uint8" else TF.to_tensor(pil).double()
            z = TF.resize(im, size, interp, antialias=True)
            zw, zh = (z.width, z.height) if path == "pil" else (z.shape[2], z.shape[1])
            top, left = int(round((zh - crop) / 2.0)), int(round((zw - crop) / 2.0))
            c = TF.center_crop(z, [crop, crop])
            p = dict(name=pname, resized_wh=[zw, zh], crop_left_top=[left, top], crop=crop)
            if path != "float":
                u8 = np.asarray(c) if path == "pil" else c.permute(1, 2, 0).numpy()
                p["crop_rgb_crc32"] = zlib.crc32(np.ascontiguousarray(u8).tobytes())
                p["crop_channel_sums"] = [int(v) for v in u8.reshape(-1, 3).sum(0)]
                t = torch.from_numpy(np.array(u8)).permute(2, 0, 1).double() / 255
                if pname == "pil_bilinear_256_224" and n in ("test_97x61.png", "test_300x200.png"):
                    Image.fromarray(u8).save(os.path.join(OUT, "images", n.replace(".png", "_crop224.png")), optimize=True)
            else:
                t = c
            t = (t - torch.tensor(MEAN).double()[:, None, None]) / torch.tensor(STD).double()[:, None, None]
            p["mean"] = rl(t.mean((1, 2)))
            p["std"] = rl(t.std((1, 2), unbiased=False))
            N = t.numel()
            p["samples"] = rl(t.reshape(-1)[[(i * 2357) % N for i in range(64)]], 6)
            rec["pipelines"].append(p)
        recs.append(rec)
    dump("images.json", dict(mean=MEAN, std=STD, sample_index="(i*2357) % (3*crop*crop) in CHW order, i<64",
                             crop_rule="left = python round((w-crop)/2): halves go to the even number", images=recs), lines="images")
    print("images.json", len(recs))
