//! The contract of an operation: its shape rule, its value on each device, its gradient, in one place.
use crate::{
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Data, HostBuffer, Shape, Tensor},
};
use ndarray::{ArrayView, ArrayViewD, ArrayViewMut, ArrayViewMutD, IxDyn};
use std::rc::Rc;

/// One output, one dispatch, one CPU twin.
pub trait Op {
    /// What errors and tables call it: PyTorch's function name where there is one, such as `conv2d`.
    fn name(&self) -> &'static str;
    /// The output's shape, or why these inputs do not fit. Every check is made here, before anything is computed.
    fn shape(&self, x: &[&Shape]) -> Result<Shape>;
    /// The value on the CPU, which is the specification of the other devices. `y` holds anything: all of it is written.
    fn cpu(&self, x: &[ArrayViewD<f32>], y: ArrayViewMutD<f32>);
    /// The same value as one dispatch.
    fn gpu(&self, x: &[&Shape], y: &Shape, caps: &Caps) -> Result<Dispatch>;
    /// The gradient of the loss with respect to each input, made with other operations, once for every device; None where none flows.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>>;
    /// Multiply-adds, for the cost tables.
    fn macs(&self, _x: &[&Shape], _y: &Shape) -> u64 {
        0
    }
    /// Which places of input `i` these places of the output depend on, along an axis of space (1: rows, 2: columns of N×H×W×C); both from the
    /// first to the one after the last, and outside of the input where padding is read. As it stands here: the same places where input and
    /// output have as many, else all of them.
    fn reads(&self, i: usize, axis: usize, x: &[&Shape], y: &Shape, places: [isize; 2]) -> [isize; 2] {
        let length = |shape: &Shape| if shape.rank() == 4 { Some(shape[axis]) } else { None };
        match (length(x[i]), length(y)) {
            (Some(from), Some(to)) if from == to => places,
            (from, _) => [0, from.unwrap_or(1) as isize],
        }
    }
    /// True for an operation that only gives its input other axes: nothing is computed and the memory is shared.
    fn renames(&self) -> bool {
        false
    }
}

/// What the chain rule hands an operation.
pub struct Backward<'a> {
    /// The loss's gradient with respect to the output.
    pub dy: &'a Tensor,
    /// The inputs' values as forward saw them, in the same order.
    pub x: &'a [Tensor],
    /// The output's value as forward made it.
    pub y: &'a Tensor,
    /// Which inputs' gradients are asked for.
    pub needs: &'a [bool],
}

impl Backward<'_> {
    /// Input `i`'s gradient, computed only if it is asked for.
    pub fn wanted(&self, i: usize, make: impl FnOnce() -> Result<Tensor>) -> Result<Option<Tensor>> {
        if self.needs[i] { make().map(Some) } else { Ok(None) }
    }
}

/// The only place where an operation meets a device.
pub fn run(op: &dyn Op, x: &[&Tensor]) -> Result<Tensor> {
    let shapes: Vec<&Shape> = x.iter().map(|t| t.shape()).collect();
    let shape = op.shape(&shapes)?;
    shape.possible(op.name())?;
    if op.renames() {
        return Ok(Tensor::made(shape, x[0].data().clone()));
    }
    let mixed = || Error::Device(format!("{}: its inputs live on different devices", op.name()));
    let data = match x[0].data() {
        Data::Meta => Data::Meta,
        Data::Cpu(_) => {
            let views = x
                .iter()
                .map(|t| {
                    ArrayView::from_shape(IxDyn(t.shape().dims()), t.on_cpu().map_err(|_| mixed())?)
                        .map_err(|e| Error::shape(op.name(), e.to_string()))
                })
                .collect::<Result<Vec<_>>>()?;
            let mut y = HostBuffer::take(op.name(), shape.size())?;
            let out = ArrayViewMut::from_shape(IxDyn(shape.dims()), &mut y[..]).map_err(|e| Error::shape(op.name(), e.to_string()))?;
            op.cpu(&views, out);
            Data::Cpu(Rc::new(y))
        }
        #[cfg(feature = "gpu")]
        Data::Gpu(gpu, _) => {
            let buffers =
                x.iter().map(|t| if let Data::Gpu(_, b) = t.data() { Ok(b) } else { Err(mixed()) }).collect::<Result<Vec<_>>>()?;
            let work = op.macs(&shapes, &shape).max(shape.size() as u64);
            let dispatch = op.gpu(&shapes, &shape, gpu.caps())?.work(work);
            Data::Gpu(gpu.clone(), gpu.run(&dispatch, &buffers, 4 * shape.size() as u64)?)
        }
    };
    Ok(Tensor::made(shape, data))
}
