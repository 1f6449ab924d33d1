//! Files before they are read: what one is and what it is for, how large a picture it holds, and how much memory reading it takes.
mod archive;
mod bmp;
mod boxes;
mod exif;
mod found;
mod gif;
mod head;
mod jpeg;
mod kind;
mod memory;
mod picture;
mod png;
mod purpose;
mod webp;

pub use exif::orientation;
pub use found::{TORCH_SCRIPT, found, found_of_head};
pub use head::Head;
#[cfg(feature = "photos")]
pub(crate) use head::little;
#[cfg(feature = "jpeg")]
pub(crate) use jpeg::{Component, Frame, cut_off, frame_of};
pub use kind::{Kind, MAGIC};
pub use memory::{MOST_MEMORY, in_browser, within};
pub use picture::{head, size};
pub use purpose::Purpose;
#[cfg(feature = "photos")]
pub(crate) use webp::chunks;
