//! Photos and the networks that read them: which networks there are, how each classifies a photo, and the explanation of its answer.
pub use super::loaded::{Compared, Guess, LoadedNetwork};

use super::{
    Array, DeviceChoice,
    inspect::{Look, Seen},
    vision::Palette,
};
use nets::insight::LayerField;
use serde::{Deserialize, Serialize};
use vision::{Disturbance, Preprocess};

/// A network of the zoo: the numbers of its paper, and the engine's counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in `MODELS`.
    pub name: String,
    /// The name that readers see.
    pub title: String,
    /// Authors, year, title, venue.
    pub paper: String,
    /// The year of the paper.
    pub year: u16,
    /// The input of one image: channels, height, width.
    pub input: [usize; 3],
    /// The number of classes, which is the length of its logits.
    pub classes: usize,
    /// Whether it has an answer for every pixel, not a class for the photo.
    pub answers_per_pixel: bool,
    /// The published number of parameters.
    pub published_parameters: usize,
    /// The published multiply-adds of one image's forward pass.
    pub published_macs: u64,
    /// The number of parameters, counted by a dry run.
    pub parameters: usize,
    /// Of those, the parameters that only training reads: the auxiliary heads'.
    pub only_for_training: usize,
    /// The multiply-adds of one image's forward pass, counted by a dry run.
    pub macs: u64,
    /// The accuracy of the published weights. None if it is not known.
    pub accuracy: Option<Accuracy>,
    /// The preprocessing of photos. None if the network reads digits.
    pub preprocess: Option<Preprocess>,
    /// The names of published weight files.
    pub weights: Vec<String>,
    /// Weights of a newer recipe. Boxed, because few networks have any and every answer is as large as the largest.
    pub later: Option<Box<Later>>,
    /// The memory in bytes for loading the network and for inference.
    pub memory: u64,
    /// The memory in bytes for loading and for attribution (Grad-CAM, saliency), which keeps activations for the backward pass.
    pub memory_to_explain: u64,
}

impl Entry {
    /// The number of parameters that answer a question: without those of auxiliary heads.
    pub fn answering(&self) -> usize {
        self.parameters - self.only_for_training
    }
}

/// An accuracy in per cent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Top-1: in how many per cent of the images the likeliest class is the right one.
    pub top1: f32,
    /// Top-5: in how many per cent the right class is among the five likeliest. None if it is not published.
    pub top5: Option<f32>,
    /// Who measured it, and on which data.
    pub by: String,
}

/// Weights of a newer recipe, which are recognised by their file's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// The published name of the weight file.
    pub file: String,
    /// The accuracy with these weights.
    pub accuracy: Accuracy,
    /// The preprocessing of photos for these weights.
    pub preprocess: Preprocess,
}

/// A method of attribution: how the reason for a class is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Grad-CAM: max(0, Σ_c α_c A_c) for the activation A of a layer. α_c is the mean of ∂ logit / ∂ A_c over its places. Source: Selvaraju et al., 2017.
    #[default]
    Cam,
    /// Saliency: the largest |∂ logit / ∂ x| of each pixel's channels. Source: Simonyan et al., 2013.
    Saliency,
}

/// The default layer for units, at a third of the network, where a unit sees a part of the photo. Page and worker share this rule.
pub fn usual_layer<T>(layers: &[T]) -> Option<&T> {
    layers.get(layers.len() / 3)
}

