//! A network that is loaded, and what it sees in a photo.
use super::{Array, DeviceChoice};
use nets::models::Reading;
use serde::{Deserialize, Serialize};
use vision::Preprocess;

/// A network that is loaded in the workbench.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedNetwork {
    /// Its name in `MODELS`.
    pub name: String,
    /// The name that readers see.
    pub title: String,
    /// The device of the network.
    pub device: DeviceChoice,
    /// The file of its weights.
    pub file: String,
    /// The length of that file in bytes; 0 for random weights.
    pub bytes: usize,
    /// What is to be known of that file: other names, entries that were left.
    pub told: Option<String>,
    /// The number of trainable values.
    pub parameters: usize,
    /// The number of classes, which its weight file has.
    pub classes: usize,
    /// The memory in bytes for inference.
    pub memory: u64,
    /// The memory in bytes for attribution.
    pub memory_to_explain: u64,
    /// How photos are read for it.
    pub preprocess: Preprocess,
    /// Whose way of reading them that is.
    pub reading: Reading,
    /// Whether its file says how it pads.
    pub says_padding: bool,
    /// The layers that Grad-CAM can show.
    pub layers: Vec<Array>,
    /// The number of layers with parameters.
    pub weighted: usize,
    /// Other networks that the same weights fit, by name and title.
    pub twins: Vec<(String, String)>,
}

/// One of the likeliest classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// The class's number, from 0.
    pub class: usize,
    /// The class's name.
    pub name: String,
    /// The softmax of its logit, 0 to 1.
    pub probability: f32,
}

/// What one network saw in a photo, beside others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The network's name.
    pub model: String,
    /// The likeliest class.
    pub first: Guess,
    /// Milliseconds for preprocessing the photo.
    pub preparing: f32,
    /// Milliseconds for running the network, until its answer is read.
    pub reading: f32,
}
