//! Reading a tape backwards from a variable: gradients (backpropagation), multiply-adds, and what the variable depends on.
use super::{Add, Backward, Entry, ReluRule, Tape, Var, run};
use crate::{
    error::{Error, Result},
    tensor::{Shape, Tensor},
};
use std::{collections::BTreeMap, rc::Rc};

/// The result of backpropagation: a gradient for each parameter, and for each variable that was asked for. A clone shares the tensors.
#[derive(Clone)]
pub struct Gradients {
    pub(crate) params: BTreeMap<String, Tensor>,
    pub(crate) kept: Vec<Option<Tensor>>,
}

impl Gradients {
    /// The gradients of the parameters by name, sorted.
    pub fn params(&self) -> &BTreeMap<String, Tensor> {
        &self.params
    }
    /// The gradients of the variables given to [`Tape::backward`], in that order. None if the loss does not depend on the variable.
    pub fn kept(&self) -> &[Option<Tensor>] {
        &self.kept
    }
}

impl Tape {
    /// [`Tape::macs_of_weights`] of everything that ran up to this variable; 0 if the variable is not recorded.
    pub fn macs_of_weights_until(&self, of: &Var) -> u64 {
        self.macs_of_weights_in(of.line.map_or(0, |line| line + 1))
    }
    /// The rows and columns of `input` on which the given `places` of `of` depend; both are N×H×W×C. All operations between them on the
    /// tape are followed backwards. Where several ways meet, the smallest range around all of them counts. None if `of` does not depend on
    /// `input`.
    pub fn reach(&self, of: &Var, places: [[isize; 2]; 2], input: &Var) -> Option<[[isize; 2]; 2]> {
        let lines = self.0.borrow();
        let (last, first) = (of.line?, input.line?);
        let mut reached: Vec<Option<[[isize; 2]; 2]>> = vec![None; last + 1];
        reached[last] = Some(places);
        for line in (first + 1..=last).rev() {
            let (Some(places), Entry { op: Some(op), inputs, x, y }) = (reached[line], &lines.entries[line]) else { continue };
            let shapes: Vec<&Shape> = x.iter().map(Tensor::shape).collect();
            for (i, input) in inputs.iter().enumerate() {
                let Some(input) = *input else { continue };
                let read = [1, 2].map(|axis| op.reads(i, axis, &shapes, y.shape(), places[axis - 1]));
                let hull = |known: [[isize; 2]; 2]| [0, 1].map(|a| [known[a][0].min(read[a][0]), known[a][1].max(read[a][1])]);
                reached[input] = Some(reached[input].map_or(read, hull));
            }
        }
        reached.get(first).copied().flatten()
    }
    /// Backpropagation: the chain rule from `loss` (one number) back to the parameters. Also keeps the gradients of the variables in `keep`.
    pub fn backward(&self, loss: &Var, keep: &[&Var]) -> Result<Gradients> {
        self.backward_by(ReluRule::Gradient, loss, keep)
    }
    /// As `backward`, with another rule for ReLUs. What comes out is the gradient only if the rule is `ReluRule::Gradient`.
    pub fn backward_by(&self, rule: ReluRule, loss: &Var, keep: &[&Var]) -> Result<Gradients> {
        let line_of = |v: &Var| match (&v.tape, v.line) {
            (Some(tape), Some(line)) if Rc::ptr_eq(&tape.0, &self.0) => Ok(line),
            _ => Err(Error::shape("backward", "a variable was given that is not on this tape")),
        };
        let last = line_of(loss)?;
        if loss.shape().size() != 1 {
            return Err(Error::shape("backward", format!("the loss must be one number, found {}", loss.shape())));
        }
        let kept_lines = keep.iter().map(|v| line_of(v)).collect::<Result<Vec<_>>>()?;
        let lines = self.0.borrow();
        let mut gradients: Vec<Option<Tensor>> = vec![None; lines.entries.len()];
        gradients[last] = Some(Tensor::full(&loss.value.device(), loss.shape().clone(), 1.0)?);
        for line in (0..=last).rev() {
            let entry = &lines.entries[line];
            let Some(op) = &entry.op else { continue };
            // A gradient that was not asked for is taken out of the list, so that its memory returns to the pool right after its use.
            let dy = if kept_lines.contains(&line) { gradients[line].clone() } else { gradients[line].take() };
            let Some(dy) = dy else { continue };
            let needs: Vec<bool> = entry.inputs.iter().map(Option::is_some).collect();
            let found = op.grad(&Backward { dy: &dy, x: &entry.x, y: &entry.y, needs: &needs, rule })?;
            for (input, dx) in entry.inputs.iter().zip(found) {
                let (Some(input), Some(dx)) = (input, dx) else { continue };
                gradients[*input] = Some(match gradients[*input].take() {
                    Some(sum) => run(&Add, &[&sum, &dx])?,
                    None => dx,
                });
            }
        }
        let kept = kept_lines.iter().map(|&line| gradients[line].clone()).collect();
        let params = lines.params.iter().filter_map(|(name, &line)| gradients[line].take().map(|g| (name.clone(), g))).collect();
        Ok(Gradients { params, kept })
    }
}
