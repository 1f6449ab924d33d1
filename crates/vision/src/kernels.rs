//! Kernels by formulas. Rows go down (y) and columns to the right (x), both counted from the middle; sizes are odd. All kernels are used as
//! correlations: they lie on the picture as they are written here.
use super::Plane;
use std::f32::consts::{PI, TAU};

fn middle(size: usize) -> f32 {
    (size as f32 - 1.0) / 2.0
}

/// f(y, x) over a square of `size`.
fn square(size: usize, f: impl Fn(f32, f32) -> f32) -> Plane {
    let m = middle(size);
    Plane::of(size, size, |r, c| f(r as f32 - m, c as f32 - m))
}

/// k[r, c] = column[r] · row[c].
fn outer(column: &[f32], row: &[f32]) -> Plane {
    Plane::of(column.len(), row.len(), |r, c| column[r] * row[c])
}

/// The full convolution of two rows of numbers.
fn convolved(a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut all = vec![0.0; a.len() + b.len() - 1];
    for (i, a) in a.iter().enumerate() {
        b.iter().enumerate().for_each(|(j, b)| all[i + j] += a * b);
    }
    all
}

/// 1; 1 2 1; 1 4 6 4 1; …
fn binomial(size: usize) -> Vec<f32> {
    (1..size).fold(vec![1.0], |row, _| convolved(&row, &[1.0, 1.0]))
}

/// 1 in the middle: the picture itself.
pub fn identity(size: usize) -> Plane {
    square(size, |y, x| if y == 0.0 && x == 0.0 { 1.0 } else { 0.0 })
}

/// The mean: all weights are equal and sum to 1.
pub fn mean(size: usize) -> Plane {
    square(size, |_, _| 1.0 / (size * size) as f32)
}

/// The derivative to the right, −1 0 1, smoothed by 1 2 1 across it. Larger sizes are smoothed in both directions by further 1 2 1, so that
/// size 5 has −1 −2 0 2 1. Source: I. Sobel, G. Feldman 1968; larger sizes as in P.-E. Danielsson, O. Seger 1990.
pub fn sobel_x(size: usize) -> Plane {
    let size = size.max(3);
    outer(&binomial(size), &convolved(&[-1.0, 0.0, 1.0], &binomial(size - 2)))
}

/// The derivative downwards: [`sobel_x`] with rows and columns exchanged.
pub fn sobel_y(size: usize) -> Plane {
    transposed(&sobel_x(size))
}

/// −1 0 1 in every row. Larger sizes have −m … m, the slope of a fitted plane. Source: J. Prewitt 1970.
pub fn prewitt_x(size: usize) -> Plane {
    square(size.max(3), |_, x| x)
}

/// The derivative downwards: [`prewitt_x`] with rows and columns exchanged.
pub fn prewitt_y(size: usize) -> Plane {
    transposed(&prewitt_x(size))
}

/// The transpose: H×W becomes W×H, rows become columns.
pub fn transposed(kernel: &Plane) -> Plane {
    Plane::of(kernel.width, kernel.height, |r, c| kernel.at(c, r))
}

/// ∂²/∂x² + ∂²/∂y² by differences: 1 −2 1 along either axis, in the middle.
pub fn laplace(size: usize) -> Plane {
    let cross = square(3, |y, x| match y.abs() + x.abs() {
        0.0 => -4.0,
        1.0 => 1.0,
        _ => 0.0,
    });
    cross.within(size.max(3), size.max(3))
}

/// exp(−i²/2σ²) for i from −m to m, summing to 1.
pub fn gaussian_row(size: usize, sigma: f32) -> Vec<f32> {
    let m = middle(size);
    let weight = |i: usize| (-0.5 * ((i as f64 - f64::from(m)) / f64::from(sigma)).powi(2)).exp();
    let sum: f64 = (0..size).map(weight).sum();
    (0..size).map(|i| (weight(i) / sum) as f32).collect()
}

