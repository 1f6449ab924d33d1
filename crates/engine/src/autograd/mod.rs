//! The contract of an operation, and the tape that remembers what ran.
mod add;
mod op;
mod param;
mod tape;
mod var;

pub use add::Add;
pub use op::{Backward, Op, run};
pub use param::Param;
pub use tape::{Entry, Gradients, Tape};
pub use var::Var;
