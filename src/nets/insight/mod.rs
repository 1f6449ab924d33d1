//! Looking inside a network, and asking it why.
mod activations;
mod attribution;
mod receptive_field;

pub use activations::{Inspection, Layer, inspect};
pub use attribution::{Learned, grad_cam, image_layers, saliency};
pub use receptive_field::{Reach, ReceptiveField};
