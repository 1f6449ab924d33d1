//! The preprocessing of photos for a network, as its weights were trained.
use super::{Photo, Resampling};
use engine::Result;
use serde::{Deserialize, Serialize};

/// Preprocessing: the shorter side becomes `resize` pixels, the middle `crop` × `crop` is cut out, and each channel c becomes `(x/255 −
/// mean[c]) / deviation[c]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preprocess {
    /// The shorter side after resizing, in pixels. The longer side keeps the proportion (torchvision's Resize).
    pub resize: usize,
    /// The side of the middle square, in pixels (torchvision's CenterCrop). It is the network's input size, and at most `resize`.
    pub crop: usize,
    /// The interpolation of resizing (torchvision's interpolation).
    pub resampling: Resampling,
    /// The mean of red, green and blue, for values from 0 to 1 (torchvision's Normalize, mean).
    pub mean: [f32; 3],
    /// The standard deviation of red, green and blue, for values from 0 to 1 (torchvision's Normalize, std).
    pub deviation: [f32; 3],
}

impl Preprocess {
    /// Preprocessing with ImageNet's mean and standard deviation, as for torchvision's networks.
    pub const fn imagenet(resize: usize, crop: usize, resampling: Resampling) -> Preprocess {
        Preprocess { resize, crop, resampling, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
    }
    /// Preprocessing to values from −1 to 1, as for TensorFlow's networks.
    pub const fn plus_minus_one(resize: usize, crop: usize, resampling: Resampling) -> Preprocess {
        Preprocess { resize, crop, resampling, mean: [0.5; 3], deviation: [0.5; 3] }
    }
}

impl std::fmt::Display for Preprocess {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let how = format!("{:?}", self.resampling).to_lowercase();
        let three = |values: [f32; 3]| values.map(|v| v.to_string()).join(", ");
        let (resize, crop, mean, deviation) = (self.resize, self.crop, three(self.mean), three(self.deviation));
        write!(f, "the shorter side to {resize} ({how}), the middle {crop} × {crop}, mean {mean}, deviation {deviation}")
    }
}

impl Preprocess {
    /// The middle crop × crop pixels of the resized photo. Refuses a crop that is 0 or larger than `resize`.
    pub fn seen(&self, photo: &Photo) -> Result<Photo> {
        photo.resize_shorter(self.resize, self.resampling)?.crop_centre(self.crop)
    }
    /// The input tensor, C×H×W row-major, of a photo that already has the network's size.
    pub fn normalise(&self, photo: &Photo) -> Vec<f32> {
        let channel =
            |c: usize| photo.rgb.iter().skip(c).step_by(3).map(move |v| (f32::from(*v) / 255.0 - self.mean[c]) / self.deviation[c]);
        (0..3).flat_map(channel).collect()
    }
}