/// The Gaussian with standard deviation σ (pixels), which sums to 1.
pub fn gaussian(size: usize, sigma: f32) -> Plane {
    let row = gaussian_row(size, sigma);
    outer(&row, &row)
}

/// The Laplacian of the Gaussian: g″(y) g(x) + g(y) g″(x) with g″(i) = (i²/σ⁴ − 1/σ²) g(i). It is negative in the middle. Source: D. Marr,
/// E. Hildreth 1980. On cells its sum is only nearly 0; see [`balanced_laplacian_of_gaussian`].
pub fn laplacian_of_gaussian(size: usize, sigma: f32) -> Plane {
    let (row, m, s2) = (gaussian_row(size, sigma), middle(size), sigma * sigma);
    let bent: Vec<f32> = row.iter().enumerate().map(|(i, g)| ((i as f32 - m).powi(2) / (s2 * s2) - 1.0 / s2) * g).collect();
    Plane::of(size, size, |r, c| bent[r] * row[c] + row[r] * bent[c])
}

/// A narrow Gaussian minus one that is `ratio` times as wide. A ratio of 1.6 approximates the (negative) Laplacian of the Gaussian. Source:
/// D. Marr, E. Hildreth 1980.
pub fn difference_of_gaussians(size: usize, sigma: f32, ratio: f32) -> Plane {
    let (narrow, wide) = (gaussian(size, sigma), gaussian(size, sigma * ratio));
    Plane { values: narrow.values.iter().zip(&wide.values).map(|(a, b)| a - b).collect(), ..narrow }
}

/// The parameters of a Gabor kernel, a wave in a Gaussian: exp(−(x′² + γ²y′²)/2σ²) · cos(2πx′/λ + ψ) with x′ = x cos θ + y sin θ, y′ = −x
/// sin θ + y cos θ. θ (radians) is the direction across the stripes, and λ (pixels) their period. Sources: D. Gabor 1946; J. Daugman 1985.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gabor {
    /// Orientation θ, radians from the x axis downwards: the direction in which the wave runs, across the stripes.
    pub theta: f32,
    /// Wavelength λ, pixels: the period of the stripes.
    pub lambda: f32,
    /// The standard deviation σ of the Gaussian across the stripes, in pixels.
    pub sigma: f32,
    /// Spatial aspect ratio γ: along the stripes the Gaussian's standard deviation is σ/γ. With 1 it is round, and with less it is longer along the stripes.
    pub gamma: f32,
    /// The phase ψ of the wave in the middle, in radians. With 0 the kernel is even and responds to a stripe; with ±π/2 it is odd and responds to an edge.
    pub psi: f32,
}

/// The Gabor kernel on `height` × `width` cells, centred and not normalised: its absolute values are at most 1, and its sum is not 0 in
/// general. Reference: skimage.filters.gabor_kernel, which divides by 2πσ²/γ. Its real part has ψ = 0, and its imaginary part ψ = −π/2.
pub fn gabor(height: usize, width: usize, g: Gabor) -> Plane {
    let (sin, cos) = g.theta.sin_cos();
    Plane::of(height, width, |r, c| {
        let (y, x) = (r as f32 - middle(height), c as f32 - middle(width));
        let (along, across) = (x * cos + y * sin, -x * sin + y * cos);
        let bell = (-(along * along + g.gamma * g.gamma * across * across) / (2.0 * g.sigma * g.sigma)).exp();
        bell * (TAU * along / g.lambda + g.psi).cos()
    })
}

/// δ + a · (δ − the mean of a plus of cells): a = 5 and size 3 give −1 around 5.
pub fn sharpen(size: usize, amount: f32) -> Plane {
    let arms = 1.0 / (2 * size - 1) as f32;
    square(size, |y, x| {
        let delta = if y == 0.0 && x == 0.0 { 1.0 } else { 0.0 };
        let plus = if y == 0.0 || x == 0.0 { arms } else { 0.0 };
        delta + amount * (delta - plus)
    })
}

