//! y = f(a, b) with NumPy's broadcasting: axes are matched from the last one, and an axis of length 1 is repeated.
use super::{
    MAX_AXES, Unary, UnaryFn, eight,
    strided::{broadcast_strides, lines, merge},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// An elementwise function of two numbers. Its number is its case in the shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum BinaryFn {
    /// a + b
    Add = 0,
    /// a − b
    Sub = 1,
    /// a · b
    Mul = 2,
    /// a / b
    Div = 3,
    /// The larger of a and b
    Maximum = 4,
    /// The smaller of a and b
    Minimum = 5,
    /// a where b > 0, else 0
    Keep = 6,
    /// 0 where b > 0, else a
    Drop = 7,
    /// 1 where a = b, else 0; without gradient
    Equal = 8,
    /// 1 where a > b, ½ where they are equal, else 0; this is a's share of the gradient of the maximum. Without gradient
    Share = 9,
}

use BinaryFn::*;

/// f(a, b), where the shapes of a and b broadcast to y's. Reference: torch.add, sub, mul, div, maximum, minimum, eq.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binary(pub BinaryFn);

/// Computes y line by line. Along a line, each of a and b advances by one value or stays at the same value.
fn each(y: &mut [f32], a: &[f32], b: &[f32], [dims, sa, sb]: [&[usize]; 3], f: impl Fn(f32, f32) -> f32) {
    let (Some(&length), Some(&step_a), Some(&step_b)) = (dims.last(), sa.last(), sb.last()) else {
        y[0] = f(a[0], b[0]);
        return;
    };
    let mut rows = y.chunks_exact_mut(length);
    lines(dims, [sa, sb], |[at_a, at_b]| {
        let Some(y) = rows.next() else { return };
        match (step_a, step_b) {
            (1, 1) => y.iter_mut().zip(a[at_a..].iter().zip(&b[at_b..])).for_each(|(y, (a, b))| *y = f(*a, *b)),
            (1, 0) => y.iter_mut().zip(&a[at_a..]).for_each(|(y, a)| *y = f(*a, b[at_b])),
            (0, 1) => y.iter_mut().zip(&b[at_b..]).for_each(|(y, b)| *y = f(a[at_a], *b)),
            _ => y.iter_mut().enumerate().for_each(|(i, y)| *y = f(a[at_a + i * step_a], b[at_b + i * step_b])),
        }
    });
}

