//! What labs of photos share: the worker, the photo and its sources, and the networks that can be loaded.
pub mod follow;
pub mod messages;
pub mod names;
pub mod networks;
pub mod samples;
pub mod source;
pub mod stage;
pub mod store;
pub mod topics;
pub mod worker;
