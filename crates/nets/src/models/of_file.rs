//! The network of a weight file and how photos are read for it: as the file says of itself, else as published weights want it.
use super::{ModelSpec, cost, fit::Fit, model, whose::whose_of};
use crate::{
    data::{About, PaddingRule},
    nn::{Scope, State},
};
use engine::{Result, tensor::Device};
use vision::Preprocess;

/// Whose way of reading photos a loaded network has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Reading {
    /// The usual one: its file says nothing of it.
    #[default]
    Usual,
    /// Its file's.
    File,
    /// The usual one by choice: its file says another.
    Overruled,
}

/// The network of a weight file.
#[derive(Clone)]
pub struct OfFile {
    /// The network, with the file's number of classes and with the input that photos are read for.
    pub spec: ModelSpec,
    /// How photos are read. None if it reads digits.
    pub preprocess: Option<Preprocess>,
    /// Whose way that is.
    pub reading: Reading,
    /// What is to be known of what the file says, each as a sentence without its point.
    pub told: Vec<String>,
}

impl ModelSpec {
    /// How it pads. In the zoo, as in timm, names tell: those that begin with `tf_` pad as TensorFlow does.
    pub fn padding(&self) -> PaddingRule {
        if self.name.starts_with("tf_") { PaddingRule::Same } else { PaddingRule::Symmetric }
    }
}

impl OfFile {
    /// The network with this name, or, for None, the one that fits the file best and pads and reads photos as the file says. With `usual`, photos are read as
    /// usual, whatever the file says.
    pub fn find(name: Option<&str>, file: &str, state: &State, about: &About, usual: bool) -> Result<OfFile> {
        let spec = match name {
            Some(name) => model(name)?.in_file(state)?,
            None => whose_of(file, state, about)?,
        };
        let mut found = OfFile { spec, preprocess: spec.preprocess_for(file), reading: Reading::Usual, told: vec![] };
        found.told.extend(about.unusable.iter().map(|why| format!("its metadata cannot be used: {why}")));
        if let Some(padding) = about.padding.filter(|padding| *padding != spec.padding()) {
            let rule = match padding {
                PaddingRule::Same => "as TensorFlow does",
                PaddingRule::Symmetric => "the same on both sides",
            };
            found.told.push(format!("its metadata says that it pads {rule}, and {} does not", spec.name));
        }
        if about.prepares()
            && let Some(known) = found.preprocess
        {
            found.read_photos(known, about.preprocess(known), state, usual)?;
        }
        Ok(found)
    }
    /// Reads photos as the file says, unless the network cannot or the reader wants the usual.
    fn read_photos(&mut self, known: Preprocess, said: Preprocess, state: &State, usual: bool) -> Result<()> {
        if usual {
            self.reading = Reading::Overruled;
            return Ok(());
        }
        if [said.crop; 2] != self.spec.input[1..] {
            let other = self.spec.seeing(said);
            let fits = Fit::of(&other.network(&Scope::new(Device::Meta, 0))?, state)?.holds() && cost(&other).is_ok();
            if !fits {
                let (side, own) = (said.crop, known.crop);
                self.told.push(format!(
                    "its metadata says that photos are read at {side} × {side}, for which this network is not made: {own} × {own} is used"
                ));
                return Ok(());
            }
            self.spec = other;
        }
        (self.preprocess, self.reading) = (Some(said), Reading::File);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::fit::shapes;
    use vision::Resampling;

    fn state(name: &str) -> State {
        let network = model(name).unwrap().network(&Scope::new(Device::Meta, 0)).unwrap();
        shapes(&network).unwrap().into_iter().map(|(name, dims)| (name, (dims, vec![]))).collect()
    }

    fn says(padding: Option<PaddingRule>, sizes: Option<[usize; 2]>) -> About {
        let [resize, crop] = [0, 1].map(|at| sizes.map(|sizes| sizes[at]));
        About { padding, resize, crop, ..About::default() }
    }

    #[test]
    fn a_file_tells_which_of_several_networks_it_is_for() {
        let same = Some(PaddingRule::Same);
        for (file, holds, about, name, crop) in [
            ("mobilenet_v2_tfqat", "mobilenet_v2", says(same, Some([256, 224])), "tf_mobilenet_v2", 224),
            ("mobilenet_v2_tfqat", "mobilenet_v2", says(None, None), "mobilenet_v2", 224),
            ("tf_mobilenet_v2", "mobilenet_v2", says(Some(PaddingRule::Symmetric), None), "mobilenet_v2", 224),
            ("mobilenetv1_075_192", "tf_mobilenetv1_075_224", says(same, Some([219, 192])), "tf_mobilenetv1_075_192", 192),
            ("given", "tf_mobilenetv1_075_224", says(same, Some([256, 224])), "tf_mobilenetv1_075_224", 224),
        ] {
            let found = OfFile::find(None, file, &state(holds), &about, false).unwrap();
            assert_eq!((found.spec.name, found.preprocess.unwrap().crop, found.told.len()), (name, crop, 0), "{file}");
            assert_eq!(found.reading, if about.prepares() { Reading::File } else { Reading::Usual });
        }
    }

    #[test]
    fn the_readers_choice_wins_and_what_differs_is_told() {
        let about = says(Some(PaddingRule::Same), Some([219, 192]));
        let found = OfFile::find(Some("mobilenet_v2"), "given", &state("mobilenet_v2"), &about, false).unwrap();
        assert_eq!((found.spec.name, found.spec.input, found.preprocess.unwrap().resize), ("mobilenet_v2", [3, 192, 192], 219));
        assert_eq!(found.told, ["its metadata says that it pads as TensorFlow does, and mobilenet_v2 does not"]);
        let found = OfFile::find(Some("tf_mobilenet_v2"), "given", &state("mobilenet_v2"), &about, true).unwrap();
        assert_eq!((found.reading, found.spec.input, found.preprocess), (Reading::Overruled, [3, 224, 224], found.spec.preprocess));
        assert_eq!(found.told, [""; 0]);
    }

    #[test]
    fn what_a_network_is_not_made_for_is_left() {
        let about = says(None, Some([219, 192]));
        let found = OfFile::find(None, "given", &state("vit_tiny_patch16_224"), &about, false).unwrap();
        assert_eq!((found.spec.input, found.reading), ([3, 224, 224], Reading::Usual));
        assert!(found.told[0].contains("192 × 192") && found.told[0].contains("224 × 224"), "{:?}", found.told);
        // What reads no photos is not told how.
        let found = OfFile::find(None, "given", &state("lenet5"), &about, false).unwrap();
        assert_eq!((found.preprocess, found.reading), (None, Reading::Usual));
        let about = About { resampling: Some(Resampling::Nearest), ..About::default() };
        let found = OfFile::find(None, "resnet18", &state("resnet18"), &about, false).unwrap();
        assert_eq!(found.preprocess.unwrap(), Preprocess::imagenet(256, 224, Resampling::Nearest));
    }
}
