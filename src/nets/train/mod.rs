//! Training: optimisers, metrics and the trainer.
mod kernel;
mod metrics;
mod optimiser;
mod trainer;

pub use kernel::KernelTrainer;
pub use metrics::{Score, score};
pub use optimiser::{Optimiser, Rule, Snapshot};
pub use trainer::{Outcome, Trainer};
