//! The twins that differ in "+ x": requests to the job that trains both, and its answers. In pairs the plain twin comes first.
//!
//! A number that may be infinite or NaN, such as the loss of a diverged run, is an `Option`: it is None then.
use super::{DeviceChoice, run};
use nets::models::Recipe;
use serde::{Deserialize, Serialize};

/// The options of both twins. The same options on the same device give the same numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The settings of both networks, without "+ x".
    pub recipe: Recipe,
    /// The device of both twins.
    pub device: DeviceChoice,
    /// The learning rate of SGD with momentum 0.9.
    pub rate: f32,
    /// The number of digits in one mini-batch, 2 to 1024.
    pub batch: usize,
    /// The seed of the first values, which are the same for both, and of the order of the digits.
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

/// The loss around the present weights, along one random direction or over the plane of two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// The seed of the random directions, which are the same for both twins.
    pub seed: u64,
    /// The number of places along each direction, odd, 3 to 51. The middle one is the network itself.
    pub places: usize,
    /// The distance of the outermost places. 1 changes every filter by its own length.
    pub reach: f32,
    /// Whether the places are a plane of two directions (places × places), or lie along one (places).
    pub plane: bool,
}

/// A request about the twins. What cannot be done is answered by `Event::Failed`. All but `Start`, `Continue`, `Pause` and `Rate` need digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// About the run of both. Answered by `Answer::Run` and, step by step, `Answer::Stepped`. A pause ends measurements, too.
    Run(run::Ask<Options>),
    /// Pauses, then tests both without each block in turn. Answered by `Answer::Dropped` for each, the whole networks first.
    Drop,
    /// Pauses, then measures the loss around both. Answered by `Answer::Slice` for each place.
    Slice(Slice),
}

/// The result of one training step of one twin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TwinStep {
    /// The mean loss of its batch.
    pub loss: Option<f32>,
    /// The share of wrong answers in its batch.
    pub error: f32,
    /// ‖∂loss/∂W‖₂ for each of `Recipe::weights`.
    pub norms: Vec<Option<f32>>,
}

/// An answer or a report of the job of both twins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// What the run of both does.
    Run(run::Answer<Options>),
    /// Both have made step `step` (from 1) on the same batch.
    Stepped {
        /// The step's number, from 1.
        step: u64,
        /// The results of both, the plain twin first.
        twins: [TwinStep; 2],
        /// A hash of the numbers of the batch's digits. Equal batches have equal hashes.
        batch: u64,
        /// The time that the step took for both together, in seconds.
        seconds: f32,
        /// The number of epochs since they began, with fractions.
        epoch: f32,
    },
    /// Test errors after `step` steps.
    Tested {
        /// The step after which they were tested.
        step: u64,
        /// The shares of wrong answers, from 0 to 1, the plain twin first.
        errors: [f32; 2],
        /// The number of test digits.
        digits: usize,
    },
    /// The correlation between the gradients of digits and of the same digits, slightly moved: from −1 to 1, or None if a gradient is all zeros.
    Alike {
        /// The step after which they were compared.
        step: u64,
        /// The mean over some digits, the plain twin first.
        correlations: [Option<f32>; 2],
    },
    /// The test error of twin `twin` without block `block`. None stands for the whole network.
    Dropped {
        /// 0 for the plain twin, 1 for the one with "+ x".
        twin: usize,
        /// The number of the block that is left out, from 0.
        block: Option<usize>,
        /// The share of wrong answers, from 0 to 1.
        error: f32,
    },
    /// The mean training loss of twin `twin` at place `place`, which is row · places + column, counted from the corner.
    Slice {
        /// 0 for the plain twin, 1 for the one with "+ x".
        twin: usize,
        /// From 0 to places − 1; in a plane to places² − 1.
        place: usize,
        /// The mean cross-entropy. None if it is not finite.
        loss: Option<f32>,
    },
    /// `done` of `of` parts of a measurement have been made.
    Measuring {
        /// The number of parts that have been made.
        done: usize,
        /// The number of all parts, over both twins.
        of: usize,
    },
}
