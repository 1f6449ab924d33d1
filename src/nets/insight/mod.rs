//! Looking inside a network.
mod activations;
mod receptive_field;

pub use activations::{Inspection, Layer, inspect};
pub use receptive_field::{Reach, ReceptiveField};
