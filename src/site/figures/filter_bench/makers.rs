//! The tables of the filter bench: kernels by formula, what can be chosen, sample pictures and presets.
use super::settings::{LARGEST, Settings};
use crate::{
    vision::{
        Border, Noise, Plane,
        kernels::{self, Gabor, radians, size_for},
    },
    workbench::protocol::vision::{Target, View},
};

/// A family of kernels.
pub struct Maker {
    pub key: &'static str,
    pub name: &'static str,
    pub formula: &'static str,
    /// The keys of the sliders that shape it.
    pub sliders: &'static [&'static str],
    /// The smallest size in which it exists.
    pub least: usize,
    /// The size that suits these settings.
    pub natural: fn(&Settings) -> usize,
    pub make: fn(&Settings) -> Plane,
}

fn three(_: &Settings) -> usize {
    3
}
fn by_sigma(s: &Settings) -> usize {
    size_for(s.sigma).min(LARGEST)
}
fn by_wide_sigma(s: &Settings) -> usize {
    size_for(s.sigma * s.ratio).min(LARGEST)
}
fn by_gabor(s: &Settings) -> usize {
    size_for(s.sigma / s.gamma.min(1.0)).min(LARGEST)
}

pub static MAKERS: &[Maker] = &[
    Maker {
        key: "identity",
        name: "Identity",
        formula: "1 in the middle",
        sliders: &[],
        least: 1,
        natural: three,
        make: |s| kernels::identity(s.size),
    },
    Maker {
        key: "mean",
        name: "Mean (box)",
        formula: "1 / size²",
        sliders: &[],
        least: 1,
        natural: |_| 5,
        make: |s| kernels::mean(s.size),
    },
    Maker {
        key: "gaussian",
        name: "Gaussian",
        formula: "exp(−(x² + y²) / 2σ²), summing to 1",
        sliders: &["sigma"],
        least: 1,
        natural: by_sigma,
        make: |s| kernels::gaussian(s.size, s.sigma),
    },
    Maker {
        key: "motion",
        name: "Motion blur",
        formula: "the mean along a line at θ",
        sliders: &["theta"],
        least: 1,
        natural: |_| 9,
        make: |s| kernels::motion(s.size, radians(s.theta)),
    },
    Maker {
        key: "sharpen",
        name: "Sharpen",
        formula: "δ + amount · (δ − mean of the plus)",
        sliders: &["amount"],
        least: 1,
        natural: three,
        make: |s| kernels::sharpen(s.size, s.amount),
    },
    Maker {
        key: "highpass",
        name: "Original − blur",
        formula: "δ − Gaussian",
        sliders: &["sigma"],
        least: 3,
        natural: by_sigma,
        make: |s| kernels::high_pass(s.size, s.sigma),
    },
    Maker {
        key: "sobel_x",
        name: "Sobel Gx",
        formula: "1 2 1 down, −1 0 1 across",
        sliders: &[],
        least: 3,
        natural: three,
        make: |s| kernels::sobel_x(s.size),
    },
    Maker {
        key: "sobel_y",
        name: "Sobel Gy",
        formula: "−1 0 1 down, 1 2 1 across",
        sliders: &[],
        least: 3,
        natural: three,
        make: |s| kernels::sobel_y(s.size),
    },
    Maker {
        key: "prewitt_x",
        name: "Prewitt x",
        formula: "1 1 1 down, −1 0 1 across",
        sliders: &[],
        least: 3,
        natural: three,
        make: |s| kernels::prewitt_x(s.size),
    },
    Maker {
        key: "prewitt_y",
        name: "Prewitt y",
        formula: "−1 0 1 down, 1 1 1 across",
        sliders: &[],
        least: 3,
        natural: three,
        make: |s| kernels::prewitt_y(s.size),
    },
    Maker {
        key: "laplace",
        name: "Laplace",
        formula: "1 −2 1 down plus 1 −2 1 across",
        sliders: &[],
        least: 3,
        natural: three,
        make: |s| kernels::laplace(s.size),
    },
    Maker {
        key: "log",
        name: "Laplacian of Gaussian",
        formula: "∇² of the bell of width σ",
        sliders: &["sigma"],
        least: 3,
        natural: by_sigma,
        make: |s| kernels::balanced_laplacian_of_gaussian(s.size, s.sigma),
    },
    Maker {
        key: "dog",
        name: "Difference of Gaussians",
        formula: "bell of σ − bell of ratio · σ",
        sliders: &["sigma", "ratio"],
        least: 3,
        natural: by_wide_sigma,
        make: |s| kernels::difference_of_gaussians(s.size, s.sigma, s.ratio),
    },
    Maker {
        key: "gabor",
        name: "Gabor",
        formula: "exp(−(x′² + γ²y′²) / 2σ²) · cos(2πx′/λ + ψ)",
        sliders: &["theta", "lambda", "sigma", "gamma", "psi"],
        least: 3,
        natural: by_gabor,
        make: |s| {
            let Settings { lambda, sigma, gamma, .. } = *s;
            kernels::gabor(s.size, s.size, Gabor { theta: radians(s.theta), lambda, sigma, gamma, psi: radians(s.psi) })
        },
    },
    Maker {
        key: "emboss",
        name: "Emboss",
        formula: "x + y, and 1 in the middle",
        sliders: &[],
        least: 3,
        natural: three,
        make: |s| kernels::emboss(s.size),
    },
];

