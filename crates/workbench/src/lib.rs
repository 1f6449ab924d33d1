//! The workbench runs: requests in, events out, the same in the browser's worker, in a shell and in tests.
pub mod protocol;

#[cfg(feature = "jobs")]
mod host;
#[cfg(feature = "jobs")]
pub mod job;
#[cfg(feature = "jobs")]
pub mod jobs;
#[cfg(feature = "jobs")]
mod serve;
#[cfg(feature = "jobs")]
mod session;

#[cfg(feature = "jobs")]
pub use {
    host::{Host, Queue},
    serve::serve,
    session::Session,
};

/// A hash of the sources: page and worker of one build carry the same.
pub const BUILD: &str = env!("RECEPTIVE_BUILD");
