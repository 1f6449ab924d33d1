//! The jobs: one a file.
pub mod look;
mod reading;
pub mod speed;
pub mod train;
pub mod verify;
pub mod vision;
pub mod weights;
