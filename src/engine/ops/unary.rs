//! y = f(x), element by element. A new function is an arm here and a case in the two shaders.
use super::{values, values_mut};
use crate::{
    engine::{
        autograd::{Backward, Op, Var, run},
        gpu::{Caps, Dispatch, Params},
        tensor::{Shape, Tensor},
    },
    error::{Error, Result},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// The number of each function is its case in the shaders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum UnaryFn {
    /// max(x, 0)
    Relu = 0,
    Tanh = 1,
    /// 1 / (1 + e⁻ˣ)
    Sigmoid = 2,
    Exp = 3,
    Neg = 4,
    Abs = 5,
    Square = 6,
}

impl UnaryFn {
    pub const ALL: &[UnaryFn] =
        &[UnaryFn::Relu, UnaryFn::Tanh, UnaryFn::Sigmoid, UnaryFn::Exp, UnaryFn::Neg, UnaryFn::Abs, UnaryFn::Square];

    pub fn name(self) -> &'static str {
        match self {
            UnaryFn::Relu => "relu",
            UnaryFn::Tanh => "tanh",
            UnaryFn::Sigmoid => "sigmoid",
            UnaryFn::Exp => "exp",
            UnaryFn::Neg => "neg",
            UnaryFn::Abs => "abs",
            UnaryFn::Square => "square",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unary(pub UnaryFn);

/// dx = dy · f′(x), from dy, x and y = f(x).
#[derive(Clone, Copy, Debug, PartialEq)]
struct UnaryGrad(UnaryFn);

/// tanh by a rational function of degree 13 over 6, the minimax fit that Eigen's `ptanh` uses; within 4 ulp, and without branches, so that it runs in SIMD.
fn tanh(x: f32) -> f32 {
    let x = x.clamp(-7.905_311, 7.905_311);
    let x2 = x * x;
    let p = [-2.760_768_5e-16, 2.000_188e-13, -8.604_672e-11, 5.122_297e-8, 1.485_722_4e-5, 6.372_619_3e-4, 4.893_524_6e-3];
    let q = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];
    let horner = |c: &[f32]| c.iter().fold(0.0, |s, c| s * x2 + c);
    x * horner(&p) / horner(&q)
}

fn each(x: &[f32], y: &mut [f32], f: impl Fn(f32) -> f32) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = f(*x));
}

impl Op for Unary {
    fn name(&self) -> &'static str {
        self.0.name()
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (x, y) = (values(&x[0]), values_mut(&mut y));
        match self.0 {
            UnaryFn::Relu => each(x, y, |x| x.max(0.0)),
            UnaryFn::Tanh => each(x, y, tanh),
            UnaryFn::Sigmoid => each(x, y, |x| 0.5 + 0.5 * tanh(0.5 * x)),
            UnaryFn::Exp => each(x, y, f32::exp),
            UnaryFn::Neg => each(x, y, |x| -x),
            UnaryFn::Abs => each(x, y, f32::abs),
            UnaryFn::Square => each(x, y, |x| x * x),
        }
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let params = Params::default().u(y.size());
        Ok(Dispatch::flat("unary", include_str!("unary.wgsl"), y.size().div_ceil(4), params).constant("FUNCTION", self.0 as u32 as f64))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&UnaryGrad(self.0), &[b.dy, &b.x[0], b.y])?)])
    }
}

impl Op for UnaryGrad {
    fn name(&self) -> &'static str {
        "unary gradient"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[1].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let (dy, x, y) = (values(&x[0]), values(&x[1]), values(&x[2]));
        let each = |dx: &mut [f32], slope: fn(f32, f32) -> f32| {
            dx.iter_mut().zip(dy).zip(x.iter().zip(y)).for_each(|((dx, dy), (x, y))| *dx = dy * slope(*x, *y));
        };
        let dx = values_mut(&mut dx);
        match self.0 {
            // Written out, for through a function pointer the two busiest would not become SIMD.
            UnaryFn::Relu => dx.iter_mut().zip(dy).zip(x).for_each(|((dx, dy), x)| *dx = if *x > 0.0 { *dy } else { 0.0 }),
            UnaryFn::Tanh => dx.iter_mut().zip(dy).zip(y).for_each(|((dx, dy), y)| *dx = dy * (1.0 - y * y)),
            UnaryFn::Sigmoid => each(dx, |_, y| y * (1.0 - y)),
            UnaryFn::Exp => each(dx, |_, y| y),
            UnaryFn::Neg => each(dx, |_, _| -1.0),
            UnaryFn::Abs => each(dx, |x, _| if x == 0.0 { 0.0 } else { x.signum() }),
            UnaryFn::Square => each(dx, |x, _| 2.0 * x),
        }
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let params = Params::default().u(y.size());
        Ok(Dispatch::flat("unary_grad", include_str!("unary_grad.wgsl"), y.size().div_ceil(4), params)
            .constant("FUNCTION", self.0 as u32 as f64))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of an elementwise function", "gradients of gradients are left out"))
    }
}

impl Var {
    pub fn unary(&self, function: UnaryFn) -> Result<Var> {
        Var::apply(Unary(function), &[self])
    }
    pub fn relu(&self) -> Result<Var> {
        self.unary(UnaryFn::Relu)
    }
    pub fn tanh(&self) -> Result<Var> {
        self.unary(UnaryFn::Tanh)
    }
    pub fn sigmoid(&self) -> Result<Var> {
        self.unary(UnaryFn::Sigmoid)
    }
}
