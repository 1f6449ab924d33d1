//! Files before they are read: what one is, how large a picture it holds, and how much memory reading it takes.
mod bmp;
mod boxes;
mod exif;
mod gif;
mod head;
mod jpeg;
mod kind;
mod memory;
mod picture;
mod png;
mod webp;

pub use exif::orientation;
pub use head::Head;
#[cfg(feature = "photos")]
pub(crate) use head::little;
#[cfg(feature = "photos")]
pub(crate) use jpeg::{Component, Frame, cut_off, frame_of};
pub use kind::{Kind, MAGIC, found};
pub use memory::{MOST_MEMORY, in_browser, within};
pub use picture::{head, size};
#[cfg(feature = "photos")]
pub(crate) use webp::chunks;
