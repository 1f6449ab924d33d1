//! The workbench: requests come in, events go out. It is the same in the browser's worker, in a shell and in tests.
#![deny(missing_docs)]

pub mod protocol;
mod wishes;

#[cfg(feature = "serve")]
mod host;
#[cfg(feature = "serve")]
pub mod job;
#[cfg(feature = "serve")]
pub mod jobs;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod session;

#[cfg(feature = "serve")]
pub use {
    host::{Host, Queue},
    serve::serve,
    session::Session,
};

pub use wishes::Wishes;

/// A hash of the sources. Page and worker of one build have the same.
pub const BUILD: &str = env!("RECEPTIVE_BUILD");
