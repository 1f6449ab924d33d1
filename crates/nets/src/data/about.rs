//! What a weight file says of itself: how photos are read for it, how its convolutions pad, and what its classes are called.
use vision::{Preprocess, Resampling};

/// How the convolutions and poolings of a network pad. Weights that were trained with one fit the other, and give wrong answers there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaddingRule {
    /// The same on both sides, as in PyTorch.
    Symmetric,
    /// Whatever makes ⌈size / stride⌉ outputs, where an odd row or column goes to the end, as TensorFlow's SAME does.
    Same,
}

/// What a file says. None stands for what it does not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// How its network pads.
    pub padding: Option<PaddingRule>,
    /// The shorter side after resizing, in pixels.
    pub resize: Option<usize>,
    /// The side of the middle square, in pixels.
    pub crop: Option<usize>,
    /// The interpolation of resizing.
    pub resampling: Option<Resampling>,
    /// The mean of red, green and blue, for values from 0 to 1.
    pub mean: Option<[f32; 3]>,
    /// Their standard deviation.
    pub deviation: Option<[f32; 3]>,
    /// The names of its classes, in their order.
    pub classes: Option<Vec<String>>,
    /// What it says and cannot be used, each as a sentence without its point.
    pub unusable: Vec<String>,
}

impl About {
    /// Whether it says anything of how photos are read.
    pub fn prepares(&self) -> bool {
        let sizes = self.resize.is_some() || self.crop.is_some() || self.resampling.is_some();
        sizes || self.mean.is_some() || self.deviation.is_some()
    }
    /// How photos are read: as it says, and as usual where it says nothing. A middle without a size keeps the usual proportion of the two.
    pub fn preprocess(&self, usual: Preprocess) -> Preprocess {
        let crop = self.crop.unwrap_or_else(|| self.resize.map_or(usual.crop, |resize| resize.min(usual.crop)));
        let resize = self.resize.unwrap_or_else(|| (crop * usual.resize / usual.crop.max(1)).max(crop));
        Preprocess {
            resize,
            crop: crop.min(resize),
            resampling: self.resampling.unwrap_or(usual.resampling),
            mean: self.mean.unwrap_or(usual.mean),
            deviation: self.deviation.unwrap_or(usual.deviation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_does_not_say_is_as_usual() {
        let usual = Preprocess::imagenet(256, 224, Resampling::Bilinear);
        assert!(!About::default().prepares());
        assert_eq!(About::default().preprocess(usual), usual);
        let about = |resize, crop| About { resize, crop, ..About::default() }.preprocess(usual);
        let sizes = |resize, crop| (about(resize, crop).resize, about(resize, crop).crop);
        assert_eq!(sizes(Some(219), Some(192)), (219, 192));
        assert_eq!(sizes(None, Some(192)), (219, 192));
        assert_eq!(sizes(Some(232), None), (232, 224));
        assert_eq!(sizes(Some(128), None), (128, 128));
        let about = About { mean: Some([0.5; 3]), resampling: Some(Resampling::Bicubic), ..About::default() };
        assert!(about.prepares());
        assert_eq!(about.preprocess(usual), Preprocess { mean: [0.5; 3], resampling: Resampling::Bicubic, ..usual });
    }
}
