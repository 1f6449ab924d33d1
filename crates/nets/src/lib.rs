//! Networks learn: layers, models, data, training, looking inside.
pub mod data;
pub mod insight;
pub mod models;
pub mod nn;
pub mod train;
