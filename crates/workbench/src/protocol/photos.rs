//! What is asked about photos and the networks that read them: which there are, what each sees, and where it finds its reason.
use super::{Array, DeviceChoice, vision::Palette};
use nets::insight::LayerField;
use serde::{Deserialize, Serialize};
use vision::{Disturbance, Preprocess};

/// A network of the zoo: what its paper says of it, and what the engine counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in `MODELS`.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// Authors, year, title, venue.
    pub paper: String,
    /// Of the paper.
    pub year: u16,
    /// Channels, height, width.
    pub input: [usize; 3],
    /// How many classes it tells apart: the length of its logits.
    pub classes: usize,
    /// As published.
    pub published_parameters: usize,
    /// Multiply-adds of one image's forward pass, as published.
    pub published_macs: u64,
    /// As counted by a dry run.
    pub parameters: usize,
    /// Multiply-adds of one image's forward pass, as counted by a dry run.
    pub macs: u64,
    /// Of the published weights; None where none is known.
    pub accuracy: Option<Accuracy>,
    /// What a photo goes through before the network sees it; None: it reads digits, not photos.
    pub preprocess: Option<Preprocess>,
    /// Names of published weight files.
    pub weights: Vec<String>,
    /// Boxed: few have any, and every answer is as large as the largest.
    pub later: Option<Box<Later>>,
    /// Bytes to load it and ask it once, and to ask it why as well.
    pub memory: u64,
    /// Bytes to load it and ask it why (Grad-CAM, saliency): activations are kept for the way back.
    pub memory_to_explain: u64,
}

/// In per cent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// In how many per cent of the images the likeliest class is the right one.
    pub top1: f32,
    /// In how many per cent the right class is among the five likeliest; None where it is not published.
    pub top5: Option<f32>,
    /// Who measured it, and on what.
    pub by: String,
}

/// Weights of another recipe than the network's own accuracy is of: known by their file's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// The weight file's published name.
    pub file: String,
    /// As measured with these weights.
    pub accuracy: Accuracy,
    /// What a photo goes through before these weights see it.
    pub preprocess: Preprocess,
}

/// A network that stands in the workbench.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedNetwork {
    /// Its name in `MODELS`.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// Where it stands.
    pub device: DeviceChoice,
    /// The file that its weights came from, and its bytes.
    pub file: String,
    /// The length of that file; 0 where the weights are drawn at random.
    pub bytes: usize,
    /// What is to be known of that file: other names, entries that were left.
    pub told: Option<String>,
    /// How many numbers it has learned.
    pub parameters: usize,
    /// How many classes it tells apart.
    pub classes: usize,
    /// Bytes to ask it once, and to ask it why.
    pub memory: u64,
    /// Bytes to ask it why.
    pub memory_to_explain: u64,
    /// Those that Grad-CAM can look at.
    pub layers: Vec<Array>,
    /// How many layers have parameters.
    pub weighted: usize,
    /// Other networks that the same weights fit, by name and title.
    pub twins: Vec<(String, String)>,
}

/// How a network's reason for a class is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Grad-CAM: max(0, Σ_c α_c A_c) of a layer's activation A, α_c being the mean of ∂ logit / ∂ A_c over its places (Selvaraju et al., 2017).
    #[default]
    Cam,
    /// The largest |∂ logit / ∂ x| of each pixel's channels (Simonyan et al., 2013).
    Saliency,
}

/// One of the likeliest classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// Its number, from 0.
    pub class: usize,
    /// What it is called.
    pub name: String,
    /// From the softmax of the logits, 0 to 1.
    pub probability: f32,
}

/// The layer whose unit is looked at where none is asked for: at a third of the way, where a unit sees a part of the photo. Page and worker agree on it here.
pub fn usual_layer<T>(layers: &[T]) -> Option<&T> {
    layers.get(layers.len() / 3)
}

/// What is asked about photos. What cannot be done is answered by `Answer::Failed`. Networks are named as in `MODELS`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Counts the zoo, one network after another. Answered by `Answer::Counted` for each.
    Zoo,
    /// Buffer 0: a photo's file. It takes the place of the photo before. Answered by `Answer::Photo`.
    Photo {
        /// The file's name.
        file: String,
    },
    /// Buffer 0: red, green, blue and opacity of a photo that is in no file, such as a camera's. Answered by `Answer::Photo`.
    Frame {
        /// What the photo is called.
        file: String,
        /// Rows of pixels.
        height: usize,
        /// Columns of pixels; the buffer holds 4 bytes for each pixel, row by row.
        width: usize,
    },
    /// Buffer 0: a weight file; without a name for whichever network it fits. Answered by `Answer::Loaded`.
    Load {
        /// The network that the weights are for; None: whichever they fit.
        model: Option<String>,
        /// The file's name. Weights of a known later recipe are known by it.
        file: String,
        /// Where the network is to stand.
        device: DeviceChoice,
    },
    /// The network's memory is given back. Not answered.
    Unload {
        /// The network's name.
        model: String,
    },
    /// What the network sees in the photo. Answered by `Answer::Classified`.
    Classify {
        /// The network's name; it must stand.
        model: String,
        /// What is done to the photo first; refused outside the ranges of the controls.
        disturbance: Disturbance,
    },
    /// What the photo goes through before the network sees it. Answered by `Answer::Prepared`.
    Prepare {
        /// The network's name; it must stand.
        model: String,
        /// What is done to the photo first; refused outside the ranges of the controls.
        disturbance: Disturbance,
        /// The channels are painted from its `negative` through `neutral` to `positive`.
        palette: Palette,
    },
    /// Where the network finds its reason for a class (None: for its first guess), with so many of its upper layers as before training.
    /// Answered by `Answer::Explained`.
    Explain {
        /// The network's name; it must stand.
        model: String,
        /// What is done to the photo first; refused outside the ranges of the controls.
        disturbance: Disturbance,
        /// Grad-CAM or saliency.
        method: Method,
        /// A path for Grad-CAM; empty, or unknown to this network: its last one.
        layer: String,
        /// The class that is explained; refused where the network has no such class.
        class: Option<usize>,
        /// How many layers with parameters, counted from the top, stand as before training (Adebayo et al., 2018).
        fresh: usize,
        /// The map is painted in its `positive` colour.
        palette: Palette,
    },
    /// What one unit depends on, and how much each pixel moves it; of a network that does not stand, with weights drawn at random. Answered by `Answer::Unit`.
    Unit {
        /// The network's name; it need not stand.
        model: String,
        /// What is done to the photo first; refused outside the ranges of the controls.
        disturbance: Disturbance,
        /// Its path; empty, or unknown to this network: `usual_layer`.
        layer: String,
        /// Where it lies in its layer, down and across, as shares of the sides.
        place: [f32; 2],
        /// None: the strongest channel there that anything moves.
        channel: Option<usize>,
        /// Instead of the photo, normal noise from this seed.
        noise: Option<u32>,
        /// All layers as before training.
        fresh: bool,
    },
    /// How far the units of these layers see. Answered by `Answer::Fields`.
    Fields {
        /// The network's name; it need not stand.
        model: String,
        /// Their paths.
        layers: Vec<String>,
    },
}

