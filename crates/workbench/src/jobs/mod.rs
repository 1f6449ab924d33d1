//! The jobs: one a file.
pub mod depth;
pub mod look;
pub mod photos;
mod reading;
pub mod speed;
pub mod train;
pub mod verify;
pub mod vision;
pub mod weights;
