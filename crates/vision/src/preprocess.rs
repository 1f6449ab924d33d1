//! What a photo goes through before a network sees it, as its weights were trained.
use super::Photo;
use engine::Result;
use serde::{Deserialize, Serialize};

/// How pixels between pixels are found, in Pillow's sense: a picture made smaller is averaged over all it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resampling {
    Nearest,
    Bilinear,
    Bicubic,
}

/// The shorter side becomes `resize` pixels, the middle `crop` × `crop` stay, and each channel c becomes (x/255 − mean[c]) / deviation[c].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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

impl Preprocess {
    /// What is seen of a photo: its middle.
    pub fn seen(&self, photo: &Photo) -> Result<Photo> {
        photo.resize_shorter(self.resize, self.resampling)?.crop_centre(self.crop)
    }
    /// The tensor that enters, C×H×W row-major, of a photo that has its size already.
    pub fn normalise(&self, photo: &Photo) -> Vec<f32> {
        let channel =
            |c: usize| photo.rgb.iter().skip(c).step_by(3).map(move |v| (f32::from(*v) / 255.0 - self.mean[c]) / self.deviation[c]);
        (0..3).flat_map(channel).collect()
    }
}
