//! Labs: pages with apparatus, and the table of all of them.
pub mod classify;
pub mod convolution;
pub mod gradient_flow;
pub mod inspect;
pub mod kit;
mod lab;
pub mod speed;
pub mod task;
pub mod train;
pub mod zoo;

pub use lab::Lab;

/// All labs, in the order of the header.
pub const LABS: &[Lab] = &[convolution::LAB, train::LAB, gradient_flow::LAB, classify::LAB, inspect::LAB, zoo::LAB, speed::LAB];

/// Provides what labs keep while the reader is on another page.
pub fn provide() {
    train::provide();
}
