//! The matrix product y = a · b (+ bias), which computes every dense layer. Either factor can be read transposed.
use super::{
    product::{Columns, Into, Panels, add_product},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// `y[m, n] = Σ_k a[m, k] · b[k, n] (+ bias[n])`.
///
/// a M×K (K×M if `transpose_a`), b K×N (N×K if `transpose_b`), bias N if given as third input; y M×N. Or a batch of B products, where B is
/// the first axis of a, b and y. Reference: torch.addmm, torch.bmm.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MatMul {
    /// Whether a is given as K×M and read as its transpose, without a copy.
    pub transpose_a: bool,
    /// Whether b is given as N×K and read as its transpose, without a copy.
    pub transpose_b: bool,
}

/// The sizes of a product, and the distance of neighbours along m, k and n.
struct Plan {
    batch: usize,
    m: usize,
    k: usize,
    n: usize,
    a: [usize; 2],
    b: [usize; 2],
}

impl MatMul {
    fn plan(&self, a: &Shape, b: &Shape) -> Result<Plan> {
        let (batch, [a0, a1], [b0, b1]) = match (a.dims(), b.dims()) {
            ([n, a0, a1], [m, b0, b1]) if n == m => (*n, [*a0, *a1], [*b0, *b1]),
            ([_, _, _], [_, _, _]) => return Err(unequal(a, b)),
            _ => (1, a.axes("matmul")?, b.axes("matmul")?),
        };
        let (m, k, a) = if self.transpose_a { (a1, a0, [1, a1]) } else { (a0, a1, [a1, 1]) };
        let (k_b, n, b) = if self.transpose_b { (b1, b0, [1, b1]) } else { (b0, b1, [b1, 1]) };
        if k != k_b {
            return Err(Error::shape("matmul", format!("the left factor has {k} columns, the right factor {k_b} rows")));
        }
        Ok(Plan { batch, m, k, n, a, b })
    }
}

fn unequal(a: &Shape, b: &Shape) -> Error {
    Error::shape("matmul", format!("{a} and {b} are not equally many matrices"))
}

impl Op for MatMul {
    fn name(&self) -> &'static str {
        "matmul"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let p = self.plan(x[0], x[1])?;
        if let Some(bias) = x.get(2)
            && bias.dims() != [p.n]
        {
            return Err(Error::shape("matmul", format!("expected a bias of {}, found {bias}", p.n)));
        }
        Ok(if x[0].rank() == 3 { Shape::new([p.batch, p.m, p.n]) } else { Shape::new([p.m, p.n]) })
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let plan = self.plan(&Shape::new(x[0].shape()), &Shape::new(x[1].shape())).expect("checked in shape");
        let y = values_mut(&mut y);
        match x.get(2) {
            Some(bias) => y.chunks_exact_mut(plan.n).for_each(|row| row.copy_from_slice(values(bias))),
            None => y.fill(0.0),
        }
        let rows: Vec<usize> = (0..plan.m).map(|m| m * plan.a[0]).collect();
        let columns = Columns::new([0], plan.k, plan.a[1]);
        let matrices = values(&x[0]).chunks_exact(plan.m * plan.k).zip(values(&x[1]).chunks_exact(plan.k * plan.n));
        for (y, (a, b)) in y.chunks_exact_mut(plan.m * plan.n).zip(matrices) {
            let b = Panels::new(b, plan.k, plan.n, plan.b[0], plan.b[1]);
            add_product(a, &rows, &columns, &b, y, Into { stride: plan.n, first: 0 });
        }
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let p = self.plan(x[0], x[1])?;
        const WITH_BIAS: &str = concat!(wgsl!("one.wgsl"), wgsl!("with_bias.wgsl"), wgsl!("matmul.wgsl"));
        const WITHOUT: &str = concat!(wgsl!("one.wgsl"), wgsl!("without_bias.wgsl"), wgsl!("matmul.wgsl"));
        let source = if x.len() == 3 { WITH_BIAS } else { WITHOUT };
        let params = [p.m, p.n, p.k, p.a[0], p.a[1], p.b[0], p.b[1], p.batch].into_iter().fold(Params::default(), Params::u);
        Ok(Dispatch::flat("matmul", source, p.batch * p.m.div_ceil(8) * p.n.div_ceil(8), params))
    }
    /// y = a·b: da = dy·bᵀ, db = aᵀ·dy, d bias = Σ over rows of dy.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let product = |transpose_a, transpose_b, x: [&Tensor; 2]| run(&MatMul { transpose_a, transpose_b }, &x);
        let (a, w) = (&b.x[0], &b.x[1]);
        let da = b.wanted(0, || {
            if self.transpose_a { product(self.transpose_b, true, [w, b.dy]) } else { product(false, !self.transpose_b, [b.dy, w]) }
        })?;
        let dw = b.wanted(1, || {
            if self.transpose_b { product(true, self.transpose_a, [b.dy, a]) } else { product(!self.transpose_a, false, [a, b.dy]) }
        })?;
        let mut found = vec![da, dw];
        if b.x.len() == 3 {
            found.push(b.wanted(2, || b.dy.sum_leading())?);
        }
        Ok(found)
    }
    fn macs(&self, x: &[&Shape], y: &Shape) -> u64 {
        self.plan(x[0], x[1]).map_or(0, |p| (y.size() * p.k) as u64)
    }
}

