//! The book's text: the Markdown that an author writes, and the page that is made of it before the site is served.
//!
//! Only [`contents`] and the types of [`page`] reach the reader's browser. Markdown and LaTeX are read when the site is built (`src/bin/book.rs`).
#![deny(missing_docs)]

pub mod contents;
#[cfg(feature = "markdown")]
mod directive;
#[cfg(feature = "markdown")]
mod formula;
#[cfg(feature = "markdown")]
mod inline;
#[cfg(feature = "markdown")]
mod markdown;
pub mod page;
#[cfg(feature = "markdown")]
mod shelf;

#[cfg(feature = "markdown")]
pub use inline::{Reference, To};
#[cfg(feature = "markdown")]
pub use shelf::{Fault, Lecture, Shelf};
