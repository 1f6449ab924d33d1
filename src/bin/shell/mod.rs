//! The shell's commands: one a file.
pub mod classify;
pub mod convert;
pub mod device;
mod digits;
pub mod files;
pub mod forward;
pub mod host;
pub mod models;
pub mod speed;
pub mod train;
pub mod verify;
