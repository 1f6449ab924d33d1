//! Concatenation: y = a, b, … one after the other along an axis.
use super::{Along, Slice, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// The largest number of parts in one dispatch. The shader has as many bindings.
const MOST: usize = 6;

/// Joins the first `parts` inputs. The inputs after them only fill the shader's bindings and are not read. Reference: torch.cat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concat {
    /// The axis along which the inputs are joined. All other axes must agree.
    pub axis: usize,
    /// How many of the six inputs are joined: 1 to 6.
    pub parts: usize,
}

impl Op for Concat {
    fn name(&self) -> &'static str {
        "concat"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let parts = x.get(..self.parts).unwrap_or_default();
        let without = |s: &Shape| (0..s.rank()).filter(|a| *a != self.axis).map(|a| s[a]).collect::<Vec<_>>();
        let fit = |s: &&&Shape| s.rank() == parts[0].rank() && without(s) == without(parts[0]);
        if parts.is_empty() || x.len() != MOST || self.axis >= parts[0].rank() || !parts.iter().all(|s| fit(&s)) {
            let found: Vec<String> = parts.iter().map(|s| s.to_string()).collect();
            return Err(Error::shape("concat", format!("{} do not fit together along axis {}", found.join(" and "), self.axis)));
        }
        let mut dims = parts[0].dims().to_vec();
        dims[self.axis] = parts.iter().map(|s| s[self.axis]).sum();
        Ok(Shape::new(dims))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let inner: usize = y.shape()[self.axis..].iter().product();
        for (outer, mut y) in values_mut(&mut y).chunks_exact_mut(inner).enumerate() {
            for x in &x[..self.parts] {
                let length: usize = x.shape()[self.axis..].iter().product();
                let (own, rest) = y.split_at_mut(length);
                own.copy_from_slice(&values(x)[outer * length..][..length]);
                y = rest;
            }
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let length = |s: &Shape| s.dims()[self.axis..].iter().product();
        let params = Params::default().u(y.size()).u(length(y));
        let lengths = (0..MOST).map(|i| if i < self.parts { length(x[i]) } else { 0 });
        Ok(Dispatch::flat("concat", wgsl!("concat.wgsl"), y.size(), lengths.fold(params, Params::u)))
    }
    /// The gradient of each part is its own piece of dy.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let mut start = 0;
        let mut found = vec![];
        for (i, x) in b.x.iter().enumerate() {
            if i >= self.parts {
                found.push(None);
                continue;
            }
            let along = Along::from(start, x.shape()[self.axis]);
            found.push(b.wanted(i, || run(&Slice::one(b.dy.shape(), self.axis, along), &[b.dy]))?);
            start += x.shape()[self.axis] as isize;
        }
        Ok(found)
    }
}

impl Var {
    /// Joins any number of parts along `axis`. Six are joined at a time, then the results. Reference: torch.cat.
    pub fn concat(parts: &[&Var], axis: usize) -> Result<Var> {
        match parts {
            [] => Err(Error::shape("concat", "expected at least one part")),
            [one] => Ok((*one).clone()),
            [.., last] if parts.len() <= MOST => {
                let mut inputs = parts.to_vec();
                inputs.resize(MOST, last);
                Var::apply(Concat { axis, parts: parts.len() }, &inputs)
            }
            _ => {
                let groups = parts.chunks(MOST).map(|group| Var::concat(group, axis)).collect::<Result<Vec<_>>>()?;
                Var::concat(&groups.iter().collect::<Vec<_>>(), axis)
            }
        }
    }
    /// Joins parts of equal shape along a new axis. Reference: torch.stack.
    pub fn stack(parts: &[&Var], axis: usize) -> Result<Var> {
        let lifted = parts.iter().map(|part| part.unsqueeze(axis)).collect::<Result<Vec<_>>>()?;
        Var::concat(&lifted.iter().collect::<Vec<_>>(), axis)
    }
    /// Inserts a new axis of length 1 before axis `axis`. Reference: torch.unsqueeze.
    pub fn unsqueeze(&self, axis: usize) -> Result<Var> {
        let mut dims = self.shape().dims().to_vec();
        if axis > dims.len() {
            return Err(Error::shape("unsqueeze", format!("a new axis {axis} of {}", self.shape())));
        }
        dims.insert(axis, 1);
        self.reshape(Shape::new(dims))
    }
}
