//! A tensor, and where on which tape it was made; on none, for inference.
use super::{Entry, Op, Param, Tape, run};
use crate::{
    error::Result,
    tensor::{Shape, Tensor},
};

/// A tensor in the autograd graph: PyTorch's tensor with its `grad_fn`. A clone shares the value's memory and the tape.
#[derive(Clone)]
pub struct Var {
    pub(super) value: Tensor,
    /// Where what is done with it is remembered.
    pub(super) tape: Option<Tape>,
    /// The line that made it; None for a constant, to which no gradient flows.
    pub(super) line: Option<usize>,
}

impl Var {
    /// Outside any tape: nothing is remembered.
    pub fn constant(value: Tensor) -> Var {
        Var { value, tape: None, line: None }
    }
    /// The tensor itself, without its place on a tape.
    pub fn value(&self) -> &Tensor {
        &self.value
    }
    /// The value's axes, in the engine's order: N×H×W×C for images.
    pub fn shape(&self) -> &Shape {
        self.value.shape()
    }
    /// Runs an operation and, if any input is on a tape, writes a line on it.
    pub fn apply(op: impl Op + 'static, inputs: &[&Var]) -> Result<Var> {
        let values: Vec<&Tensor> = inputs.iter().map(|v| &v.value).collect();
        let value = run(&op, &values)?;
        let tape = inputs.iter().find_map(|v| v.tape.clone());
        let lines: Vec<Option<usize>> = inputs.iter().map(|v| v.line).collect();
        let line = match &tape {
            Some(tape) if lines.iter().any(Option::is_some) => {
                let x = values.into_iter().cloned().collect();
                Some(tape.push(Entry { op: Some(Box::new(op)), inputs: lines, x, y: value.clone() }))
            }
            _ => None,
        };
        Ok(Var { value, tape, line })
    }
    /// The parameter as seen from this variable's tape.
    pub fn param(&self, param: &Param) -> Var {
        let value = param.value().clone();
        match &self.tape {
            Some(tape) if param.trains && !tape.is_frozen() => {
                let line = tape.leaf(Some(&param.name), &value);
                Var { value, tape: Some(tape.clone()), line: Some(line) }
            }
            _ => Var::constant(value),
        }
    }
    /// Whether what is done with it is remembered.
    pub fn is_recorded(&self) -> bool {
        self.tape.is_some()
    }
}

impl Tape {
    /// A value whose gradient may be asked for.
    pub fn input(&self, value: Tensor) -> Var {
        let line = self.leaf(None, &value);
        Var { value, tape: Some(self.clone()), line: Some(line) }
    }
    /// A value whose gradient nobody asks for: data.
    pub fn constant(&self, value: Tensor) -> Var {
        Var { value, tape: Some(self.clone()), line: None }
    }
}
