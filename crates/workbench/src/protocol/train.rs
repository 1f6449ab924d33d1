//! The options of a training run, and the parts of its answers.
use super::{DeviceChoice, numbers, run};
use serde::{Deserialize, Serialize};

/// The optimiser (torch.optim).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimiserChoice {
    /// SGD with momentum 0.9.
    #[default]
    Sgd,
    /// Adam: steps scaled by running means of the gradient and of its square.
    Adam,
}

impl OptimiserChoice {
    /// The learning rate that it begins with where none is chosen. Adam's steps are about as long as the rate itself, whatever the gradient
    /// (Kingma and Ba, 2015, section 2.1, whose default this is); those of SGD are longer or shorter with the gradient.
    pub const fn usual_rate(self) -> f32 {
        match self {
            OptimiserChoice::Sgd => 0.02,
            OptimiserChoice::Adam => 0.001,
        }
    }
}

/// The options of a training run. The same options and the same device give the same losses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainOptions {
    /// A name in `MODELS`. Refused if the network does not read digits.
    pub model: String,
    /// The device of the run.
    pub device: DeviceChoice,
    /// The optimiser.
    pub optimiser: OptimiserChoice,
    /// The learning rate, at least 0.
    pub rate: f32,
    /// Weight decay: L2 regularisation that is added to the gradient.
    pub weight_decay: f32,
    /// The number of digits in one mini-batch, 1 to 4096.
    pub batch: usize,
    /// The seed of the first values, of the order of the digits, and of everything else that is random.
    pub seed: u64,
    /// The number of digits to learn from, which are drawn with the seed; 0 for all.
    pub digits: usize,
    /// The probability of dropout for each output of a hidden dense layer, 0 to 0.95.
    pub dropout: f32,
    /// The largest shift of a digit in training, in pixels along either axis, 0 to 28.
    pub shift: f32,
    /// The largest turn of a digit in training, in degrees, 0 to 180.
    pub turn: f32,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions {
            model: "lenet5_relu".into(),
            device: DeviceChoice::Cpu,
            optimiser: OptimiserChoice::Sgd,
            rate: OptimiserChoice::Sgd.usual_rate(),
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

/// Which picture is inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Picture {
    /// The number of an image among the 10 000 test digits.
    Test(usize),
    /// The number of an image among the 60 000 training digits.
    Train(usize),
    /// A drawn digit. Buffer 0: 784 f32, row-major 28 × 28; 0 is paper and 1 is ink.
    Drawn,
}

/// The result of a test for one test digit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Its number among the test digits, from 0.
    pub index: usize,
    /// Its true class.
    pub label: usize,
    /// The predicted class, which has the largest logit.
    pub answer: usize,
    /// Its cross-entropy; NaN if it is not finite.
    #[serde(deserialize_with = "numbers::one")]
    pub loss: f32,
}

/// Loss and accuracy on training digits, without dropout, shifts or turns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingScore {
    /// The mean cross-entropy; NaN if it is not finite.
    #[serde(deserialize_with = "numbers::one")]
    pub loss: f32,
    /// The accuracy, from 0 to 1.
    pub accuracy: f32,
    /// The number of tested digits.
    pub digits: usize,
}
