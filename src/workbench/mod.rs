//! The workbench runs: requests in, events out, the same in the browser's worker, in a shell and in tests.
pub mod protocol;
