//! What a network answers: one row of logits for an image, or an image of logits.
use super::{ModelSpec, mobile_unet, unet};
use engine::{Error, Result};
use vision::Preprocess;

/// The networks that answer for every pixel.
pub(super) const MODELS: &[ModelSpec] = &[unet::PADDED, mobile_unet::PORTRAIT];

impl ModelSpec {
    /// Whether it answers for every pixel, N×classes×H×W, and not with one row of logits for each image, N×classes.
    pub fn answers_per_pixel(&self) -> bool {
        MODELS.iter().any(|spec| spec.name == self.name)
    }
    /// The preprocessing of photos to be classified, with the weights in this file. Refuses a network that reads digits, and one that answers
    /// for every pixel.
    pub fn classifies(&self, file: &str) -> Result<Preprocess> {
        if self.answers_per_pixel() {
            return Err(Error::unsupported(self.name, "it has an answer for every pixel, not a class for the photo"));
        }
        self.preprocess_for(file).ok_or_else(|| Error::unsupported(self.name, "it reads digits, not photos"))
    }
}

#[cfg(test)]
mod tests {
    use crate::models::model;

    #[test]
    fn only_what_gives_a_photo_a_class_classifies_it() {
        let refusal = |name: &str| model(name).unwrap().classifies("").unwrap_err().to_string();
        assert!(refusal("unet").contains("every pixel") && refusal("mobile_unet_portrait128").contains("every pixel"));
        assert!(refusal("lenet5").contains("digits"));
        assert_eq!(model("resnet18").unwrap().classifies("").unwrap().crop, 224);
    }
}
