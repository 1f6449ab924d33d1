//! Neural networks: layers, models, data, training, and looking inside.
#![deny(missing_docs)]

pub mod data;
pub mod insight;
pub mod models;
pub mod nn;
pub mod train;