/// A question about photos. What cannot be done is answered by `Answer::Failed`. Networks have their names in `MODELS`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Counts the zoo, one network after another. Answered by `Answer::Counted` for each.
    Zoo,
    /// Buffer 0: a photo's file. It replaces the photo before. Answered by `Answer::Photo`.
    Photo {
        /// The file's name.
        file: String,
    },
    /// Buffer 0: red, green, blue and opacity of a photo without a file, such as a camera's. Answered by `Answer::Photo`.
    Frame {
        /// The name of the photo.
        file: String,
        /// The number of rows.
        height: usize,
        /// The number of columns. The buffer holds 4 bytes for each pixel, row by row.
        width: usize,
    },
    /// Buffer 0: a weight file for `model`, or for the network that it fits. Answered by `Answer::Loaded`.
    Load {
        /// The network for the weights. None for the network that they fit.
        model: Option<String>,
        /// The file's name. Weights of a newer recipe are recognised by it.
        file: String,
        /// The device of the network.
        device: DeviceChoice,
        /// Whether photos are read as is usual for the network, whatever the file says of itself.
        usual: bool,
    },
    /// Buffer 0: a list of class names, plain text with one name a line, for networks with as many classes. It replaces the list before. Answered by
    /// `Answer::Named`.
    Names {
        /// The file's name. None, without a buffer, removes the list.
        file: Option<String>,
    },
    /// Removes a network and frees its memory. Not answered.
    Unload {
        /// The network's name.
        model: String,
    },
    /// Classifies the photo. Answered by `Answer::Classified`.
    Classify {
        /// The network's name. It must be loaded.
        model: String,
        /// The disturbance of the photo. Refused outside the ranges of the controls.
        disturbance: Disturbance,
    },
    /// Buffer 0: a photo's file, for all loaded networks. The present photo stays. Answered by `Answer::Compared`.
    Compare {
        /// The file's name.
        file: String,
    },
    /// The steps of preprocessing. Answered by `Answer::Prepared`.
    Prepare {
        /// The network's name. It must be loaded.
        model: String,
        /// The disturbance of the photo. Refused outside the ranges of the controls.
        disturbance: Disturbance,
        /// The colours: channels are painted from `negative` through `neutral` to `positive`.
        palette: Palette,
    },
    /// The attribution of a class (None for the first guess), with some of the upper layers replaced by fresh ones. Answered by `Answer::Explained`.
    Explain {
        /// The network's name. It must be loaded.
        model: String,
        /// The disturbance of the photo. Refused outside the ranges of the controls.
        disturbance: Disturbance,
        /// Grad-CAM or saliency.
        method: Method,
        /// The path of the layer for Grad-CAM. If it is empty or unknown, the last layer.
        layer: String,
        /// The class. Refused if the network does not have it.
        class: Option<usize>,
        /// The number of layers with parameters, counted from the top, that get fresh weights. Source: Adebayo et al., 2018.
        fresh: usize,
        /// The colours: the map is painted in `positive`.
        palette: Palette,
    },
    /// The receptive field of one unit, and how much each pixel changes it. A network that is not loaded gets random weights. Answered by `Answer::Unit`.
    Unit {
        /// The network's name. It need not be loaded.
        model: String,
        /// The disturbance of the photo. Refused outside the ranges of the controls.
        disturbance: Disturbance,
        /// The path of the layer. If it is empty or unknown, `usual_layer`.
        layer: String,
        /// The position of the unit in its layer, down and across, as shares of the sides.
        place: [f32; 2],
        /// The channel. None for the strongest channel at the place that any pixel can change.
        channel: Option<usize>,
        /// The seed of normal noise that replaces the photo.
        noise: Option<u32>,
        /// Whether all layers get fresh weights.
        fresh: bool,
    },
    /// The receptive fields of these layers. Answered by `Answer::Fields`.
    Fields {
        /// The network's name. It need not be loaded.
        model: String,
        /// The paths of the layers.
        layers: Vec<String>,
    },
    /// A look into a network. Answered by `Answer::Inspected`.
    Inspect {
        /// The network's name. It need not be loaded.
        model: String,
        /// The disturbance of the photo. Refused outside the ranges of the controls.
        disturbance: Disturbance,
        /// What is looked at.
        look: Look,
    },
}

