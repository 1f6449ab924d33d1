//! The shell's commands, each in a file.
pub mod classify;
pub mod convert;
pub mod device;
mod digits;
pub mod files;
pub mod forward;
pub mod host;
pub mod inspect;
mod interrupt;
pub mod models;
pub mod numbers;
mod saving;
pub mod speed;
pub mod train;
pub mod verify;
