//! y = f(a, b) with NumPy's broadcasting: axes are matched from the last, and an axis of length 1 is repeated.
use super::{MAX_AXES, eight, strided::broadcast_strides};
use crate::{
    engine::{
        autograd::{Backward, Op, Var, run},
        gpu::{Caps, Dispatch, Params},
        tensor::{Shape, Tensor},
    },
    error::{Error, Result},
};
use ndarray::{ArrayViewD, ArrayViewMutD, Zip};

/// The number of each function is its case in the shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum BinaryFn {
    Add = 0,
    Sub = 1,
    Mul = 2,
}

/// a and b of shapes that broadcast to y's. Reference: torch.add, torch.sub, torch.mul.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binary(pub BinaryFn);

impl Op for Binary {
    fn name(&self) -> &'static str {
        match self.0 {
            BinaryFn::Add => "add",
            BinaryFn::Sub => "sub",
            BinaryFn::Mul => "mul",
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
        let (a, b) = (x[0].broadcast(y.raw_dim()).expect("checked in shape"), x[1].broadcast(y.raw_dim()).expect("checked in shape"));
        let zip = Zip::from(&mut y).and(a).and(b);
        match self.0 {
            BinaryFn::Add => zip.for_each(|y, a, b| *y = a + b),
            BinaryFn::Sub => zip.for_each(|y, a, b| *y = a - b),
            BinaryFn::Mul => zip.for_each(|y, a, b| *y = a * b),
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        if y.rank() > MAX_AXES {
            return Err(Error::unsupported(self.name(), format!("{y} has more than {MAX_AXES} axes")));
        }
        let strides = [broadcast_strides(x[0], y), broadcast_strides(x[1], y)];
        let params = strides.iter().fold(eight(Params::default(), y.dims()), |p, s| eight(p, s)).u(y.rank()).u(y.size());
        Ok(Dispatch::flat("binary", include_str!("binary.wgsl"), y.size(), params).constant("FUNCTION", self.0 as u32 as f64))
    }
    /// d(a + b) = da + db, d(a·b) = b·da + a·db, each summed over what was repeated.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let part = |i: usize| {
            b.wanted(i, || {
                let own = match self.0 {
                    BinaryFn::Mul => run(&Binary(BinaryFn::Mul), &[b.dy, &b.x[1 - i]])?,
                    BinaryFn::Sub if i == 1 => run(&super::Unary(super::UnaryFn::Neg), &[b.dy])?,
                    _ => b.dy.clone(),
                };
                own.sum_to(b.x[i].shape())
            })
        };
        Ok(vec![part(0)?, part(1)?])
    }
}

impl Var {
    pub fn add(&self, other: &Var) -> Result<Var> {
        Var::apply(Binary(BinaryFn::Add), &[self, other])
    }
    pub fn sub(&self, other: &Var) -> Result<Var> {
        Var::apply(Binary(BinaryFn::Sub), &[self, other])
    }
    pub fn mul(&self, other: &Var) -> Result<Var> {
        Var::apply(Binary(BinaryFn::Mul), &[self, other])
    }
}
