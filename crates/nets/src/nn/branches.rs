//! Parallel branches of one input, whose output channels are concatenated.
use super::{Cx, Module, Seq};
use engine::{
    Result,
    autograd::{Param, Var},
};
use std::rc::Rc;

/// y = the channels of all branches, from the first to the last. Source: Szegedy et al., 2015.
///
/// # Shapes
/// Input N×C×H×W, output N×ΣCi×OH×OW; every branch gives the same OH×OW.
pub struct Branches(pub Vec<Seq>);

impl Module for Branches {
    fn describe(&self) -> String {
        format!("{} branches side by side", self.0.len())
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        let parts = self.0.iter().map(|branch| branch.forward(x, cx)).collect::<Result<Vec<_>>>()?;
        Var::concat(&parts.iter().collect::<Vec<_>>(), 3)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.0.iter().flat_map(|branch| branch.params()).collect()
    }
}

/// Dense concatenation: y = x followed by the new channels layer(x). So later layers see everything that came before. Source: Huang et al., 2017.
pub struct DenseConcat(pub Seq);

impl Module for DenseConcat {
    fn describe(&self) -> String {
        "input and new channels".into()
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        Var::concat(&[x, &self.0.forward(x, cx)?], 3)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.0.params()
    }
}

/// An auxiliary head: a classifier beside the network, which passes x on unchanged. It is computed only if a probe watches, which then sees its activations.
pub struct AuxiliaryHead(pub Seq);

impl Module for AuxiliaryHead {
    fn describe(&self) -> String {
        "auxiliary head, beside".into()
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        if cx.probe.is_some() {
            self.0.forward(x, cx)?;
        }
        Ok(x.clone())
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.0.params()
    }
    fn only_for_training(&self) -> Vec<Rc<Param>> {
        self.params()
    }
}
