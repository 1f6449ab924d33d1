//! What a photo goes through before a network sees it, as its weights were trained.
use super::{Photo, Resampling};
use engine::Result;
use serde::{Deserialize, Serialize};

/// The shorter side becomes `resize` pixels, the middle `crop` × `crop` stay, and each channel c becomes `(x/255 − mean[c]) / deviation[c]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preprocess {
    /// The shorter side after resizing, in pixels; the longer follows in proportion (torchvision's Resize).
    pub resize: usize,
    /// The side of the square in the middle that stays, in pixels (torchvision's CenterCrop): the network's input size; at most `resize`.
    pub crop: usize,
    /// How resizing finds its pixels (torchvision's interpolation).
    pub resampling: Resampling,
    /// Mean of red, green and blue, of values from 0 to 1 (torchvision's Normalize, mean).
    pub mean: [f32; 3],
    /// Standard deviation of red, green and blue, of values from 0 to 1 (torchvision's Normalize, std).
    pub deviation: [f32; 3],
}

impl Preprocess {
    /// With ImageNet's mean and standard deviation of each channel, as torchvision's networks were trained.
    pub const fn imagenet(resize: usize, crop: usize, resampling: Resampling) -> Preprocess {
        Preprocess { resize, crop, resampling, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
    }
    /// From −1 to 1, as TensorFlow's networks were trained.
    pub const fn plus_minus_one(resize: usize, crop: usize, resampling: Resampling) -> Preprocess {
        Preprocess { resize, crop, resampling, mean: [0.5; 3], deviation: [0.5; 3] }
    }
}

impl Preprocess {
    /// What is seen of a photo: its middle, crop × crop pixels of the resized photo. Refuses a crop of 0, or one larger than `resize`.
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
