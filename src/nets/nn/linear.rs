//! A dense layer with its weight and bias.
use super::{Cx, Init, Module, Scope};
use crate::{
    engine::{
        autograd::{Param, Var},
        tensor::Layout,
    },
    error::Result,
};
use std::rc::Rc;

/// # Shapes
/// Input N×In, output N×Out; weight Out×In, bias Out. Reference: torch.nn.Linear.
pub struct Linear {
    weight: Rc<Param>,
    bias: Rc<Param>,
    outputs: usize,
}

impl Linear {
    pub fn new(scope: &Scope, inputs: usize, outputs: usize) -> Result<Linear> {
        let init = Init::Uniform { fan_in: inputs };
        Ok(Linear {
            weight: scope.param("weight", Layout::Dense, &[outputs, inputs], init)?,
            bias: scope.param("bias", Layout::Plain, &[outputs], init)?,
            outputs,
        })
    }
}

impl Module for Linear {
    fn describe(&self) -> String {
        format!("dense, {}", self.outputs)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.linear(&x.param(&self.weight), Some(&x.param(&self.bias)))
    }
    fn params(&self) -> Vec<Rc<Param>> {
        vec![self.weight.clone(), self.bias.clone()]
    }
}
