//! The contract of an operation, and the tape that remembers what ran.
mod add;
mod backward;
mod op;
mod param;
mod relu_rule;
mod tape;
mod var;

pub use add::Add;
pub use backward::Gradients;
pub use op::{Backward, Op, run};
pub use param::Param;
pub use relu_rule::ReluRule;
pub use tape::{Entry, Tape};
pub use var::Var;
