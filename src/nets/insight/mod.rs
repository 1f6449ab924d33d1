//! Looking inside a network.
mod activations;

pub use activations::{Inspection, Layer, inspect};
