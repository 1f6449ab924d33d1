//! The zoo: one family a file, one entry a network. Navigation, tables, tests and the shell walk `MODELS`.
mod lenet;

use super::nn::{Scope, Seq};
use crate::error::{Error, Result};

pub struct ModelSpec {
    pub name: &'static str,
    /// What a reader sees.
    pub title: &'static str,
    /// Authors, year, title, venue.
    pub paper: &'static str,
    /// Channels, height, width.
    pub input: [usize; 3],
    pub classes: usize,
    /// Trainable parameters of the reference.
    pub params: usize,
    pub build: fn(&Scope) -> Result<Seq>,
}

pub const MODELS: &[ModelSpec] = &[lenet::LENET5, lenet::LENET5_RELU];

/// The entry of this name, or an error that lists the names.
pub fn model(name: &str) -> Result<&'static ModelSpec> {
    MODELS.iter().find(|m| m.name == name).ok_or_else(|| {
        let names: Vec<&str> = MODELS.iter().map(|m| m.name).collect();
        Error::unsupported(format!("model {name:?}"), format!("the zoo has {}", names.join(", ")))
    })
}
