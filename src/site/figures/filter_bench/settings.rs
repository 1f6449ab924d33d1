//! The settings of the filter bench, which the address holds.
use crate::{
    vision::{Border, Noise},
    workbench::protocol::vision::{Target, View},
};
use serde::{Deserialize, Serialize, de};
use std::fmt::Write;

/// The largest number of rows and columns of a kernel.
pub const LARGEST: usize = 15;

/// The reader's own weights, row by row; in an address `1_0_-1…`. Empty if a formula makes the kernel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights(pub Vec<f32>);

impl Serialize for Weights {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        for (i, weight) in self.0.iter().enumerate() {
            let _ = write!(text, "{}{weight}", if i == 0 { "" } else { "_" });
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Weights {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = |part: &str| part.parse::<f32>().ok().filter(|w| w.is_finite()).ok_or_else(|| de::Error::custom("expected numbers"));
        text.split('_').filter(|part| !part.is_empty()).map(read).collect::<Result<_, _>>().map(Weights)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// "scene", "own", "live", or the key of a sample.
    pub picture: String,
    /// The seed of the drawn scene, of the noise and of learning.
    pub seed: u64,
    pub noise: Noise,
    /// The standard deviation of the noise, or the share of pixels.
    pub grain: f32,
    /// A key of `MAKERS`, or "own".
    pub kernel: String,
    pub weights: Weights,
    pub size: usize,
    pub sigma: f32,
    pub ratio: f32,
    /// In degrees.
    pub theta: f32,
    pub lambda: f32,
    pub gamma: f32,
    /// In degrees.
    pub psi: f32,
    pub amount: f32,
    /// A factor on all weights.
    pub scale: f32,
    pub border: Border,
    /// Whether it is a true convolution.
    pub flip: bool,
    pub passes: bool,
    pub view: View,
    pub threshold: f32,
    pub gain: f32,
    /// The place that is shown when the pointer is elsewhere.
    pub row: usize,
    pub column: usize,
    /// The number of kernels to learn from the picture.
    pub count: usize,
    pub target: Target,
    pub rate: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            picture: "scene".into(),
            seed: 1,
            noise: Noise::None,
            grain: 0.1,
            kernel: "sobel_x".into(),
            weights: Weights::default(),
            size: 3,
            sigma: 1.4,
            ratio: 1.6,
            theta: 45.0,
            lambda: 6.0,
            gamma: 0.6,
            psi: 0.0,
            amount: 5.0,
            scale: 1.0,
            border: Border::Reflect,
            flip: false,
            passes: false,
            view: View::Signed,
            threshold: 0.1,
            gain: 2.0,
            row: 100,
            column: 100,
            count: 25,
            target: Target::Kernel,
            rate: 0.02,
        }
    }
}