impl Var {
    /// A dense (fully connected) layer: y = x · w + b over the last axis. x … × In, w In × Out, b Out. Reference: torch.nn.functional.linear.
    pub fn linear(&self, weight: &Var, bias: Option<&Var>) -> Result<Var> {
        let dims = self.shape().dims();
        let Some((&inputs, outer)) = dims.split_last() else {
            return Err(Error::shape("linear", "expected at least one axis, found a single number"));
        };
        if inputs != weight.shape().dims().first().copied().unwrap_or(0) {
            return Err(Error::shape(
                "linear",
                format!("input has {inputs} features, the weight takes {}", weight.shape().dims().first().unwrap_or(&0)),
            ));
        }
        let flat = self.reshape(Shape::new([outer.iter().product(), inputs]))?;
        let y = match bias {
            Some(bias) => Var::apply(MatMul::default(), &[&flat, weight, bias])?,
            None => Var::apply(MatMul::default(), &[&flat, weight])?,
        };
        let shape = [outer, &[weight.shape()[1]]].concat();
        y.reshape(Shape::new(shape))
    }
    /// The matrix product a · b. Leading axes are a batch of matrices, and broadcast. An operand with one axis is a row on the left, and a
    /// column on the right. Reference: torch.matmul.
    pub fn matmul(&self, other: &Var) -> Result<Var> {
        let (a, b) = (self.shape().dims(), other.shape().dims());
        match (a, b) {
            ([], _) | (_, []) => Err(Error::shape("matmul", format!("{} and {}: expected at least one axis", self.shape(), other.shape()))),
            ([_], _) => {
                let y = self.unsqueeze(0)?.matmul(other)?;
                let left = y.shape().dims().to_vec();
                let at = left.len() - if b.len() == 1 { 1 } else { 2 };
                y.reshape(Shape::new([&left[..at], &left[at + 1..]].concat()))
            }
            (_, [_]) => {
                let y = self.matmul(&other.unsqueeze(1)?)?;
                y.reshape(Shape::new(&y.shape().dims()[..a.len() - 1]))
            }
            ([_, _], [_, _]) => Var::apply(MatMul::default(), &[self, other]),
            (_, [_, _]) => self.linear(other, None),
            ([outer_a @ .., m, k], [outer_b @ .., j, n]) => {
                let rank = outer_a.len().max(outer_b.len());
                let length = |s: &[usize], i: usize| (i + s.len()).checked_sub(rank).map_or(1, |i| s[i]);
                if (0..rank).any(|i| length(outer_a, i) != length(outer_b, i) && length(outer_a, i).min(length(outer_b, i)) != 1) {
                    return Err(unequal(self.shape(), other.shape()));
                }
                let outer: Vec<usize> = (0..rank).map(|i| length(outer_a, i).max(length(outer_b, i))).collect();
                let count: usize = outer.iter().product();
                let stacked = |v: &Var, rows, columns| {
                    v.expand(Shape::new([&outer[..], &[rows, columns]].concat()))?.reshape(Shape::new([count, rows, columns]))
                };
                let y = Var::apply(MatMul::default(), &[&stacked(self, *m, *k)?, &stacked(other, *j, *n)?])?;
                y.reshape(Shape::new([&outer[..], &[*m, *n]].concat()))
            }
        }
    }
}