/// High-pass: the picture minus its Gaussian blur, which is what a blur removes.
pub fn high_pass(size: usize, sigma: f32) -> Plane {
    let blur = gaussian(size, sigma);
    Plane { values: identity(size).values.iter().zip(&blur.values).map(|(a, b)| a - b).collect(), ..blur }
}

/// Motion blur: the mean along a line through the middle at θ (radians, from the x axis downwards), as of a camera that moved during the
/// exposure. The weight of a cell decreases with its distance from the line, to 0 at a distance of one cell.
pub fn motion(size: usize, theta: f32) -> Plane {
    let (sin, cos) = theta.sin_cos();
    let line = square(size, |y, x| (1.0 - (x * sin - y * cos).abs()).max(0.0) * if x.hypot(y) <= middle(size) + 0.01 { 1.0 } else { 0.0 });
    let sum = line.sum();
    line.map(|v| v / sum)
}

/// Embossing, with light from the upper left: −(x + y) over the nearest cells, plus the picture.
pub fn emboss(size: usize) -> Plane {
    let slope = square(3, |y, x| if y == 0.0 && x == 0.0 { 1.0 } else { x + y });
    slope.within(size.max(3), size.max(3))
}

/// [`laplacian_of_gaussian`] minus a multiple of the Gaussian that makes its sum 0, so that the response to a flat surface is 0 for any size.
pub fn balanced_laplacian_of_gaussian(size: usize, sigma: f32) -> Plane {
    let (kernel, bell) = (laplacian_of_gaussian(size, sigma), gaussian(size, sigma));
    let sum = kernel.sum();
    Plane { values: kernel.values.iter().zip(&bell.values).map(|(k, g)| k - sum * g).collect(), ..kernel }
}

/// The smallest odd size that contains a Gaussian of σ out to 3σ.
pub fn size_for(sigma: f32) -> usize {
    2 * (3.0 * sigma).ceil().max(1.0) as usize + 1
}

/// Degrees to radians.
pub fn radians(degrees: f32) -> f32 {
    degrees * PI / 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_kernels_are_the_ones_of_the_books() {
        assert_eq!(sobel_x(3).values, [-1., 0., 1., -2., 0., 2., -1., 0., 1.]);
        assert_eq!(sobel_y(3).values, [-1., -2., -1., 0., 0., 0., 1., 2., 1.]);
        assert_eq!(sobel_x(5).values[10..15], [-6., -12., 0., 12., 6.]);
        assert_eq!(prewitt_x(3).values, [-1., 0., 1., -1., 0., 1., -1., 0., 1.]);
        assert_eq!(laplace(3).values, [0., 1., 0., 1., -4., 1., 0., 1., 0.]);
        let sharp: Vec<f32> = sharpen(3, 5.0).values.iter().map(|v| (v * 1e5).round() / 1e5).collect();
        assert_eq!(sharp, [0., -1., 0., -1., 5., -1., 0., -1., 0.]);
        assert_eq!(motion(3, 0.0).values.iter().map(|v| (v * 3.0).round()).collect::<Vec<_>>(), [0., 0., 0., 1., 1., 1., 0., 0., 0.]);
    }

    #[test]
    fn sums_are_what_they_should_be() {
        for size in [3, 5, 9, 15] {
            for one in [identity(size), mean(size), gaussian(size, 1.3), sharpen(size, 2.0), motion(size, 0.7)] {
                assert!((one.sum() - 1.0).abs() < 1e-5, "{one:?}");
            }
            let zero = [sobel_x(size), prewitt_y(size), laplace(size), high_pass(size, 1.0), balanced_laplacian_of_gaussian(size, 1.5)];
            for zero in zero {
                assert!(zero.sum().abs() < 1e-4 * zero.largest(), "{zero:?}");
            }
        }
    }
}
