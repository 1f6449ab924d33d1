//! The jobs: one a file or a folder, and the table in which a program finds them.
#[cfg(feature = "jobs")]
mod checkpoint;
#[cfg(feature = "jobs")]
pub mod depth;
#[cfg(feature = "jobs")]
mod look;
#[cfg(feature = "jobs")]
mod machine;
#[cfg(feature = "jobs")]
pub mod photos;
#[cfg(feature = "jobs")]
mod reading;
#[cfg(feature = "jobs")]
pub mod speed;
#[cfg(feature = "jobs")]
pub mod train;
#[cfg(feature = "jobs")]
mod train_loop;
#[cfg(feature = "jobs")]
pub mod verify;
pub mod vision;
#[cfg(feature = "jobs")]
mod weights;

use crate::job::{Job, Make};

fn make<J: Job + Default + 'static>() -> Box<dyn Job> {
    Box::<J>::default()
}

/// What figures ask: pictures and kernels. It needs neither a GPU nor a network.
pub const FIGURES: &[Make] = &[make::<vision::Seats>];

/// What learns from digits.
#[cfg(feature = "jobs")]
pub const TRAINING: &[Make] = &[make::<machine::Machine>, make::<train::Training>, make::<depth::Depth>];

/// Every network of the zoo: on photos, counted, and measured.
#[cfg(feature = "jobs")]
pub const PHOTOS: &[Make] = &[make::<machine::Machine>, make::<photos::Photos>, make::<speed::Speed>];

/// All of them, for a program that need not be small.
#[cfg(feature = "jobs")]
pub const ALL: &[Make] = &[
    make::<machine::Machine>,
    make::<vision::Seats>,
    make::<photos::Photos>,
    make::<speed::Speed>,
    make::<depth::Depth>,
    make::<train::Training>,
];
