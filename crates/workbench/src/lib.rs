//! The workbench: requests come in, events go out. It is the same in the browser's worker, in a shell and in tests.
#![deny(missing_docs)]

pub mod protocol;
mod wishes;

#[cfg(feature = "figures")]
mod host;
#[cfg(feature = "figures")]
pub mod job;
#[cfg(feature = "figures")]
pub mod jobs;
#[cfg(feature = "figures")]
mod serve;
#[cfg(feature = "figures")]
mod session;

#[cfg(feature = "figures")]
pub use {
    host::{Host, Queue},
    serve::serve,
    session::Session,
};

pub use wishes::Wishes;

/// A hash of the sources. Page and worker of one build have the same.
pub const BUILD: &str = env!("RECEPTIVE_BUILD");
