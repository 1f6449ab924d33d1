//! Twins that differ by "+ x": what is asked of the job that trains both, and what it answers. Of two things, the plain twin's comes first.
//!
//! A number that may be infinite or none at all (a loss that has run away) is an `Option`: None says so.
use super::{DeviceChoice, run};
use nets::models::Recipe;
use serde::{Deserialize, Serialize};

/// What both twins start from. The same options on the same device give the same numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// What both twins are made of, but for "+ x".
    pub recipe: Recipe,
    /// Where both compute.
    pub device: DeviceChoice,
    /// Of SGD with momentum 0.9.
    pub rate: f32,
    /// Digits in one mini-batch, 2 to 1024.
    pub batch: usize,
    /// Of the first values, the same for both, and of the order of the digits.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { recipe: Recipe::default(), device: DeviceChoice::Cpu, rate: 0.05, batch: 16, seed: 1 }
    }
}

impl run::Options for Options {
    fn live(&mut self) -> (&mut DeviceChoice, &mut f32) {
        (&mut self.device, &mut self.rate)
    }
}

/// The loss around the weights that were found, along one random direction or over the plane of two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// Of the random directions, the same for both twins.
    pub seed: u64,
    /// Places along each direction, odd, 3 to 51: the middle one is the network itself.
    pub places: usize,
    /// How far the outermost lie: 1 changes every filter by as much as it is large.
    pub reach: f32,
    /// Whether over the plane of two directions (places × places) or along one (places).
    pub plane: bool,
}

/// What is asked of the twins. What cannot be done is answered by `Event::Failed`. All but `Start`, `Continue`, `Pause` and `Rate` need digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// About the run of both. Answered by `Answer::Run` and, step by step, `Answer::Stepped`. A pause ends measurements, too.
    Run(run::Ask<Options>),
    /// Pauses, then tests both with every block left out in turn. Answered by `Answer::Dropped` for each, the whole networks first.
    Drop,
    /// Pauses, then measures the loss around both. Answered by `Answer::Slice` for each place.
    Slice(Slice),
}

/// One training step of one twin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TwinStep {
    /// The mean of its batch.
    pub loss: Option<f32>,
    /// The share of wrong answers in its batch.
    pub error: f32,
    /// ‖∂loss/∂W‖₂ for each of `Recipe::weights`.
    pub norms: Vec<Option<f32>>,
}

/// What the job of both twins says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// What the run of both does.
    Run(run::Answer<Options>),
    /// Both have made step `step` (from 1) on the same batch, which took both together so many seconds.
    /// `batch` tells batches apart: it is made of their digits' numbers.
    Stepped {
        /// The step's number, from 1.
        step: u64,
        /// What each found in it, the plain twin first.
        twins: [TwinStep; 2],
        /// Equal for equal batches: a hash of the numbers of their digits.
        batch: u64,
        /// For both together.
        seconds: f32,
        /// Epochs since they began, with fractions.
        epoch: f32,
    },
    /// Shares of wrong answers on the test digits after `step` steps.
    Tested {
        /// The step after which they were tested.
        step: u64,
        /// From 0 to 1, the plain twin's first.
        errors: [f32; 2],
        /// How many test digits they were tested on.
        digits: usize,
    },
    /// How alike the gradients of digits are to those of the same digits moved a little; from −1 to 1, None where one of them is all zeros.
    Alike {
        /// The step after which they were compared.
        step: u64,
        /// The mean over some digits, the plain twin's first.
        correlations: [Option<f32>; 2],
    },
    /// The test error of twin `twin` without block `block`; None: whole.
    Dropped {
        /// 0: the plain one; 1: the one with "+ x".
        twin: usize,
        /// The block that is left out, from 0.
        block: Option<usize>,
        /// The share of wrong answers, from 0 to 1.
        error: f32,
    },
    /// The mean training loss of twin `twin` at place `place`: row · places + column, counted from the corner.
    Slice {
        /// 0: the plain one; 1: the one with "+ x".
        twin: usize,
        /// From 0 to places − 1, or in the plane to places² − 1.
        place: usize,
        /// The mean cross-entropy; None where it is not finite.
        loss: Option<f32>,
    },
    /// A measurement has made `done` of `of` parts.
    Measuring {
        /// Parts that have been made.
        done: usize,
        /// Parts in all, over both twins.
        of: usize,
    },
}
