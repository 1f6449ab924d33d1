//! Twins that differ by "+ x": what is asked of the job that trains both, and what it answers. Of two things, the plain twin's comes first.
//!
//! A number that may be infinite or none at all (a loss that has run away) is an `Option`: None says so.
use super::DeviceChoice;
use nets::models::Recipe;
use serde::{Deserialize, Serialize};

/// What both twins start from. The same options on the same device give the same numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    pub recipe: Recipe,
    pub device: DeviceChoice,
    /// Of SGD with momentum 0.9.
    pub rate: f32,
    pub batch: usize,
    /// Of the first values, the same for both, and of the order of the digits.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { recipe: Recipe::default(), device: DeviceChoice::Cpu, rate: 0.05, batch: 16, seed: 1 }
    }
}

/// The loss around the weights that were found, along one random direction or over the plane of two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    pub seed: u64,
    /// Places along each direction, odd: the middle one is the network itself.
    pub places: usize,
    /// How far the outermost lie: 1 changes every filter by as much as it is large.
    pub reach: f32,
    pub plane: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Builds both anew and stops at step 0. Answered by `Answer::Started`.
    Start(Options),
    Play,
    /// Ends whatever goes on, measurements too.
    Pause,
    /// One step of both, then pause.
    Step,
    /// The learning rate from the next step on.
    Rate(f32),
    /// Pauses, then tests both with every block left out in turn. Answered by `Answer::Dropped` for each, the whole networks first.
    Drop,
    /// Pauses, then measures the loss around both. Answered by `Answer::Slice` for each place.
    Slice(Slice),
}

/// One training step of one twin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The mean of its batch.
    pub loss: Option<f32>,
    /// The share of wrong answers in its batch.
    pub error: f32,
    /// ‖∂loss/∂W‖₂ for the weights that `Answer::Started` names.
    pub norms: Vec<Option<f32>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    Started {
        options: Options,
        /// Of each twin: "+ x" has none.
        parameters: usize,
        /// Multiply-adds of one digit's forward pass.
        macs: u64,
        steps_an_epoch: usize,
        /// Names of the weights whose gradients are measured.
        weights: Vec<String>,
    },
    State {
        playing: bool,
        step: u64,
    },
    /// Both have made step `step` (from 1) on the same batch, which took both together so many seconds. `batch` tells batches apart: it is made of their digits' numbers.
    Learned {
        step: u64,
        twins: [Learned; 2],
        batch: u64,
        seconds: f32,
        epoch: f32,
    },
    /// Shares of wrong answers on the test digits after `step` steps.
    Tested {
        step: u64,
        errors: [f32; 2],
        digits: usize,
    },
    /// How alike the gradients of digits are to those of the same digits moved a little; from −1 to 1, None where one of them is all zeros.
    Alike {
        step: u64,
        correlations: [Option<f32>; 2],
    },
    /// The test error of twin `twin` without block `block`; None: whole.
    Dropped {
        twin: usize,
        block: Option<usize>,
        error: f32,
    },
    /// The mean training loss of twin `twin` at place `place`: row · places + column, counted from the corner.
    Slice {
        twin: usize,
        place: usize,
        loss: Option<f32>,
    },
    /// The GPU was lost; both stand at `step` again, `lost_steps` before where they were, and go on.
    Recovered {
        step: u64,
        lost_steps: u64,
        reason: String,
        device: DeviceChoice,
    },
    /// A measurement has made `done` of `of` parts.
    Measuring {
        done: usize,
        of: usize,
    },
}
