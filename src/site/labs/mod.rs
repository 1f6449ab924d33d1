//! Labs: rooms with apparatus; listed once, here.
pub mod classify;
pub mod convolution;
pub mod gradient_flow;
pub mod kit;
mod lab;
pub mod speed;
pub mod task;
pub mod train;
pub mod zoo;

pub use lab::Lab;

/// Every lab, in the header's order.
pub const LABS: &[Lab] = &[convolution::LAB, train::LAB, gradient_flow::LAB, classify::LAB, zoo::LAB, speed::LAB];

/// What labs keep while the reader is on another page.
pub fn provide() {
    train::provide();
}
