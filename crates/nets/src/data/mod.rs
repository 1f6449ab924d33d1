//! Data: files into numbers, with errors that say what was expected and found.
mod about;
mod augment;
mod batches;
#[cfg(feature = "weights")]
mod gzip;
mod idx;
mod mnist;
#[cfg(feature = "weights")]
mod weights;

pub use about::{About, PaddingRule};
pub use augment::Augment;
pub use batches::{Batches, subset};
#[cfg(feature = "weights")]
pub use gzip::unpacked;
pub use idx::{Idx, read_idx};
pub use mnist::{Digits, FILES, Mnist, SIDE, normalise, published};
#[cfg(feature = "weights")]
pub use weights::{Precision, about_safetensors, about_weights, read_safetensors, read_weights, write_safetensors};