pub const VIEWS: &[(View, &str)] = &[
    (View::Signed, "Signed: blue − 0 + orange"),
    (View::Absolute, "Absolute values"),
    (View::Grey, "As a picture, 0 to 1"),
    (View::Magnitude, "Gradient: size"),
    (View::Direction, "Gradient: direction"),
    (View::Crossings, "Zero crossings"),
    (View::Median, "Median of the window"),
    (View::Hog, "Histograms of gradients"),
];

pub const BORDERS: &[(Border, &str)] = &[
    (Border::Zeros, "Zeros: 0 0 | a b c"),
    (Border::Reflect, "Reflect: c b | a b c"),
    (Border::Symmetric, "Symmetric: b a | a b c"),
    (Border::Replicate, "Replicate: a a | a b c"),
    (Border::Circular, "Circular: b c | a b c"),
];

pub const NOISES: &[(Noise, &str)] = &[(Noise::None, "None"), (Noise::Gaussian, "Normal"), (Noise::Pepper, "Salt and pepper")];

pub const TARGETS: &[(Target, &str)] = &[
    (Target::Kernel, "What the bench's kernel makes"),
    (Target::Median, "The picture's 3 × 3 median"),
    (Target::Magnitude, "The size of its gradient"),
    (Target::Clean, "The picture without its noise"),
    (Target::Own, "A picture of my own"),
];

/// Photos that the site has beside its pages: `data/photos/<key>.png`, and what they show.
pub const SAMPLES: &[(&str, &str)] = &[
    ("camera", "Photographer"),
    ("astronaut", "Astronaut"),
    ("chelsea", "Cat"),
    ("coffee", "Coffee"),
    ("brick", "Bricks"),
    ("text", "Printed text"),
];

/// A name, and the settings that differ from the default. Picture and seed are kept.
pub const PRESETS: &[(&str, &str)] = &[
    ("Gradient: its size", "view=magnitude"),
    ("Gradient: its direction", "view=direction"),
    ("Blur", "kernel=gaussian&sigma=2&size=13&view=grey"),
    ("What a blur takes away", "kernel=highpass&sigma=2&size=13"),
    ("Sharpen", "kernel=sharpen&view=grey"),
    ("Edges as zero crossings", "kernel=log&sigma=2&size=13&view=crossings"),
    ("Spots", "kernel=dog&sigma=1.6&size=15"),
    ("Stripes at 45°", "kernel=gabor&sigma=2.5&lambda=5&size=15"),
    ("Motion blur", "kernel=motion&size=15&theta=20&view=grey"),
    ("Mean against pepper", "kernel=mean&noise=pepper&view=grey"),
    ("Median against pepper", "kernel=mean&noise=pepper&view=median"),
];
