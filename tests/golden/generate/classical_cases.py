"""classical.json: hand-made filters as SciPy and scikit-image compute them, in float64, on one 16 x 16 picture."""
import numpy as np
from scipy import ndimage as nd
from skimage.feature import hog
from skimage.filters import gabor_kernel

import rule
from generate import dump, r, rl

NOTES = (
    "scipy 'reflect' repeats the edge pixel (d c b a | a b c d | d c b a). sobel = [-1,0,1] along axis, [1,2,1] across "
    "(correlation), prewitt [1,1,1]. Gaussian radius = int(truncate*sigma + 0.5), weights normalised to sum 1. "
    "gaussian_laplace = sum over axes of the sampled second-derivative Gaussian (order 2) filter. Gabor: "
    "rx = x cos t + y sin t, ry = -x sin t + y cos t, g = exp(-0.5(rx^2/sx^2 + ry^2/sy^2)) / (2 pi sx sy) * exp(i 2 pi f rx)."
)


def classical():
    a = rule.tensor_value("classical/image", (16, 16), 0, 1).astype(np.float64)
    cases = []

    def add(name, args, v):
        v = np.asarray(v, np.float64)
        cases.append(dict(name=name, args=args, shape=list(v.shape), full=rl(v, 9)))

    for axis, letter in ((0, "y"), (1, "x")):
        add(f"sobel_{letter}", dict(axis=axis, mode="reflect"), nd.sobel(a, axis))
        add(f"prewitt_{letter}", dict(axis=axis, mode="reflect"), nd.prewitt(a, axis))
    add("sobel_magnitude", dict(mode="reflect"), np.hypot(nd.sobel(a, 0), nd.sobel(a, 1)))
    add("sobel_x_zero", dict(axis=1, mode="constant"), nd.sobel(a, 1, mode="constant"))
    add("laplace", dict(mode="reflect"), nd.laplace(a))
    for s in (1.0, 1.5):
        add(f"gaussian_{s}", dict(sigma=s, truncate=4.0, mode="reflect"), nd.gaussian_filter(a, s))
        add(f"gaussian_laplace_{s}", dict(sigma=s, truncate=4.0, mode="reflect"), nd.gaussian_laplace(a, s))
    add("gaussian_nearest", dict(sigma=1.0, truncate=4.0, mode="nearest"), nd.gaussian_filter(a, 1.0, mode="nearest"))
    add("dog_1_1.6", dict(sigmas=[1.0, 1.6], mode="reflect"), nd.gaussian_filter(a, 1.0) - nd.gaussian_filter(a, 1.6))
    add("uniform_3", dict(size=3, mode="reflect"), nd.uniform_filter(a, 3))
    add("median_3", dict(size=3, mode="reflect"), nd.median_filter(a, 3))
    for turn in (0, 1, 3):
        theta = turn * np.pi / 4
        k = gabor_kernel(0.2, theta=theta, sigma_x=2.0, sigma_y=1.5, n_stds=2)
        args = dict(frequency=0.2, theta=r(theta, 10), sigma_x=2.0, sigma_y=1.5, n_stds=2, offset=0)
        add(f"gabor_kernel_real_{turn}", args, k.real)
        add(f"gabor_kernel_imag_{turn}", args, k.imag)
        args = dict(args, mode="reflect", op="convolve (kernel flipped)")
        add(f"gabor_real_{turn}", args, nd.convolve(a, k.real, mode="reflect"))
        add(f"gabor_imag_{turn}", args, nd.convolve(a, k.imag, mode="reflect"))
    settings = dict(orientations=9, pixels_per_cell=[4, 4], cells_per_block=[2, 2], block_norm="L2-Hys")
    add("hog", settings, hog(a, orientations=9, pixels_per_cell=(4, 4), cells_per_block=(2, 2), block_norm="L2-Hys"))
    image = dict(name="classical/image", shape=[16, 16], lo=0, hi=1)
    dump("classical.json", dict(image=image, notes=NOTES, cases=cases), lines="cases")
    print("classical.json", len(cases))
