//! y[i₀, i₁, …] = x[Σ iₐ · strideₐ]: permuting axes and repeating values. The two differ only in the strides.
use super::{MAX_AXES, eight, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Permutes axes: axis a of y is axis `.0[a]` of x. Reference: torch.permute.
#[derive(Clone, Debug, PartialEq)]
pub struct Permute(pub Vec<usize>);

/// Repeats x along its axes of length 1, and along new leading axes. Reference: torch.expand.
#[derive(Clone, Debug, PartialEq)]
pub struct Expand(pub Shape);

fn dispatch(label: &'static str, y: &Shape, strides: &[usize]) -> Result<Dispatch> {
    if y.rank() > MAX_AXES {
        return Err(Error::unsupported(label, format!("{y} has more than {MAX_AXES} axes")));
    }
    let params = eight(eight(Params::default(), y.dims()), strides).u(y.rank()).u(y.size());
    Ok(Dispatch::flat(label, wgsl!("strided.wgsl"), y.size(), params))
}

impl Op for Permute {
    fn name(&self) -> &'static str {
        "permute"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        if sorted != (0..x[0].rank()).collect::<Vec<_>>() {
            return Err(Error::shape("permute", format!("expected each axis of {} once, found {:?}", x[0], self.0)));
        }
        Ok(Shape::new(self.0.iter().map(|&a| x[0][a]).collect::<Vec<_>>()))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        y.assign(&x[0].view().permuted_axes(self.0.clone()));
    }
    fn reads(&self, i: usize, axis: usize, x: &[&Shape], _: &Shape, _: [isize; 2]) -> [isize; 2] {
        // Axes change places, so a place may depend on all places.
        [0, x[i].dims().get(axis).map_or(1, |length| *length as isize)]
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let strides = x[0].strides();
        dispatch("permute", y, &self.0.iter().map(|&a| strides[a]).collect::<Vec<_>>())
    }
    /// The gradient permutes the axes back.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let mut back = vec![0; self.0.len()];
        self.0.iter().enumerate().for_each(|(to, &from)| back[from] = to);
        Ok(vec![Some(run(&Permute(back), &[b.dy])?)])
    }
}

impl Op for Expand {
    fn name(&self) -> &'static str {
        "expand"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let fits = x[0].rank() <= self.0.rank()
            && x[0].dims().iter().rev().zip(self.0.dims().iter().rev()).all(|(&from, &to)| from == to || from == 1);
        if fits { Ok(self.0.clone()) } else { Err(Error::shape("expand", format!("{} cannot be repeated to {}", x[0], self.0))) }
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (dims, [steps]) = merge(&self.0, [broadcast_strides(&Shape::new(x[0].shape()), &self.0)]);
        let (x, y) = (values(&x[0]), values_mut(&mut y));
        let mut rows = y.chunks_exact_mut(dims.last().copied().unwrap_or(1));
        lines(&dims, [&steps], |[at]| {
            let Some(y) = rows.next() else { return };
            // Along a merged line, x advances by one value or stays at the same value.
            if steps.last() == Some(&1) { y.copy_from_slice(&x[at..][..y.len()]) } else { y.fill(x[at]) }
        });
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        dispatch("expand", y, &broadcast_strides(x[0], y))
    }
    /// The gradient is summed over what was repeated.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(b.dy.sum_to(b.x[0].shape())?)])
    }
}

/// The strides with which `x` is read at the positions of the larger shape `y`: 0 along repeated axes.
pub(super) fn broadcast_strides(x: &Shape, y: &Shape) -> Vec<usize> {
    let new = y.rank() - x.rank();
    let own = x.strides();
    (0..y.rank()).map(|a| if a < new || x[a - new] == 1 { 0 } else { own[a - new] }).collect()
}

/// Merges axes of `shape`, so that the same walk has fewer. Axes of length 1 are dropped. Neighbouring axes become one if every operand
/// steps through them as through one.
pub(super) fn merge<const K: usize>(shape: &Shape, strides: [Vec<usize>; K]) -> (Vec<usize>, [Vec<usize>; K]) {
    let mut dims: Vec<usize> = vec![];
    let mut kept: [Vec<usize>; K] = std::array::from_fn(|_| vec![]);
    for (a, &n) in shape.dims().iter().enumerate().filter(|(_, n)| **n != 1) {
        let joins = !dims.is_empty() && (0..K).all(|k| kept[k].last() == Some(&(strides[k][a] * n)));
        match dims.last_mut() {
            Some(last) if joins => *last *= n,
            _ => dims.push(n),
        }
        for k in 0..K {
            if joins {
                kept[k].pop();
            }
            kept[k].push(strides[k][a]);
        }
    }
    (dims, kept)
}

/// Calls `see` with the start position of each operand, for each line. A line is a walk along the last axis.
pub(super) fn lines<const K: usize>(dims: &[usize], strides: [&[usize]; K], mut see: impl FnMut([usize; K])) {
    let outer = dims.len().saturating_sub(1);
    let mut place = vec![0; outer];
    let mut at = [0; K];
    loop {
        see(at);
        // The next place, counted up like an odometer.
        let Some(turned) = (0..outer).rev().find(|a| place[*a] + 1 < dims[*a]) else { return };
        for a in turned + 1..outer {
            (0..K).for_each(|k| at[k] -= place[a] * strides[k][a]);
            place[a] = 0;
        }
        place[turned] += 1;
        (0..K).for_each(|k| at[k] += strides[k][turned]);
    }
}

impl Var {
    /// Permutes the axes. Refuses an order that does not name each axis once. Reference: torch.permute.
    pub fn permute(&self, axes: &[usize]) -> Result<Var> {
        Var::apply(Permute(axes.to_vec()), &[self])
    }
    /// Repeats x along axes of length 1 and new leading axes. Refuses a shape that x does not broadcast to. Reference: torch.expand.
    pub fn expand(&self, shape: Shape) -> Result<Var> {
        Var::apply(Expand(shape), &[self])
    }
}
