//! What is asked about photos and the networks that read them: which there are, what each sees, and where it finds its reason.
use super::{Array, DeviceChoice, vision::Palette};
use nets::insight::LayerField;
use serde::{Deserialize, Serialize};
use vision::{Disturbance, Preprocess};

/// A network of the zoo: what its paper says of it, and what the engine counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub title: String,
    pub paper: String,
    pub year: u16,
    /// Channels, height, width.
    pub input: [usize; 3],
    pub classes: usize,
    /// As published.
    pub published_parameters: usize,
    pub published_macs: u64,
    /// As counted by a dry run.
    pub parameters: usize,
    pub macs: u64,
    pub accuracy: Option<Accuracy>,
    pub preprocess: Option<Preprocess>,
    /// Names of published weight files.
    pub weights: Vec<String>,
    /// Boxed: few have any, and every answer is as large as the largest.
    pub later: Option<Box<Later>>,
    /// Bytes to load it and ask it once, and to ask it why as well.
    pub memory: u64,
    pub memory_to_explain: u64,
}

/// In per cent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    pub top1: f32,
    pub top5: Option<f32>,
    pub by: String,
}

/// Weights of another recipe than the network's own accuracy is of: known by their file's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Later {
    pub file: String,
    pub accuracy: Accuracy,
    pub preprocess: Preprocess,
}

/// A network that stands in the workbench.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub name: String,
    pub title: String,
    pub device: DeviceChoice,
    /// The file that its weights came from, and its bytes.
    pub file: String,
    pub bytes: usize,
    pub parameters: usize,
    pub classes: usize,
    /// Bytes to ask it once, and to ask it why.
    pub memory: u64,
    pub memory_to_explain: u64,
    /// Those that Grad-CAM can look at.
    pub layers: Vec<Array>,
    /// How many layers have parameters.
    pub weighted: usize,
    /// Other networks that the same weights fit, by name and title.
    pub twins: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    #[default]
    Cam,
    Saliency,
}

/// One of the likeliest classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    pub class: usize,
    pub name: String,
    pub probability: f32,
}

/// The layer whose unit is looked at where none is asked for: at a third of the way, where a unit sees a part of the photo. Page and worker agree on it here.
pub fn usual_layer<T>(layers: &[T]) -> Option<&T> {
    layers.get(layers.len() / 3)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Counts the zoo, one network after another. Answered by `Answer::Counted` for each.
    Zoo,
    /// Buffer 0: a photo's file. It takes the place of the photo before. Answered by `Answer::Photo`.
    Photo { file: String },
    /// Buffer 0: red, green, blue and opacity of a photo that is in no file, such as a camera's. Answered by `Answer::Photo`.
    Frame { file: String, height: usize, width: usize },
    /// Buffer 0: a weight file; without a name for whichever network it fits. Answered by `Answer::Loaded`.
    Load { model: Option<String>, file: String, device: DeviceChoice },
    /// The network's memory is given back. Not answered.
    Unload { model: String },
    /// What the network sees in the photo. Answered by `Answer::Classified`.
    Classify { model: String, disturbance: Disturbance },
    /// What the photo goes through before the network sees it. Answered by `Answer::Prepared`.
    Prepare { model: String, disturbance: Disturbance, palette: Palette },
    /// Where the network finds its reason for a class (None: for its first guess), with so many of its upper layers as before training.
    /// Answered by `Answer::Explained`.
    Explain {
        model: String,
        disturbance: Disturbance,
        method: Method,
        /// A path for Grad-CAM; empty, or unknown to this network: its last one.
        layer: String,
        class: Option<usize>,
        fresh: usize,
        palette: Palette,
    },
    /// What one unit depends on, and how much each pixel moves it; of a network that does not stand, with weights drawn at random. Answered by `Answer::Unit`.
    Unit {
        model: String,
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
    Fields { model: String, layers: Vec<String> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Number `number` (from 1) of so many.
    Counted {
        number: usize,
        of: usize,
        entry: Entry,
    },
    /// Buffer 0: a small copy of it, red, green, blue and opacity.
    Photo {
        file: String,
        height: usize,
        width: usize,
        small: [usize; 2],
        milliseconds: f32,
    },
    Loaded(Standing),
    Classified {
        model: String,
        device: DeviceChoice,
        disturbance: Disturbance,
        top: Vec<Guess>,
        /// Milliseconds to make the tensor of the photo, and to ask the network.
        preparing: f32,
        reading: f32,
    },
    /// Buffers, red, green, blue and opacity: the photo resized, its middle, and each channel of the tensor in signed colours.
    Prepared {
        model: String,
        preprocess: Preprocess,
        /// Height and width: as decoded, resized, cropped.
        decoded: [usize; 2],
        resized: [usize; 2],
        cropped: [usize; 2],
        /// Least, mean and greatest number of each channel.
        ranges: Vec<[f32; 3]>,
    },
    /// Buffers, red, green, blue and opacity: what the network saw, and what lies over it.
    Explained {
        model: String,
        method: Method,
        layer: String,
        fresh: usize,
        guess: Guess,
        /// Height and width of what was seen, and of the map before it was enlarged.
        seen: [usize; 2],
        map: [usize; 2],
        /// The map's greatest number, which full colour stands for.
        greatest: f32,
        milliseconds: f32,
    },
    /// Buffers: what the network saw, red, green, blue and opacity; and for each of its pixels |∂ unit / ∂ pixel|, the mean over the channels, as f32.
    Unit {
        model: String,
        /// All that are images.
        layers: Vec<Array>,
        /// Whether its weights are as before training.
        drawn: bool,
        layer: String,
        /// Channels, height and width of the layer.
        dims: Vec<usize>,
        /// Row and column.
        place: [usize; 2],
        channel: usize,
        value: f32,
        /// Rows and columns that it can depend on, from the first to the one after the last, padding included.
        field: [[isize; 2]; 2],
        /// Height and width of what was seen.
        seen: [usize; 2],
        milliseconds: f32,
    },
    /// In the order of the network.
    Fields {
        model: String,
        layers: Vec<LayerField>,
    },
    /// It could not be done; everything else stands as it was. `what`: the photo's, the file's or the network's name.
    Failed {
        what: String,
        message: String,
        on_cpu: bool,
    },
}
