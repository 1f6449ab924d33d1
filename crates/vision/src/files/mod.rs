//! Files before they are read: what one is, how large a picture it holds, and how much memory reading it takes.
mod bmp;
mod boxes;
mod gif;
mod head;
mod jpeg;
mod kind;
mod memory;
mod picture;
mod png;
mod webp;

pub use head::Head;
pub use kind::{Kind, MAGIC, found};
pub use memory::{MOST_MEMORY, in_browser, within};
pub use picture::{head, size};
