//! Bytes and shaders.
mod caps; mod dispatch;
pub use caps::Caps; pub use dispatch::{Dispatch, Params};
