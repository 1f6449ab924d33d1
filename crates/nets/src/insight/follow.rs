//! Following one number through a recorded pass: what becomes of it in the operations that read only it.
use super::{
    cell::Then,
    formula,
    node_values::number,
    recorded::{Made, Recorded},
};
use crate::nn::{Module, Seq};
use engine::{
    Result,
    tensor::{Shape, Tensor},
};

/// A line of the tape, to read while others are made.
pub(super) struct Line {
    pub name: &'static str,
    pub formula: Option<String>,
    pub renames: bool,
    pub inputs: Vec<Option<usize>>,
    pub x: Vec<Tensor>,
    pub y: Tensor,
}

/// What follows one number through a recorded pass of a network.
pub(super) struct Follow<'a> {
    pub run: &'a Recorded,
    pub network: &'a Seq,
}

impl Follow<'_> {
    /// A line of the tape.
    pub(super) fn line(&self, at: usize) -> Line {
        self.run.tape.read(|lines| {
            let line = &lines[at];
            let op = line.op.as_ref();
            Line {
                name: op.map_or("input", |op| op.name()),
                formula: op.and_then(|op| op.formula()),
                renames: op.is_some_and(|op| op.renames()),
                inputs: line.inputs.clone(),
                x: line.x.clone(),
                y: line.y.clone(),
            }
        })
    }
    /// The only line outside a node that it reads. None if there are several.
    pub(super) fn outer(&self, made: &Made) -> Option<usize> {
        let mut all: Vec<usize> =
            made.lines.iter().flat_map(|line| self.line(*line).inputs).flatten().filter(|line| !made.lines.contains(line)).collect();
        all.dedup();
        if let [one] = all[..] { Some(one) } else { None }
    }
    /// The operations after a line that read nothing else, as long as each is the only one.
    pub(super) async fn then(&self, mut line: usize, at: usize) -> Result<Vec<Then>> {
        let mut then = vec![];
        loop {
            let reads = |of: &usize| self.run.of[*of].is_some() && self.run.tape.read(|lines| lines[*of].inputs.contains(&Some(line)));
            let readers: Vec<usize> = (line + 1..self.run.of.len()).filter(reads).collect();
            let &[reader] = &readers[..] else { return Ok(then) };
            let next = self.line(reader);
            let path = self.run.of[reader].map_or("", |node| &self.run.nodes[node].path);
            line = reader;
            if next.renames {
                continue;
            }
            // A view may come between, but the number keeps its position.
            let Some(formula) = self.formula(&next, path, at).await? else { return Ok(then) };
            then.push(Then { node: path.into(), formula, value: number(&next.y, at).await? });
        }
    }
    /// The formula of an operation that makes the number at `at` of its output from the one at `at` of its input.
    async fn formula(&self, line: &Line, path: &str, at: usize) -> Result<Option<String>> {
        if line.formula.is_some() {
            return Ok(line.formula.clone());
        }
        let channel = at % line.y.shape().dims().last().copied().unwrap_or(1);
        if line.name == "affine" {
            let (factor, offset) = (number(&line.x[1], channel).await?, number(&line.x[2], channel).await?);
            let params = self.network.params();
            let own =
                |name: &str| params.iter().find(|param| param.name.strip_prefix(path) == Some(name)).map(|param| param.value().clone());
            let [Some(weight), Some(bias), Some(mean)] = [".weight", ".bias", ".running_mean"].map(own) else {
                return Ok(Some(formula::affine(factor, offset)));
            };
            let all = [number(&weight, channel).await?, number(&bias, channel).await?, number(&mean, channel).await?];
            return Ok(Some(if all[0] * factor > 0.0 { formula::norm(factor, all) } else { formula::affine(factor, offset) }));
        }
        let [first, second, ..] = &line.inputs[..] else { return Ok(None) };
        let (other, x_first) = match (first, second) {
            (Some(_), None) => (1, true),
            (None, Some(_)) => (0, false),
            _ => return Ok(None),
        };
        if line.x[1 - other].shape() != line.y.shape() || formula::binary(line.name, 0.0, x_first).is_none() {
            return Ok(None);
        }
        let constant = number(&line.x[other], repeated(line.x[other].shape(), line.y.shape(), at)).await?;
        Ok(formula::binary(line.name, constant, x_first))
    }
}

/// The position in an operand of what is read at `at` of the result, where axes of length 1 are repeated.
pub(super) fn repeated(operand: &Shape, result: &Shape, at: usize) -> usize {
    let (steps, missing) = (operand.strides(), result.rank() - operand.rank());
    let mut rest = at;
    let mut found = 0;
    for (axis, length) in result.dims().iter().enumerate().rev() {
        let here = rest % length;
        rest /= length;
        if axis >= missing && operand[axis - missing] > 1 {
            found += here * steps[axis - missing];
        }
    }
    found
}
