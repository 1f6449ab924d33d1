//! Receptive: a textbook of convolutional networks in which every figure computes.
//!
//! It has five storeys, each of which knows only those below it (ARCHITECTURE.md): [`engine`] computes, [`vision`] reads pictures, [`nets`]
//! learn, [`workbench`] runs, [`site`] teaches.
#![deny(missing_docs)]

#[cfg(feature = "site")]
pub mod site;
#[cfg(feature = "browser")]
pub mod wire;

pub use engine::error;
pub use workbench::BUILD;
pub use {book, engine, nets, vision, workbench};
