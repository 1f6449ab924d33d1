//! The native tests: one binary.
mod learns;
