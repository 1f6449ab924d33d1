//! What every layer is: something with a forward pass, parameters and a line in the architecture table.
use crate::{
    engine::autograd::{Param, Var},
    error::Result,
};
use std::rc::Rc;

pub trait Module {
    /// What a reader of the architecture table should see, such as `conv 5×5, 6`.
    fn describe(&self) -> String;
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var>;
    /// In the order of the reference's weight file.
    fn params(&self) -> Vec<Rc<Param>> {
        vec![]
    }
}

/// A named activation, as a probe saw it.
pub struct Probed {
    pub path: String,
    pub description: String,
    pub value: Var,
}

/// Collects every named activation of a forward pass.
pub type Probe = Vec<Probed>;

/// What a forward pass carries along.
#[derive(Default)]
pub struct Cx<'a> {
    pub probe: Option<&'a mut Probe>,
}
