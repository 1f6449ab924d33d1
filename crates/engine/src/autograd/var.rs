//! A variable: a tensor, and where on which tape it was made. For inference there is no tape.
use super::{Entry, Op, Param, Tape, run};
use crate::{
    error::Result,
    tensor::{Shape, Tensor},
};

/// A tensor in the autograd graph, like a PyTorch tensor with its `grad_fn`. A clone shares the value's memory and the tape.
#[derive(Clone)]
pub struct Var {
    pub(super) value: Tensor,
    /// The tape that records the operations on this variable.
    pub(super) tape: Option<Tape>,
    /// The line that made it. None for a constant, which receives no gradient.
    pub(super) line: Option<usize>,
}

impl Var {
    /// A variable without a tape: operations on it are not recorded.
    pub fn constant(value: Tensor) -> Var {
        Var { value, tape: None, line: None }
    }
    /// The tensor itself, without its tape.
    pub fn value(&self) -> &Tensor {
        &self.value
    }
    /// The value's axes, in the engine's order: N×H×W×C for images.
    pub fn shape(&self) -> &Shape {
        self.value.shape()
    }
    /// Runs an operation. If any input is on a tape, the operation is recorded there.
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
    /// The parameter as a variable on this variable's tape.
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
    /// The line of the tape that made it. None for a constant.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
    /// The number of lines that its tape has by now; 0 without a tape.
    pub fn lines(&self) -> usize {
        self.tape.as_ref().map_or(0, |tape| tape.read(<[Entry]>::len))
    }
    /// Whether operations on it are recorded.
    pub fn is_recorded(&self) -> bool {
        self.tape.is_some()
    }
}

impl Tape {
    /// The variable that a line made. None for a line that the tape does not have.
    pub fn var(&self, line: usize) -> Option<Var> {
        let value = self.read(|lines| lines.get(line).map(|entry| entry.y.clone()))?;
        Some(Var { value, tape: Some(self.clone()), line: Some(line) })
    }
    /// A leaf on this tape, whose gradient may be asked for.
    pub fn input(&self, value: Tensor) -> Var {
        let line = self.leaf(None, &value);
        Var { value, tape: Some(self.clone()), line: Some(line) }
    }
    /// A constant on this tape, without a gradient: data.
    pub fn constant(&self, value: Tensor) -> Var {
        Var { value, tape: Some(self.clone()), line: None }
    }
}
