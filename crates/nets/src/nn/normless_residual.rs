//! Residual layers without norms: the activation comes first, and a shortcut that changes the shape begins after it.
use super::{Cx, Module, Seq};
use engine::{
    Result,
    autograd::{Param, Var},
};
use std::rc::Rc;

/// a = activation(x); y = branch(a) + x, or y = branch(a) + shortcut(a) if there is a shortcut. Source: Brock et al., 2021, after He et al., 2016.
pub struct NormlessResidual {
    /// The activation, with the factor that divides by the expected deviation of x.
    pub activation: Seq,
    /// What is added.
    pub branch: Seq,
    /// What replaces x in the sum where the branch changes the shape.
    pub shortcut: Option<Seq>,
}

impl Module for NormlessResidual {
    fn describe(&self) -> String {
        let around = self.shortcut.as_ref().map_or("input".into(), |s| s.describe());
        format!("{} + {around}, activation first", self.branch.describe())
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        let activated = self.activation.forward(x, cx)?;
        let around = self.shortcut.as_ref().map_or(Ok(x.clone()), |shortcut| shortcut.forward(&activated, cx))?;
        self.branch.forward_onto(&activated, &around, None, cx)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        let around = self.shortcut.iter().flat_map(|s| s.params());
        around.chain(self.branch.params()).collect()
    }
}
