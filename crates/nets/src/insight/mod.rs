//! Looking inside a network: activations, receptive fields, costs and attribution.
mod activations;
mod attribution;
mod dry_run;
mod layer_field;
mod part_cost;
mod receptive_field;
mod unit;

pub use activations::{Inspection, Layer, inspect};
pub use attribution::{LoadedWeights, grad_cam, image_layers, saliency};
pub use layer_field::{LayerField, layer_fields};
pub use part_cost::{PartCost, part_costs};
pub use receptive_field::{Reach, ReceptiveField};
pub use unit::{Sensitivity, Unit, radius, unit_field, unit_gradient};
