//! Training: optimisers, metrics and the trainer.
mod adadelta;
mod copy;
mod kernel;
mod metrics;
mod optimiser;
mod rule;
mod schedule;
mod thinned;
mod trainer;

pub use adadelta::Adadelta;
pub use copy::Copy;
pub use kernel::KernelTrainer;
pub use metrics::{Score, answer, score};
pub use optimiser::{Memory, Optimiser, Snapshot};
pub use rule::Rule;
pub use schedule::Schedule;
pub use thinned::Thinned;
pub use trainer::{Outcome, Trainer};
