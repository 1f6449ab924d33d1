//! A tensor, and where on which tape it was made; nowhere, for inference.
use super::{Entry, Op, Param, Tape, run};
use crate::{
    engine::tensor::{Shape, Tensor},
    error::Result,
};

#[derive(Clone)]
pub struct Var {
    pub(super) value: Tensor,
    pub(super) at: Option<(Tape, usize)>,
}

impl Var {
    /// Outside any tape: nothing is remembered.
    pub fn constant(value: Tensor) -> Var {
        Var { value, at: None }
    }
    pub fn value(&self) -> &Tensor {
        &self.value
    }
    pub fn shape(&self) -> &Shape {
        self.value.shape()
    }
    /// Runs an operation and, if any input is on a tape, writes a line on it.
    pub fn apply(op: impl Op + 'static, inputs: &[&Var]) -> Result<Var> {
        let values: Vec<&Tensor> = inputs.iter().map(|v| &v.value).collect();
        let value = run(&op, &values)?;
        let Some((tape, _)) = inputs.iter().find_map(|v| v.at.as_ref()) else { return Ok(Var::constant(value)) };
        let entry = Entry {
            op: Some(Box::new(op)),
            inputs: inputs.iter().map(|v| v.at.as_ref().map(|(_, line)| *line)).collect(),
            x: values.into_iter().cloned().collect(),
            y: value.clone(),
        };
        let line = tape.push(entry);
        Ok(Var { value, at: Some((tape.clone(), line)) })
    }
    /// The parameter as seen from this variable's tape.
    pub fn param(&self, param: &Param) -> Var {
        let value = param.value().clone();
        match &self.at {
            Some((tape, _)) if param.trains => tape.leaf(Some(&param.name), value),
            _ => Var::constant(value),
        }
    }
    /// Whether what is done with it is remembered.
    pub fn is_recorded(&self) -> bool {
        self.at.is_some()
    }
}
