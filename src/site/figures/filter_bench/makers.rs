//! The tables of the filter bench: kernels by formula, their sliders, sample pictures and presets.
use super::{
    keyed::Keyed,
    settings::{LARGEST, Settings},
};
use crate::{
    vision::{
        Border, Noise, Plane,
        kernels::{self, Gabor, radians, size_for},
    },
    workbench::protocol::vision::{Target, View},
};

/// A number on a slider.
pub struct Slider {
    pub key: &'static str,
    pub label: &'static str,
    pub unit: &'static str,
    pub range: [f32; 2],
    pub step: f32,
    pub get: fn(&Settings) -> f32,
    pub set: fn(&mut Settings, f32),
}

pub static SLIDERS: &[Slider] = &[
    Slider { key: "sigma", label: "σ", unit: "px", range: [0.3, 5.0], step: 0.05, get: |s| s.sigma, set: |s, v| s.sigma = v },
    Slider {
        key: "ratio", label: "wide σ : narrow σ", unit: "", range: [1.1, 4.0], step: 0.1, get: |s| s.ratio, set: |s, v| s.ratio = v
    },
    Slider { key: "theta", label: "θ", unit: "°", range: [0.0, 180.0], step: 1.0, get: |s| s.theta, set: |s, v| s.theta = v },
    Slider { key: "lambda", label: "λ", unit: "px", range: [2.0, 20.0], step: 0.1, get: |s| s.lambda, set: |s, v| s.lambda = v },
    Slider { key: "gamma", label: "γ", unit: "", range: [0.2, 2.0], step: 0.05, get: |s| s.gamma, set: |s, v| s.gamma = v },
    Slider { key: "psi", label: "ψ", unit: "°", range: [-180.0, 180.0], step: 5.0, get: |s| s.psi, set: |s, v| s.psi = v },
    Slider { key: "amount", label: "amount", unit: "", range: [0.0, 10.0], step: 0.1, get: |s| s.amount, set: |s, v| s.amount = v },
    Slider { key: "scale", label: "all weights ×", unit: "", range: [0.05, 4.0], step: 0.05, get: |s| s.scale, set: |s, v| s.scale = v },
    Slider { key: "grain", label: "how much noise", unit: "", range: [0.0, 0.5], step: 0.01, get: |s| s.grain, set: |s, v| s.grain = v },
    Slider {
        key: "threshold",
        label: "least steepness",
        unit: "",
        range: [0.0, 1.0],
        step: 0.01,
        get: |s| s.threshold,
        set: |s, v| s.threshold = v,
    },
    Slider { key: "gain", label: "contrast ×", unit: "", range: [0.25, 8.0], step: 0.05, get: |s| s.gain, set: |s, v| s.gain = v },
    Slider { key: "rate", label: "learning rate", unit: "", range: [0.001, 0.1], step: 0.001, get: |s| s.rate, set: |s, v| s.rate = v },
];

pub fn slider(key: &str) -> &'static Slider {
    SLIDERS.iter().find(|slider| slider.key == key).unwrap_or(&SLIDERS[0])
}

/// A family of kernels.
pub struct Maker {
    pub key: &'static str,
    pub name: &'static str,
    pub formula: &'static str,
    /// Keys of the sliders that shape it.
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

pub const VIEWS: Keyed<View> = &[
    (View::Signed, "signed", "Signed: blue − 0 + orange"),
    (View::Absolute, "absolute", "Absolute values"),
    (View::Grey, "grey", "As a picture, 0 to 1"),
    (View::Magnitude, "magnitude", "Gradient: size"),
    (View::Direction, "direction", "Gradient: direction"),
    (View::Crossings, "crossings", "Zero crossings"),
    (View::Median, "median", "Median of the window"),
    (View::Hog, "hog", "Histograms of gradients"),
];

pub const BORDERS: Keyed<Border> = &[
    (Border::Zeros, "zeros", "Zeros: 0 0 | a b c"),
    (Border::Reflect, "reflect", "Reflect: c b | a b c"),
    (Border::Symmetric, "symmetric", "Symmetric: b a | a b c"),
    (Border::Replicate, "replicate", "Replicate: a a | a b c"),
    (Border::Circular, "circular", "Circular: b c | a b c"),
];

pub const NOISES: Keyed<Noise> =
    &[(Noise::None, "none", "None"), (Noise::Gaussian, "gaussian", "Normal"), (Noise::Pepper, "pepper", "Salt and pepper")];

pub const TARGETS: Keyed<Target> = &[
    (Target::Kernel, "kernel", "What the bench's kernel makes"),
    (Target::Median, "median", "The picture's 3 × 3 median"),
    (Target::Magnitude, "magnitude", "The size of its gradient"),
    (Target::Clean, "clean", "The picture without its noise"),
    (Target::Own, "own", "A picture of my own"),
];

/// Photographs that the site lays beside its pages: `data/photos/<key>.png`, and what they show.
pub const SAMPLES: &[(&str, &str)] = &[
    ("camera", "Photographer"),
    ("astronaut", "Astronaut"),
    ("chelsea", "Cat"),
    ("coffee", "Coffee"),
    ("brick", "Bricks"),
    ("text", "Printed text"),
];

/// A name, and what differs from the default; picture and seed stay as they are.
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
