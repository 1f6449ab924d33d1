//! Networks learn: layers, models, data, training, looking inside; and what was seen before networks.
pub mod data;
pub mod files;
pub mod insight;
pub mod models;
pub mod nn;
pub mod train;
pub mod vision;
