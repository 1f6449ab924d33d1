//! y = a + b for equal shapes. The chain rule itself needs only this operation: it adds the gradients of a value that was used twice.
use super::{Backward, Op};
use crate::{
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// torch.add of two tensors of equal shape, without broadcasting; [`BinaryFn::Add`](crate::ops::BinaryFn::Add) broadcasts.
pub struct Add;

impl Op for Add {
    fn name(&self) -> &'static str {
        "add"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        match x {
            [a, b] if a == b => Ok((*a).clone()),
            _ => Err(Error::shape(
                "add",
                format!("expected two equal shapes, found {}", x.iter().map(|s| s.to_string()).collect::<Vec<_>>().join(" and ")),
            )),
        }
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let of = |i: usize| x[i].as_slice().expect("tensors are contiguous");
        let y = y.as_slice_mut().expect("tensors are contiguous");
        y.iter_mut().zip(of(0).iter().zip(of(1))).for_each(|(y, (a, b))| *y = a + b);
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(Dispatch::flat("add", wgsl!("add.wgsl"), y.size().div_ceil(4), Params::default().u(y.size())))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(b.dy.clone()), Some(b.dy.clone())])
    }
}
