//! The native tests: one binary.
mod devices;
mod doubles;
mod gpu;
mod gradients;
mod layout;
mod memory;
mod records;
mod session;
mod shapes;
