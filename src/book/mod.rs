//! The book as text: what an author writes in Markdown, and the page that is made of it before the site is served.
//!
//! Only the types of [`page`] reach the reader's browser; Markdown and LaTeX are read when the site is built (`src/bin/book.rs`).
#[cfg(feature = "book")]
mod directive;
#[cfg(feature = "book")]
mod formula;
#[cfg(feature = "book")]
mod inline;
#[cfg(feature = "book")]
mod markdown;
pub mod page;
#[cfg(feature = "book")]
mod shelf;

#[cfg(feature = "book")]
pub use inline::{Reference, To};
#[cfg(feature = "book")]
pub use shelf::{Fault, Lecture, Shelf};
