//! Layers: where parameters get their names and first values, and how layers follow one another.
mod activation;
mod conv2d;
mod flatten;
mod linear;
mod module;
mod pool;
mod scope;
mod seq;
mod state;

pub use activation::Activation;
pub use conv2d::Conv2d;
pub use flatten::Flatten;
pub use linear::Linear;
pub use module::{Cx, Module, Probe, Probed};
pub use pool::Pool;
pub use scope::{Init, Scope};
pub use seq::Seq;
pub use state::{State, load, parameter_count, save};
