//! The native tests, in one binary.
mod attribution;
mod attribution_records;
#[cfg(all(feature = "site", feature = "book"))]
mod book;
mod brought_files;
mod circles;
mod classical;
#[cfg(feature = "site")]
mod controls;
mod counted;
mod depth;
mod devices;
mod doubles;
mod floors;
#[cfg(target_os = "linux")]
mod flushed;
mod fuzz;
mod gpu;
mod gpu_kernels;
mod gradients;
mod inspect;
mod layout;
mod memory;
mod not_a_number;
mod operations;
mod own_classes;
mod photo_bench;
mod photo_memory;
mod photos;
mod pictures;
mod records;
#[cfg(feature = "book")]
mod release;
mod rungs;
mod said_of_itself;
mod session;
mod shapes;
mod shares;
#[cfg(unix)]
mod shell;
mod source;
mod speed;
mod training;
mod vision;
mod weight_files;
mod weights;
mod zoo;

#[global_allocator]
static MEMORY: counted::Counted = counted::Counted;
