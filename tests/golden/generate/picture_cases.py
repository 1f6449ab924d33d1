"""pictures/* and pictures.json: small pictures of every kind that is read, and the pixels that Pillow makes of them.

    python3 picture_cases.py ..          # needs Pillow; the folder that holds pictures/

Each picture is turned as its EXIF says (ImageOps.exif_transpose), becomes red, green and blue (convert("RGB"), as torchvision's ImageFolder does), and is
recorded as its size, the CRC-32 of its bytes, and some of them, for whoever looks for a difference.
"""
import io
import json
import os
import struct
import sys
import zlib

from PIL import Image, ImageCms, ImageOps

SAMPLES = 96


def drawn(width, height, channels=3):
    """Slopes, a disc, fine stripes in one colour, and noise from a plain rule: what a codec has to work for."""
    state, out = 7, bytearray()
    for y in range(height):
        for x in range(width):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            noise = (state >> 16) % 17 - 8
            inside = (x - width * 0.4) ** 2 + (y - height * 0.5) ** 2 < (min(width, height) * 0.3) ** 2
            pixel = [x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), (x * 9 + y * 5) % 256, (x * 7 + y * 13) % 256]
            if inside:
                pixel[:3] = [230, 60, 30 + 200 * (x % 2)]
            out += bytes(min(255, max(0, value + noise)) for value in pixel[:channels])
    return bytes(out)


