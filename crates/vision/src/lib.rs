//! Pictures: what a file is ([`files`]), a photo as a network reads it, and vision before networks: hand-made kernels, borders, filtering, edges, spectra, and
//! the kernels that a picture itself suggests.
#![deny(missing_docs)]
mod border;
#[cfg(feature = "photos")]
mod classes;
mod components;
#[cfg(feature = "photos")]
mod decode;
mod disturb;
mod edges;
pub mod files;
mod filter;
#[cfg(feature = "photos")]
mod gif;
mod hog;
mod ink;
#[cfg(feature = "jpeg")]
pub mod jpeg;
pub mod kernels;
mod median;
mod noise;
mod plane;
mod preprocess;
mod resize;
mod scene;
mod separable;
#[cfg(feature = "spectrum")]
mod spectrum;
mod svd;
mod turn;
#[cfg(feature = "photos")]
mod webp;

pub use border::Border;
#[cfg(feature = "photos")]
pub use classes::{ClassList, ClassNames, class_name};
pub use components::{Components, PATCHES};
pub use disturb::Disturbance;
pub use edges::{direction, magnitude, zero_crossings};
pub use filter::{filter, filter_in_passes};
pub use hog::{Hog, hog, hog_strokes};
pub use ink::{Ink, ink};
pub use median::median;
pub use noise::{Noise, add_noise};
pub use plane::Plane;
pub use preprocess::Preprocess;
pub use resize::{Photo, Resampling};
pub use scene::scene;
pub use separable::{Passes, separate};
#[cfg(feature = "spectrum")]
pub use spectrum::spectrum;
pub use svd::{Svd, svd};
pub use turn::turned;
