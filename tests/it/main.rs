//! The native tests: one binary.
mod gpu;
