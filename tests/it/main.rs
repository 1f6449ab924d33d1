//! The native tests: one binary.
