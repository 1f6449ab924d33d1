//! Looking inside a network: activations, receptive fields, costs and attribution.
mod activations;
mod ascent;
mod attribution;
mod dry_run;
mod features;
mod layer_field;
mod mean_gradient;
mod occlusion;
mod part_cost;
mod receptive_field;
mod unit;

pub use activations::{Inspection, Layer, inspect};
pub use ascent::{Ascent, Goal, Regularisers};
pub use attribution::{LoadedWeights, grad_cam, image_layers};
pub use features::{cosine, features};
pub use layer_field::{LayerField, layer_fields};
pub use mean_gradient::{MeanGradient, Points, rectifiers, saliency};
pub use occlusion::{Occluder, Occlusion};
pub use part_cost::{PartCost, part_costs};
pub use receptive_field::{Reach, ReceptiveField};
pub use unit::{Sensitivity, Unit, radius, unit_field, unit_gradient};
