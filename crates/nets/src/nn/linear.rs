//! A dense (fully connected) layer: a weight and a bias.
use super::{
    Cx, Init, Module, Part, Scope,
    module::{Prepared, Products},
};
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{Conv2d, Window},
    tensor::Layout,
};
use std::rc::Rc;

/// # Shapes
/// Input N×In, output N×Out; weight Out×In, bias Out. Reference: torch.nn.Linear.
pub struct Linear {
    weight: Rc<Param>,
    bias: Rc<Param>,
    inputs: usize,
    outputs: usize,
    prepared: Prepared,
}

impl Linear {
    /// A dense layer whose weight and bias are drawn as by torch.nn.Linear, uniformly within ±1/√inputs.
    pub fn new(scope: &Scope, inputs: usize, outputs: usize) -> Result<Linear> {
        let init = Init::Uniform { fan_in: inputs };
        Ok(Linear {
            weight: scope.param("weight", Layout::Dense, &[outputs, inputs], init)?,
            bias: scope.param("bias", Layout::Plain, &[outputs], init)?,
            inputs,
            outputs,
            prepared: Prepared::default(),
        })
    }
}

impl Module for Linear {
    fn describe(&self) -> String {
        format!("dense, {}", self.outputs)
    }
    fn torch(&self) -> Option<String> {
        Some(format!("nn.Linear({}, {})", self.inputs, self.outputs))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.linear(&x.param(&self.weight), Some(&x.param(&self.bias)))
    }
    fn params(&self) -> Vec<Rc<Param>> {
        vec![self.weight.clone(), self.bias.clone()]
    }
    fn part(&self) -> Part<'_> {
        let conv = Conv2d { window: Window::square(1), groups: 1 };
        Part::Products(Products { conv, weight: &self.weight, bias: Some(&self.bias), prepared: &self.prepared })
    }
}
