//! The jobs, each in a file or a folder, and the tables of jobs that programs hold.
#[cfg(feature = "jobs")]
mod checkpoint;
#[cfg(feature = "jobs")]
pub mod depth;
#[cfg(feature = "jobs")]
mod look;
#[cfg(feature = "jobs")]
mod machine;
#[cfg(all(feature = "jobs", feature = "photos"))]
pub mod photos;
#[cfg(feature = "jobs")]
mod reading;
#[cfg(all(feature = "jobs", feature = "photos"))]
pub mod speed;
#[cfg(feature = "jobs")]
pub mod train;
#[cfg(feature = "jobs")]
mod train_loop;
#[cfg(feature = "jobs")]
pub mod verify;
#[cfg(feature = "figures")]
pub mod vision;
#[cfg(feature = "jobs")]
mod weights;

use crate::job::{Job, Make};

fn make<J: Job + Default + 'static>() -> Box<dyn Job> {
    Box::<J>::default()
}

/// The jobs of the figures' worker: pictures and kernels. They need neither a GPU nor a network.
#[cfg(feature = "figures")]
pub const FIGURES: &[Make] = &[make::<vision::Channels>];

/// The jobs that learn from digits.
#[cfg(feature = "jobs")]
pub const TRAINING: &[Make] = &[make::<machine::Machine>, make::<train::Training>, make::<depth::Depth>];

/// The jobs of every network of the zoo: on photos, counts, and speed.
#[cfg(all(feature = "jobs", feature = "photos"))]
pub const PHOTOS: &[Make] = &[make::<machine::Machine>, make::<photos::Photos>, make::<speed::Speed>];

/// All jobs, for a program whose size does not matter.
#[cfg(all(feature = "jobs", feature = "photos", feature = "figures"))]
pub const ALL: &[Make] = &[
    make::<machine::Machine>,
    make::<vision::Channels>,
    make::<photos::Photos>,
    make::<speed::Speed>,
    make::<depth::Depth>,
    make::<train::Training>,
];
