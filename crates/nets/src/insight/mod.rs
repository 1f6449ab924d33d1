//! Looking inside a network: activations, receptive fields, costs, attribution, and its graph down to one number.
mod activations;
mod attribution;
mod dry_run;
mod formula;
mod graph;
mod layer_field;
mod node;
mod node_cell;
mod node_times;
mod node_values;
mod part_cost;
mod receptive_field;
mod recorded;
mod unit;

pub use activations::{Inspection, Layer, inspect};
pub use attribution::{LoadedWeights, grad_cam, image_layers, saliency};
pub use graph::{graph, graph_of};
pub use layer_field::{LayerField, layer_fields};
pub use node::{Kind, Node};
pub use node_cell::{Cell, Then, node_cell};
pub use node_times::node_times;
pub use node_values::{MOST_WEIGHTS, NodeValues, node_values};
pub use part_cost::{PartCost, part_costs};
pub use receptive_field::{Reach, ReceptiveField};
pub use unit::{Sensitivity, Unit, radius, unit_field, unit_gradient};
