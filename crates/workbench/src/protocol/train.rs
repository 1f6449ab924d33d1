//! What a training run is asked for with, and what its answers are made of.
use super::{DeviceChoice, numbers, run};
use serde::{Deserialize, Serialize};

/// The rule by which parameters follow their gradients (torch.optim).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimiserChoice {
    /// SGD with momentum 0.9.
    #[default]
    Sgd,
    /// Adam: steps scaled by running means of the gradient and of its square.
    Adam,
}

/// What a training run starts from. The same options and the same device give the same losses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainOptions {
    /// A name in `MODELS`; refused where the network does not read digits.
    pub model: String,
    /// Where the run computes.
    pub device: DeviceChoice,
    /// The rule of its steps.
    pub optimiser: OptimiserChoice,
    /// Learning rate, at least 0.
    pub rate: f32,
    /// L2 added to the gradient.
    pub weight_decay: f32,
    /// Digits in one mini-batch, 1 to 4096.
    pub batch: usize,
    /// Of the first values, the order of the digits, and whatever else is drawn.
    pub seed: u64,
    /// Digits learned from, drawn with the seed; 0 is all of them.
    pub digits: usize,
    /// The probability with which each output of a hidden dense layer is dropped in a step, 0 to 0.95.
    pub dropout: f32,
    /// The most by which a digit is shifted before it is learned from, in pixels along either axis, 0 to 28.
    pub shift: f32,
    /// The most by which it is turned, in degrees, 0 to 180.
    pub turn: f32,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions {
            model: "lenet5_relu".into(),
            device: DeviceChoice::Cpu,
            optimiser: OptimiserChoice::Sgd,
            rate: 0.02,
            weight_decay: 0.0,
            batch: 64,
            seed: 1,
            digits: 0,
            dropout: 0.0,
            shift: 0.0,
            turn: 0.0,
        }
    }
}

impl run::Options for TrainOptions {
    fn live(&mut self) -> (&mut DeviceChoice, &mut f32) {
        (&mut self.device, &mut self.rate)
    }
}

/// Which picture to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Picture {
    /// Image number of the 10 000 test digits.
    Test(usize),
    /// Image number of the 60 000 training digits.
    Train(usize),
    /// Buffer 0: 784 f32, row-major 28 × 28, 0 is paper and 1 is ink.
    Drawn,
}

/// A test digit as a test found it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Its number among the test digits, from 0.
    pub index: usize,
    /// Its true class.
    pub label: usize,
    /// The class with the largest logit.
    pub answer: usize,
    /// Its cross-entropy; NaN where it is not finite.
    #[serde(deserialize_with = "numbers::one")]
    pub loss: f32,
}

/// Loss and accuracy on digits that were learned from, as they are: not dropped, shifted or turned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingScore {
    /// The mean cross-entropy; NaN where it is not finite.
    #[serde(deserialize_with = "numbers::one")]
    pub loss: f32,
    /// The share of right answers, from 0 to 1.
    pub accuracy: f32,
    /// How many were tested.
    pub digits: usize,
}
