//! Vision before networks: hand-made kernels, borders, filtering, edges, spectra; and the kernels that a picture itself suggests.
mod border;
mod components;
mod edges;
mod filter;
mod hog;
pub mod kernels;
mod median;
mod noise;
mod plane;
mod scene;
mod separable;
#[cfg(feature = "workbench")]
mod spectrum;
mod svd;

pub use border::Border;
pub use components::{Components, PATCHES};
pub use edges::{direction, magnitude, zero_crossings};
pub use filter::{filter, filter_in_passes};
pub use hog::{Hog, hog, hog_strokes};
pub use median::median;
pub use noise::{Noise, add_noise};
pub use plane::Plane;
pub use scene::scene;
pub use separable::{Passes, separate};
#[cfg(feature = "workbench")]
pub use spectrum::spectrum;
pub use svd::{Svd, svd};
