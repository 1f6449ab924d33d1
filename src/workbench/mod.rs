//! The workbench runs: requests in, events out, the same in the browser's worker, in a shell and in tests.
pub mod protocol;

#[cfg(feature = "workbench")]
mod host;
#[cfg(feature = "workbench")]
pub mod jobs;
#[cfg(feature = "workbench")]
mod serve;
#[cfg(feature = "workbench")]
mod session;

#[cfg(feature = "workbench")]
pub use {host::Host, serve::serve, session::Session};
