//! The settings: the variant, the size of the input, and the widths.
use crate::site::controls::{Choices, Control, Controls, named};
use serde::{Deserialize, Serialize};

/// The largest input's side.
pub const LARGEST: usize = 64;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    #[default]
    #[serde(rename = "tanh")]
    Tanh,
    #[serde(rename = "relu")]
    Relu,
    /// As in the paper: partly connected C3, trainable subsampling, C5 as a convolution, distances at the end.
    #[serde(rename = "1998")]
    Original,
}

impl Form {
    pub const ALL: [(Form, &str); 3] = [
        (Form::Tanh, "today, tanh and average pooling"),
        (Form::Relu, "today, ReLU and max pooling"),
        (Form::Original, "the paper of 1998"),
    ];
}

fn forms() -> Choices {
    named(&Form::ALL)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub form: Form,
    /// Height and width of the input.
    pub side: usize,
    /// Whether the first convolution keeps the size by two cells of padding. Not in the variant of 1998, whose input has its own border.
    pub pad: bool,
    /// The maps of the first and the second convolution, and the outputs of the first dense layer. The variant of 1998 has fixed numbers.
    pub first: usize,
    pub second: usize,
    pub dense: usize,
    /// Whether each map of C3 reads all maps of S2, in the variant of 1998.
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
    /// The side of the smallest input that leaves every layer a cell.
    pub fn smallest(&self) -> usize {
        match (self.is_original(), self.pad) {
            (true, _) => 32,
            (false, true) => 12,
            (false, false) => 16,
        }
    }
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control::choice("form", "Form", forms),
        Control::slider("side", "Picture's side:", |s| [s.smallest() as f64, LARGEST as f64]),
        Control::switch("full", "C3 reads all maps of S2"),
        Control::switch("pad", "Padding keeps the size in conv1"),
        Control::slider("first", "Maps of conv1:", |_| [1.0, 32.0]),
        Control::slider("second", "Maps of conv2:", |_| [1.0, 64.0]),
        Control::slider("dense", "Outputs of fc1:", |_| [10.0, 500.0]),
    ];

    /// Each form is shown with the picture that it is made for.
    fn follow(&mut self, key: &str, _: &Settings) {
        if key == "form" {
            self.side = if self.is_original() { 32 } else { 28 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::controls;

    #[test]
    fn the_table_of_controls_holds() {
        controls::tests::holds::<Settings>();
    }
}
