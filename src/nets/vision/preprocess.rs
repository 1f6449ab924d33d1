//! What a photo goes through before a network sees it, as its weights were trained.
use serde::Serialize;

/// How pixels between pixels are found, in Pillow's sense: a picture made smaller is averaged over all it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Resampling {
    Nearest,
    Bilinear,
    Bicubic,
}

/// The shorter side becomes `resize` pixels, the middle `crop` × `crop` stay, and each channel c becomes (x/255 − mean[c]) / deviation[c].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Preprocess {
    pub resize: usize,
    pub crop: usize,
    pub resampling: Resampling,
    pub mean: [f32; 3],
    pub deviation: [f32; 3],
}

impl Preprocess {
    /// ImageNet's mean and deviation.
    pub const fn imagenet(resize: usize, crop: usize, resampling: Resampling) -> Preprocess {
        Preprocess { resize, crop, resampling, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
    }
    /// From −1 to 1, as TensorFlow's networks were trained.
    pub const fn plus_minus_one(resize: usize, crop: usize, resampling: Resampling) -> Preprocess {
        Preprocess { resize, crop, resampling, mean: [0.5; 3], deviation: [0.5; 3] }
    }
}