def image(mode, width, height):
    channels = {"1": 1, "L": 1, "P": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    if mode in ("1", "P"):
        return Image.frombytes("RGB", (width, height), drawn(width, height)).convert(mode)
    return Image.frombytes(mode, (width, height), drawn(width, height, channels))


def clear(width, height):
    """Colours that stand where nothing is seen: a third of it is transparent, a third half so."""
    picture = image("RGB", width, height).convert("RGBA")
    picture.putalpha(Image.frombytes("L", (width, height), bytes([0, 128, 255][3 * x // width] for _ in range(height) for x in range(width))))
    return picture


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif(orientation, order="II"):
    """A note with one other tag before the camera's position, as a TIFF file of either byte order."""
    end = "<" if order == "II" else ">"
    entries = struct.pack(end + "HHIHH", 0x0100, 3, 1, 9, 0) + struct.pack(end + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return order.encode() + struct.pack(end + "HIH", 42, 8, 2) + entries + struct.pack(end + "I", 0)


# JPEG

def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def segments(jpeg):
    """Marker and whole bytes of each segment before the pixels, and the rest."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        found.append((jpeg[at + 1], jpeg[at:end]))
        at = end
    return found, jpeg[at:]


def rebuilt(jpeg, change):
    """The same JPEG with each segment before its pixels as `change` makes it of marker and bytes."""
    found, rest = segments(jpeg)
    return jpeg[:2] + b"".join(change(marker, whole) for marker, whole in found) + rest


def sampled(jpeg, width, height, samplings):
    """The same blocks as another picture: of another size, whose units have other shapes, but are as many and have as many blocks."""
    def change(marker, whole):
        if marker not in (0xC0, 0xC2):
            return whole
        whole = bytearray(whole)
        whole[5:9] = struct.pack(">HH", height, width)
        for at, sampling in enumerate(samplings):
            whole[11 + 3 * at] = sampling
        return bytes(whole)
    return rebuilt(jpeg, change)


def named(jpeg, names):
    """The same with other names of colours, in frame and scan, and without notes."""
    def change(marker, whole):
        if marker in (0xE0, 0xEE):
            return b""
        whole = bytearray(whole)
        if marker == 0xC0:
            for at, name in enumerate(names):
                whole[10 + 3 * at] = name
        return bytes(whole)
    found, rest = segments(rebuilt(jpeg, change))
    rest = bytearray(rest)
    for at, name in enumerate(names):
        rest[5 + 2 * at] = name
    return jpeg[:2] + b"".join(whole for _, whole in found) + bytes(rest)


def noted(jpeg, *notes):
    return jpeg[:2] + b"".join(notes) + jpeg[2:]


def adobe(transform):
    return segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))


def without(jpeg, *markers):
    return rebuilt(jpeg, lambda marker, whole: b"" if marker in markers else whole)


def jpegs():
    picture = image("RGB", 45, 35)
    plain = {name: saved(picture, "JPEG", quality=85, subsampling=at) for at, name in enumerate(("444", "422", "420"))}
    for name, jpeg in plain.items():
        yield f"{name}.jpg", jpeg
        yield f"{name}_progressive.jpg", saved(picture, "JPEG", quality=85, subsampling=["444", "422", "420"].index(name), progressive=True)
    yield "420_coarse.jpg", saved(picture, "JPEG", quality=12, subsampling=2)
    yield "420_fine.jpg", saved(picture, "JPEG", quality=100, subsampling=2, optimize=True)
    yield "420_restarts.jpg", saved(picture, "JPEG", quality=85, subsampling=2, restart_marker_blocks=2)
    yield "420_restarts_progressive.jpg", saved(picture, "JPEG", quality=85, subsampling=2, restart_marker_rows=1, progressive=True)
    for width in (1, 2, 3, 4, 5, 6, 16, 17):
        yield f"420_wide_{width}.jpg", saved(image("RGB", width, 7), "JPEG", quality=90, subsampling=2)
    yield "422_wide_4.jpg", saved(image("RGB", 4, 9), "JPEG", quality=90, subsampling=1)
    for height in (1, 2, 16, 17):
        yield f"420_high_{height}.jpg", saved(image("RGB", 9, height), "JPEG", quality=90, subsampling=2)
    # Of 3 × 5 units: as many in 40 × 48 pixels of units 8 × 16, or 96 × 40 of 32 × 8.
    yield "440.jpg", sampled(plain["422"], 39, 43, (0x12, 0x11, 0x11))
    yield "411.jpg", sampled(saved(image("RGB", 45, 77), "JPEG", quality=85, subsampling=2), 93, 39, (0x41, 0x11, 0x11))
    yield "four_rows.jpg", sampled(saved(image("RGB", 45, 77), "JPEG", quality=85, subsampling=2), 39, 93, (0x14, 0x11, 0x11))
    yield "blue_is_finer.jpg", sampled(plain["422"], 45, 35, (0x11, 0x21, 0x11))
    yield "grey.jpg", saved(image("L", 45, 35), "JPEG", quality=80)
    yield "grey_progressive.jpg", saved(image("L", 45, 35), "JPEG", quality=80, progressive=True)
    # A single colour comes block by block, whatever a unit would have.
    yield "grey_in_units.jpg", sampled(saved(image("L", 45, 35), "JPEG", quality=80), 45, 35, (0x22,))
    inks = saved(image("CMYK", 45, 35), "JPEG", quality=90)
    yield "inks.jpg", inks
    yield "inks_420.jpg", saved(image("CMYK", 45, 35), "JPEG", quality=90, subsampling=2)
    yield "inks_progressive.jpg", saved(image("CMYK", 45, 35), "JPEG", quality=90, progressive=True)
    yield "inks_as_luma.jpg", noted(without(inks, 0xEE), adobe(2))
    yield "inks_without_note.jpg", without(inks, 0xEE)
    rgb = saved(picture, "JPEG", quality=90, keep_rgb=True)
    yield "rgb.jpg", rgb
    jfif = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    yield "jfif_then_adobe_0.jpg", noted(without(plain["444"], 0xE0), jfif, adobe(0))
    yield "adobe_0_then_jfif.jpg", noted(without(plain["444"], 0xE0), adobe(0), jfif)
    yield "adobe_0.jpg", noted(without(plain["444"], 0xE0), adobe(0))
    yield "adobe_1.jpg", noted(without(plain["420"], 0xE0), adobe(1))
    yield "adobe_2.jpg", noted(without(plain["420"], 0xE0), adobe(2))
    yield "named_rgb.jpg", named(plain["444"], b"RGB")
    yield "named_123.jpg", named(plain["420"], b"\1\2\3")
    yield "named_otherwise.jpg", named(plain["420"], b"\0\1\2")
    yield "without_codes.jpg", without(plain["420"], 0xC4)
    yield "without_end.jpg", plain["420"][:-2]
    yield "without_end_progressive.jpg", saved(picture, "JPEG", quality=85, subsampling=2, progressive=True)[:-2]
    yield "more_behind_end.jpg", plain["420"] + b"more" + plain["444"]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    yield "profile.jpg", saved(picture, "JPEG", quality=85, icc_profile=profile)
    # A preview among the notes, with a frame and an end of its own.
    yield "preview.jpg", noted(plain["420"], segment(0xE1, b"Exif\0\0" + exif(3) + saved(image("RGB", 9, 5), "JPEG")))
    for orientation in range(1, 9):
        order = "II" if orientation % 2 else "MM"
        yield f"turned_{orientation}.jpg", saved(image("RGB", 21, 10), "JPEG", quality=95, subsampling=2, exif=b"Exif\0\0" + exif(orientation, order))
    yield "turned_9.jpg", saved(image("RGB", 21, 10), "JPEG", exif=b"Exif\0\0" + exif(9))


# PNG

def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def rows(values, width, height, bits, start=(0, 0), step=(1, 1)):
    """Every so-manieth place, a filter's number before each row; a value is a pixel's bits."""
    out = bytearray()
    columns = range(start[0], width, step[0])
    for y in range(start[1], height, step[1]):
        if not columns:
            continue
        line = 0
        for x in columns:
            line = line << bits | values(x, y)
        missing = -len(columns) * bits % 8
        out += b"\0" + (line << missing).to_bytes((len(columns) * bits + 7) // 8, "big")
    return bytes(out)


PASSES = [((0, 0), (8, 8)), ((4, 0), (8, 8)), ((0, 4), (4, 8)), ((2, 0), (4, 4)), ((0, 2), (2, 4)), ((1, 0), (2, 2)), ((0, 1), (1, 2))]


def png(width, height, depth, colours, before=b"", behind=b"", passes=False):
    """Samples by a plain rule, each of them of all its bits."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]

    def value(x, y):
        pixel = 0
        for channel in range(channels):
            sample = zlib.crc32(bytes([x // 3, y // 2, channel])) >> 3 if colours == 3 else (x * 1499 + y * 2957 + channel * 20011) * 7
            pixel = pixel << depth | sample % (1 << depth)
        return pixel
    bits = channels * depth
    raw = b"".join(rows(value, width, height, bits, *one) for one in PASSES) if passes else rows(value, width, height, bits)
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, passes)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(raw, 9)) + behind + chunk(b"IEND", b"")


def palette(count):
    return chunk(b"PLTE", bytes(zlib.crc32(struct.pack("<H", at)) >> 5 & 255 for at in range(3 * count)))


def pngs():
    for colours, name, depths in ((0, "grey", (1, 2, 4, 8, 16)), (2, "rgb", (8, 16)), (4, "grey_alpha", (8, 16)), (6, "rgb_alpha", (8, 16))):
        for depth in depths:
            yield f"{name}_{depth}.png", png(19, 11, depth, colours)
    for depth in (1, 2, 4, 8):
        yield f"palette_{depth}.png", png(19, 11, depth, 3, palette(1 << depth))
        yield f"palette_{depth}_clear.png", png(19, 11, depth, 3, palette(1 << depth) + chunk(b"tRNS", bytes([0, 77])))
    yield "palette_too_short.png", png(19, 11, 4, 3, palette(9))
    yield "grey_clear.png", png(19, 11, 8, 0, chunk(b"tRNS", b"\0\x47"))
    yield "grey_16_clear.png", png(19, 11, 16, 0, chunk(b"tRNS", b"\x20\x47"))
    yield "rgb_clear.png", png(19, 11, 8, 2, chunk(b"tRNS", b"\0\0\0\x75\0\xea"))
    for colours, depth in ((0, 1), (0, 16), (3, 2), (6, 8)):
        yield f"passes_{colours}_{depth}.png", png(19, 11, depth, colours, palette(1 << depth) if colours == 3 else b"", passes=True)
    yield "gamma.png", png(19, 11, 8, 2, chunk(b"gAMA", struct.pack(">I", 100000)))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    yield "profile.png", png(19, 11, 8, 2, chunk(b"iCCP", b"a profile\0\0" + zlib.compress(profile)))
    for orientation in range(1, 9):
        note = chunk(b"eXIf", exif(orientation, "MM" if orientation % 2 else "II"))
        where = {"before": note} if orientation < 5 else {"behind": note}
        yield f"turned_{orientation}.png", png(7, 4, 8, 6, **where)


# WebP, GIF, BMP

def webps():
    picture, hidden = image("RGB", 45, 35), clear(45, 35)
    yield "lossy.webp", saved(picture, "WEBP", quality=80)
    yield "lossy_coarse.webp", saved(picture, "WEBP", quality=10)
    yield "lossless.webp", saved(picture, "WEBP", lossless=True)
    yield "lossy_clear.webp", saved(hidden, "WEBP", quality=80, exact=True)
    yield "lossless_clear.webp", saved(hidden, "WEBP", lossless=True, exact=True)
    yield "palette.webp", saved(image("RGB", 45, 35).quantize(8).convert("RGB"), "WEBP", lossless=True)
    for width in (1, 2, 3, 17):
        yield f"lossy_wide_{width}.webp", saved(image("RGB", width, 5), "WEBP", quality=90)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    yield "profile.webp", saved(picture, "WEBP", lossless=True, icc_profile=profile)
    for orientation in range(1, 9):
        note = exif(orientation, "MM" if orientation % 2 else "II")
        yield f"turned_{orientation}.webp", saved(image("RGB", 7, 4), "WEBP", lossless=True, exif=note if orientation < 5 else b"Exif\0\0" + note)
    moving = dict(save_all=True, append_images=[image("RGBA", 20, 12).transpose(Image.Transpose.ROTATE_180)], duration=50, exact=True)
    yield "moving_lossless.webp", saved(clear(20, 12), "WEBP", lossless=True, **moving)
    yield "moving_lossy.webp", saved(clear(20, 12), "WEBP", quality=80, **moving)
    yield "moving_opaque.webp", saved(image("RGB", 20, 12), "WEBP", lossless=True, **moving)


def placed(gif, screen, place):
    """The same GIF on another screen, its first picture elsewhere on it."""
    gif = bytearray(gif)
    gif[6:10] = struct.pack("<HH", *screen)
    at = 13 + (3 << (gif[10] & 7) + 1 if gif[10] & 128 else 0)
    while gif[at] == 0x21:
        at += 2
        while gif[at]:
            at += 1 + gif[at]
        at += 1
    gif[at + 1:at + 5] = struct.pack("<HH", *place)
    return bytes(gif)


def gifs():
    picture = image("RGB", 31, 22).quantize(32)
    yield "plain.gif", saved(picture, "GIF", interlace=0)
    yield "in_passes.gif", saved(picture, "GIF", interlace=1)
    yield "clear.gif", saved(picture, "GIF", transparency=5)
    yield "small_on_screen.gif", placed(saved(picture, "GIF"), (40, 30), (3, 5))
    yield "small_on_screen_clear.gif", placed(saved(picture, "GIF", transparency=5), (40, 30), (3, 5))
    yield "beside_screen.gif", placed(saved(picture, "GIF"), (31, 30), (4, 0))
    yield "grey.gif", saved(image("L", 31, 22), "GIF")
    yield "moving.gif", saved(picture, "GIF", save_all=True, append_images=[picture.transpose(Image.Transpose.ROTATE_180)], duration=50)


def bmps():
    yield "plain.bmp", saved(image("RGB", 19, 11), "BMP")
    yield "opacity.bmp", saved(image("RGBA", 19, 11), "BMP")
    yield "grey.bmp", saved(image("L", 19, 11), "BMP")
    yield "palette.bmp", saved(image("RGB", 19, 11).quantize(16), "BMP")
    yield "black_and_white.bmp", saved(image("1", 19, 11), "BMP")


def main():
    folder = sys.argv[1]
    os.makedirs(os.path.join(folder, "pictures"), exist_ok=True)
    lines = []
    for name, data in [*jpegs(), *pngs(), *webps(), *gifs(), *bmps()]:
        with open(os.path.join(folder, "pictures", name), "wb") as file:
            file.write(data)
        # Pillow waits for more where libjpeg's own reader of files makes an end marker up.
        opened = Image.open(io.BytesIO(data + b"\xff\xd9" if name.startswith("without_end") else data))
        mode = opened.mode
        seen = ImageOps.exif_transpose(opened).convert("RGB")
        rgb = seen.tobytes()
        samples = [rgb[at * 37 % len(rgb)] for at in range(min(SAMPLES, len(rgb)))]
        lines.append(json.dumps(dict(file=name, mode=mode, width=seen.width, height=seen.height, rgb_crc32=zlib.crc32(rgb), samples=samples)))
    import PIL
    with open(os.path.join(folder, "pictures.json"), "w") as file:
        file.write('{"pillow": "%s", "sample_index": "37 i %% length", "pictures": [\n' % PIL.__version__ + ",\n".join(lines) + "\n]}\n")
    print("pictures.json", len(lines))


main()