/// An answer about photos. It contains the name of the network or file of the question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Network number `number` (from 1) has been counted.
    Counted {
        /// The number of networks that have been counted, this one included.
        number: usize,
        /// The number of networks in the zoo.
        of: usize,
        /// The network with its counts.
        entry: Entry,
    },
    /// A photo. Buffer 0: a small copy of it, red, green, blue and opacity.
    Photo {
        /// The photo's name.
        file: String,
        /// The number of rows of the photo.
        height: usize,
        /// The number of columns of the photo.
        width: usize,
        /// Height and width of the small copy.
        small: [usize; 2],
        /// The time of decoding; 0 for a photo without a file.
        milliseconds: f32,
    },
    /// The network is loaded. Answers `Ask::Load`.
    Loaded(LoadedNetwork),
    /// The list of class names was taken, or there is none any more. Answers `Ask::Names`.
    Named {
        /// The file's name. None if there is no list any more.
        file: Option<String>,
        /// The number of names.
        names: usize,
        /// Whether a loaded network has as many classes, or none is loaded yet.
        fits: bool,
        /// Whose classes it names, or both numbers where it names nobody's.
        told: String,
    },
    /// The classes that a network sees in the photo. Answers `Ask::Classify`.
    Classified {
        /// The network's name.
        model: String,
        /// The device on which it was computed.
        device: DeviceChoice,
        /// The disturbance, as in the question.
        disturbance: Disturbance,
        /// The five likeliest classes, or fewer if there are fewer; the likeliest first.
        top: Vec<Guess>,
        /// Milliseconds for preprocessing the photo.
        preparing: f32,
        /// Milliseconds for running the network, until its answer is read.
        reading: f32,
    },
    /// What all loaded networks saw in a photo. Answers `Ask::Compare`.
    Compared {
        /// The photo's file.
        file: String,
        /// Each network's answer, in the order in which they were loaded.
        found: Vec<Compared>,
    },
    /// The steps of preprocessing. Buffers, red, green, blue and opacity: the resized photo, its middle, and each channel of the tensor in
    /// signed colours on one scale.
    Prepared {
        /// The network's name.
        model: String,
        /// The network's preprocessing.
        preprocess: Preprocess,
        /// Height and width of the decoded photo.
        decoded: [usize; 2],
        /// Height and width after resizing.
        resized: [usize; 2],
        /// Height and width of the middle, which the network reads.
        cropped: [usize; 2],
        /// The smallest, the mean and the largest number of each channel.
        ranges: Vec<[f32; 3]>,
    },
    /// An attribution. Buffers, red, green, blue and opacity: what the network read, and the map over it.
    Explained {
        /// The network's name.
        model: String,
        /// The method, as in the question.
        method: Method,
        /// The path of the layer for Grad-CAM. Empty for saliency.
        layer: String,
        /// The number of upper layers with fresh weights.
        fresh: usize,
        /// The class, and its probability with these layers.
        guess: Guess,
        /// Height and width of what the network read.
        seen: [usize; 2],
        /// Height and width of the map before it was enlarged.
        map: [usize; 2],
        /// The map's largest number, which has the full colour.
        greatest: f32,
        /// The time from the question to the answer.
        milliseconds: f32,
    },
    /// A unit. Buffers: what the network read, as red, green, blue and opacity; and for each of its pixels the mean of |∂ unit / ∂ pixel|
    /// over the channels, as f32.
    Unit {
        /// The network's name.
        model: String,
        /// All layers whose activations are images.
        layers: Vec<Array>,
        /// Whether its weights are random.
        drawn: bool,
        /// The path of the unit's layer.
        layer: String,
        /// Channels, height and width of the layer.
        dims: Vec<usize>,
        /// The row and column of the unit.
        place: [usize; 2],
        /// The unit's channel, from 0.
        channel: usize,
        /// The unit's activation.
        value: f32,
        /// The rows and columns that it can depend on, from the first to the one after the last, padding included.
        field: [[isize; 2]; 2],
        /// Height and width of what the network read.
        seen: [usize; 2],
        /// The time from the question to the answer.
        milliseconds: f32,
    },
    /// Receptive fields, in the order of the network.
    Fields {
        /// The network's name.
        model: String,
        /// Each layer's receptive field.
        layers: Vec<LayerField>,
    },
    /// What was seen in a network. The buffers are described in [`Seen`].
    Inspected {
        /// The network's name.
        model: String,
        /// What was seen.
        seen: Seen,
        /// The time from the question to the answer.
        milliseconds: f32,
    },
    /// It could not be done, and nothing has changed. `what` is the name of the photo, the file or the network.
    Failed {
        /// The name of the photo, the file or the network.
        what: String,
        /// The reason, as a sentence.
        message: String,
        /// Whether it failed because of the GPU, so that the CPU may be able to do it.
        on_cpu: bool,
    },
}