impl Op for Binary {
    fn name(&self) -> &'static str {
        match self.0 {
            Add => "add",
            Sub => "sub",
            Mul => "mul",
            Div => "div",
            Maximum => "maximum",
            Minimum => "minimum",
            Keep => "keep",
            Drop => "drop",
            Equal => "equal",
            Share => "share",
        }
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let rank = x[0].rank().max(x[1].rank());
        let length = |s: &Shape, a: usize| (a + s.rank()).checked_sub(rank).map_or(1, |a| s[a]);
        (0..rank)
            .map(|a| match (length(x[0], a), length(x[1], a)) {
                (m, n) if m == n || n == 1 => Ok(m),
                (1, n) => Ok(n),
                (m, n) => Err(Error::shape(self.name(), format!("{} and {} do not broadcast: {m} against {n}", x[0], x[1]))),
            })
            .collect::<Result<Vec<_>>>()
            .map(Shape::new)
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let shape = Shape::new(y.shape());
        let (dims, [sa, sb]) = merge(&shape, [0, 1].map(|i| broadcast_strides(&Shape::new(x[i].shape()), &shape)));
        let (a, b, y, axes) = (values(&x[0]), values(&x[1]), values_mut(&mut y), [&dims[..], &sa, &sb]);
        match self.0 {
            Add => each(y, a, b, axes, |a, b| a + b),
            Sub => each(y, a, b, axes, |a, b| a - b),
            Mul => each(y, a, b, axes, |a, b| a * b),
            Div => each(y, a, b, axes, |a, b| a / b),
            Maximum => each(y, a, b, axes, f32::max),
            Minimum => each(y, a, b, axes, f32::min),
            Keep => each(y, a, b, axes, |a, b| if b > 0.0 { a } else { 0.0 }),
            Drop => each(y, a, b, axes, |a, b| if b > 0.0 { 0.0 } else { a }),
            Equal => each(y, a, b, axes, |a, b| if a == b { 1.0 } else { 0.0 }),
            Share => each(y, a, b, axes, |a, b| if a == b { 0.5 } else { f32::from(u8::from(a > b)) }),
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let (dims, strides) = merge(y, [broadcast_strides(x[0], y), broadcast_strides(x[1], y)]);
        if dims.len() > MAX_AXES {
            return Err(Error::unsupported(self.name(), format!("{y} has more than {MAX_AXES} axes")));
        }
        let params = strides.iter().fold(eight(Params::default(), &dims), |p, s| eight(p, s)).u(dims.len()).u(y.size());
        // Nothing is repeated: each thread computes four values, and needs no position.
        let even = strides.iter().all(|s| s[..] == [1]);
        let wide = if dims.last().is_some_and(|n| n.is_multiple_of(4)) { 4 } else { 1 };
        let threads = if even { y.size().div_ceil(4) } else { y.size() / wide };
        let dispatch = Dispatch::flat("binary", wgsl!("binary.wgsl"), threads, params);
        let even = f64::from(u8::from(even));
        Ok(dispatch.constant("FUNCTION", f64::from(self.0 as u32)).constant("EVEN", even).constant("WIDE", wide as f64))
    }
    /// d(a + b) = da + db, d(a·b) = b·da + a·db, d(a/b) = da/b − y·db/b. Each is summed over what was repeated.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let of = |function, x: [&Tensor; 2]| run(&Binary(function), &x);
        let negative = |x: &Tensor| run(&Unary(UnaryFn::Neg), &[x]);
        let (first, second) = (&b.x[0], &b.x[1]);
        let part = |i: usize| {
            b.wanted(i, || {
                let own = match (self.0, i) {
                    (Sub, 1) => negative(b.dy)?,
                    (Add | Sub, _) => b.dy.clone(),
                    (Mul, _) => of(Mul, [b.dy, &b.x[1 - i]])?,
                    (Div, 0) => of(Div, [b.dy, second])?,
                    (Div, _) => negative(&of(Div, [&of(Mul, [b.dy, b.y])?, second])?)?,
                    (Maximum, 0) | (Minimum, 1) => of(Mul, [b.dy, &of(Share, [first, second])?])?,
                    (Maximum | Minimum, _) => of(Mul, [b.dy, &of(Share, [second, first])?])?,
                    (Keep | Drop, _) => of(self.0, [b.dy, second])?,
                    (Equal | Share, _) => return Err(Error::unsupported(format!("the gradient of {}", self.name()), "it is a step")),
                };
                own.sum_to(b.x[i].shape())
            })
        };
        // b only decides, so no gradient flows to it.
        let decides = matches!(self.0, Keep | Drop);
        Ok(vec![part(0)?, if decides { None } else { part(1)? }])
    }
}

impl Var {
    /// f(this, other), with broadcasting. Refuses axes whose lengths differ, unless one length is 1.
    pub fn binary(&self, function: BinaryFn, other: &Var) -> Result<Var> {
        Var::apply(Binary(function), &[self, other])
    }
    /// torch.add: this + other, broadcast.
    pub fn add(&self, other: &Var) -> Result<Var> {
        self.binary(Add, other)
    }
    /// torch.sub: this − other, broadcast.
    pub fn sub(&self, other: &Var) -> Result<Var> {
        self.binary(Sub, other)
    }
    /// torch.mul: this · other element by element, broadcast.
    pub fn mul(&self, other: &Var) -> Result<Var> {
        self.binary(Mul, other)
    }
    /// torch.div: this / other, broadcast.
    pub fn div(&self, other: &Var) -> Result<Var> {
        self.binary(Div, other)
    }
    /// torch.maximum, broadcast. Where both are equal, each gets half of the gradient.
    pub fn maximum(&self, other: &Var) -> Result<Var> {
        self.binary(Maximum, other)
    }
    /// torch.minimum, broadcast. Where both are equal, each gets half of the gradient.
    pub fn minimum(&self, other: &Var) -> Result<Var> {
        self.binary(Minimum, other)
    }
    /// a where this is greater than 0, else b. Reference: torch.where(x > 0, a, b).
    pub fn choose(&self, a: &Var, b: &Var) -> Result<Var> {
        a.binary(Keep, self)?.add(&b.binary(Drop, self)?)
    }
}
