//! The native tests: one binary.
mod attribution;
#[cfg(all(feature = "site", feature = "book"))]
mod book;
mod classical;
mod depth;
mod devices;
mod doubles;
mod floors;
mod gpu;
mod gpu_kernels;
mod gradients;
mod layout;
mod memory;
mod not_a_number;
mod operations;
mod photo_bench;
mod photos;
mod records;
#[cfg(feature = "book")]
mod release;
mod rungs;
mod session;
mod shapes;
mod speed;
mod training;
mod vision;
mod weight_files;
mod weights;
mod zoo;
