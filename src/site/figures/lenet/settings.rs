//! What the reader sets: the form, the size of what it reads, and how wide it is.
use crate::site::url::Controls;
use serde::{Deserialize, Serialize};

/// Maps of the first and second convolution, and outputs of the first dense layer, at most.
pub const MOST: [usize; 3] = [32, 64, 500];
/// The largest input's side.
pub const LARGEST: usize = 64;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    #[default]
    #[serde(rename = "tanh")]
    Tanh,
    #[serde(rename = "relu")]
    Relu,
    /// As the paper has it: partly connected C3, trainable subsampling, C5 as a convolution, distances at the end.
    #[serde(rename = "1998")]
    Original,
}

impl Form {
    pub const ALL: [(Form, &str, &str); 3] = [
        (Form::Tanh, "tanh", "today, tanh and average pooling"),
        (Form::Relu, "relu", "today, ReLU and max pooling"),
        (Form::Original, "1998", "the paper of 1998"),
    ];

    pub fn key(self) -> &'static str {
        Form::ALL.iter().find(|(form, ..)| *form == self).map_or("tanh", |(_, key, _)| key)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub form: Form,
    /// Height and width of the input.
    pub side: usize,
    /// Whether the first convolution keeps the size, with two cells of padding. Not in the form of 1998, whose input brings its own border.
    pub pad: bool,
    /// Maps of the first and the second convolution, outputs of the first dense layer. The form of 1998 has its own.
    pub first: usize,
    pub second: usize,
    pub dense: usize,
    /// Whether each map of C3 reads all maps below, in the form of 1998.
    pub full: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { form: Form::Tanh, side: 28, pad: true, first: 6, second: 16, dense: 120, full: false }
    }
}

impl Settings {
    pub fn is_original(&self) -> bool {
        self.form == Form::Original
    }
    /// The smallest input that leaves every layer a cell.
    pub fn smallest(&self) -> usize {
        match (self.is_original(), self.pad) {
            (true, _) => 32,
            (false, true) => 12,
            (false, false) => 16,
        }
    }
}

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        self.side = self.side.clamp(self.smallest(), LARGEST);
        let [first, second, dense] = MOST;
        self.first = self.first.clamp(1, first);
        self.second = self.second.clamp(1, second);
        self.dense = self.dense.clamp(10, dense);
        self
    }
}
