//! The jobs: one a file or a folder, and the table in which a program finds them.
pub mod depth;
mod look;
mod machine;
pub mod photos;
mod reading;
pub mod speed;
pub mod train;
pub mod verify;
pub mod vision;
mod weights;

use crate::job::{Job, Make};

fn make<J: Job + Default + 'static>() -> Box<dyn Job> {
    Box::<J>::default()
}

/// What figures ask: pictures and kernels. It needs neither a GPU nor a network.
pub const FIGURES: &[Make] = &[make::<vision::Seats>];

/// What learns from digits.
pub const TRAINING: &[Make] = &[make::<machine::Machine>, make::<train::Training>, make::<depth::Depth>];

/// Every network of the zoo: on photos, counted, and measured.
pub const PHOTOS: &[Make] = &[make::<machine::Machine>, make::<photos::Photos>, make::<speed::Speed>];

/// All of them, for a program that need not be small.
pub const ALL: &[Make] = &[
    make::<machine::Machine>,
    make::<vision::Seats>,
    make::<photos::Photos>,
    make::<speed::Speed>,
    make::<depth::Depth>,
    make::<train::Training>,
];
