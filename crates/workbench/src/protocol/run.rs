//! A run that trains: what every job that trains is asked about its run, and what it says of it.
use super::DeviceChoice;
use serde::{Deserialize, Serialize};

/// What a run is made from.
pub trait Options: Clone + PartialEq {
    /// The device and the learning rate: what may change while the run goes on.
    fn live(&mut self) -> (&mut DeviceChoice, &mut f32);
}

/// What is asked. What cannot be done is answered by `Event::Failed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask<O> {
    /// A new run from these options, at step 0 and at rest. Answered by `Answer::Started`.
    Start(O),
    /// Buffer 0: a checkpoint, `Answer::Checkpoint`. The run stands where it was made, on this device. Answered by `Answer::Started`.
    Continue(DeviceChoice),
    /// Step after step until `Pause`. Refused without training and test digits. Answered by `Answer::State`, then step by step.
    Play,
    /// No further step. Ends whatever else the job does for the run. Answered by `Answer::State`; steps that are under way are still told.
    Pause,
    /// One step, then a rest. Answered by what the step has found, and `Answer::State`.
    Step,
    /// The learning rate from the next step on. Refused where it is not finite or below 0. Not answered.
    Rate(f32),
}

impl<O> Ask<O> {
    /// The variant's name, for messages.
    pub fn name(&self) -> &'static str {
        match self {
            Ask::Start(_) => "Start",
            Ask::Continue(_) => "Continue",
            Ask::Play => "Play",
            Ask::Pause => "Pause",
            Ask::Step => "Step",
            Ask::Rate(_) => "Rate",
        }
    }
}

/// What a job says of its run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer<O> {
    /// A run stands and rests. Answers `Ask::Start` and `Ask::Continue`.
    Started {
        /// 0, or that of the checkpoint.
        step: u64,
        /// What the run starts from.
        options: O,
        /// How many numbers its network learns; of twins, each.
        parameters: usize,
        /// Multiply-adds of one example's forward pass.
        macs: u64,
        /// Mini-batches in one pass over the examples that are learned from.
        steps_an_epoch: usize,
    },
    /// Whether the run plays, and its step. Sent after a request that changes this, and after a single step.
    State {
        /// Whether step follows step until a pause.
        playing: bool,
        /// The step whose weights the network has: the last one, or the one that is shown.
        step: u64,
    },
    /// Buffer 0: the run as it stood after a step, with the optimiser's memory and the options (`Ask::Continue`). Told every few seconds of training.
    Checkpoint {
        /// The step after which it was made.
        step: u64,
    },
    /// The GPU was lost. The run stands at `step` again, `lost_steps` before where it was, and goes on.
    Recovered {
        /// The step from which it continues: that of the last checkpoint, or 0.
        step: u64,
        /// Steps that are to be made again.
        lost_steps: u64,
        /// Why the GPU was lost, in its own words.
        reason: String,
        /// The device of the run now: another GPU, or the CPU.
        device: DeviceChoice,
    },
}
