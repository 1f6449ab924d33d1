//! Sequences: named layers that run one after another.
use super::{
    Cx, Module, Part, Probed, Scope,
    fused::{self, Tail},
    module::Child,
};
use engine::{
    Result,
    autograd::{Param, Var},
    ops::UnaryFn,
};
use std::rc::Rc;

/// torch.nn.Sequential: each child gets the output of the child before it. A probe sees each child's output under its dotted name.
pub struct Seq {
    scope: Scope,
    children: Vec<Child>,
}

impl Seq {
    /// An empty sequence: y = x.
    pub fn new(scope: &Scope) -> Seq {
        Seq { scope: scope.clone(), children: vec![] }
    }
    /// Appends a child with parameters. `build` is given the scope of that name.
    pub fn then<M: Module + 'static>(self, name: &str, build: impl FnOnce(&Scope) -> Result<M>) -> Result<Seq> {
        let module = build(&(&self.scope / name))?;
        Ok(self.add(name, module))
    }
    /// Appends a child whose name is its number, as in torch.nn.Sequential.
    pub fn push<M: Module + 'static>(self, build: impl FnOnce(&Scope) -> Result<M>) -> Result<Seq> {
        let name = self.children.len().to_string();
        self.then(&name, build)
    }
    /// Appends a child without parameters.
    pub fn add(mut self, name: &str, module: impl Module + 'static) -> Seq {
        self.children.push((name.into(), Box::new(module)));
        self
    }
    /// y = φ(layers(x) + sum), the end of a residual layer.
    pub(super) fn forward_onto(&self, x: &Var, sum: &Var, activation: Option<UnaryFn>, cx: &mut Cx) -> Result<Var> {
        if cx.fuses(x) {
            return fused::forward(&self.children, x, Some(Tail { sum, activation }), cx);
        }
        let sum = self.forward(x, cx)?.add(sum)?;
        activation.map_or(Ok(sum.clone()), |function| sum.unary(function))
    }
}

impl Module for Seq {
    fn describe(&self) -> String {
        format!("{} layers", self.children.len())
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        if cx.fuses(x) {
            return fused::forward(&self.children, x, None, cx);
        }
        let mut x = x.clone();
        for (name, module) in &self.children {
            let first = x.lines();
            x = module.forward(&x, cx)?;
            if let Some(probe) = &mut cx.probe {
                let path = (&self.scope / name.as_str()).path().into();
                probe.push(Probed {
                    path,
                    description: module.describe(),
                    torch: module.torch(),
                    value: x.clone(),
                    lines: first..x.lines(),
                });
            }
        }
        Ok(x)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.children.iter().flat_map(|(_, module)| module.params()).collect()
    }
    fn only_for_training(&self) -> Vec<Rc<Param>> {
        self.children.iter().flat_map(|(_, module)| module.only_for_training()).collect()
    }
    fn part(&self) -> Part<'_> {
        Part::Seq(&self.children)
    }
}