/// What is answered about photos; it names the network or the file that was asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Number `number` (from 1) of so many.
    Counted {
        /// How many have been counted, this one included.
        number: usize,
        /// How many networks the zoo has.
        of: usize,
        /// What was counted.
        entry: Entry,
    },
    /// Buffer 0: a small copy of it, red, green, blue and opacity.
    Photo {
        /// The photo's name.
        file: String,
        /// Rows of the photo, in pixels.
        height: usize,
        /// Columns of the photo, in pixels.
        width: usize,
        /// Height and width of the small copy.
        small: [usize; 2],
        /// Of decoding; 0 for a photo that is in no file.
        milliseconds: f32,
    },
    /// The network stands. Answers `Ask::Load`.
    Loaded(LoadedNetwork),
    /// What a network sees in the photo. Answers `Ask::Classify`.
    Classified {
        /// The network's name.
        model: String,
        /// Where it was computed.
        device: DeviceChoice,
        /// As it was asked.
        disturbance: Disturbance,
        /// The five likeliest classes, or as many as there are; the likeliest first.
        top: Vec<Guess>,
        /// Milliseconds to make the tensor of the photo, and to ask the network.
        preparing: f32,
        /// Milliseconds to ask the network, until its answer is read.
        reading: f32,
    },
    /// Buffers, red, green, blue and opacity: the photo resized, its middle, and each channel of the tensor in signed colours, on one scale.
    Prepared {
        /// The network's name.
        model: String,
        /// Its way of preparing a photo.
        preprocess: Preprocess,
        /// Height and width: as decoded, resized, cropped.
        decoded: [usize; 2],
        /// Height and width after the resize.
        resized: [usize; 2],
        /// Height and width of the middle, as the network sees it.
        cropped: [usize; 2],
        /// Least, mean and greatest number of each channel.
        ranges: Vec<[f32; 3]>,
    },
    /// Buffers, red, green, blue and opacity: what the network saw, and what lies over it.
    Explained {
        /// The network's name.
        model: String,
        /// As it was asked.
        method: Method,
        /// The path of the layer that Grad-CAM looked at; empty for saliency.
        layer: String,
        /// How many upper layers stood as before training.
        fresh: usize,
        /// The class that is explained, and how likely it is with these layers.
        guess: Guess,
        /// Height and width of what was seen, and of the map before it was enlarged.
        seen: [usize; 2],
        /// Height and width of the map.
        map: [usize; 2],
        /// The map's greatest number, which full colour stands for.
        greatest: f32,
        /// From the question to the answer.
        milliseconds: f32,
    },
    /// Buffers: what the network saw, red, green, blue and opacity; and for each of its pixels |∂ unit / ∂ pixel|, the mean over the channels, as f32.
    Unit {
        /// The network's name.
        model: String,
        /// All that are images.
        layers: Vec<Array>,
        /// Whether its weights are as before training.
        drawn: bool,
        /// The path of the unit's layer.
        layer: String,
        /// Channels, height and width of the layer.
        dims: Vec<usize>,
        /// Row and column.
        place: [usize; 2],
        /// The unit's channel, from 0.
        channel: usize,
        /// The unit's activation.
        value: f32,
        /// Rows and columns that it can depend on, from the first to the one after the last, padding included.
        field: [[isize; 2]; 2],
        /// Height and width of what was seen.
        seen: [usize; 2],
        /// From the question to the answer.
        milliseconds: f32,
    },
    /// In the order of the network.
    Fields {
        /// The network's name.
        model: String,
        /// Each layer's receptive field.
        layers: Vec<LayerField>,
    },
    /// It could not be done; everything else stands as it was. `what`: the photo's, the file's or the network's name.
    Failed {
        /// What it was about.
        what: String,
        /// Why, as a sentence.
        message: String,
        /// Whether it failed because of the GPU, so that the CPU may do it.
        on_cpu: bool,
    },
}
