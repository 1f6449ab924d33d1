//! The engine computes: bytes and shaders, tensors, the tape, and the operations.
#![deny(missing_docs)]

/// The text of a shader, by the name of its file, without comments (see build.rs).
macro_rules! wgsl {
    ($file:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $file))
    };
}

pub mod autograd;
pub mod error;
pub mod gpu;
pub mod ops;
pub mod tensor;

pub use error::{Error, Result};
