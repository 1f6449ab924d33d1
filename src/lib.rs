//! Receptive: a textbook of convolutional networks in which every figure computes.
//!
//! Four storeys, each of which knows only those below it (ARCHITECTURE.md):
//! [`engine`] computes, [`nets`] learn, [`workbench`] runs, [`site`] teaches.

pub mod book;
pub mod engine;
pub mod error;
pub mod nets;
#[cfg(feature = "site")]
pub mod site;
pub mod workbench;

/// A hash of the sources: page and worker of one build carry the same.
pub const BUILD: &str = env!("RECEPTIVE_BUILD");
