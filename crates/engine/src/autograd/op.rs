//! The contract of an operation: its shape rule, its value on each device, and its gradient, all in one place.
use super::ReluRule;
use crate::{
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Data, HostBuffer, Shape, Tensor},
};
use ndarray::{ArrayView, ArrayViewD, ArrayViewMut, ArrayViewMutD, IxDyn};
use std::rc::Rc;

/// An operation with one output. It is one dispatch on a GPU, and one function on the CPU that computes the same.
pub trait Op {
    /// The name in errors and tables: PyTorch's function name if there is one, such as `conv2d`.
    fn name(&self) -> &'static str;
    /// The output's shape, or the reason why these inputs do not fit. All checks are made here, before anything is computed.
    fn shape(&self, x: &[&Shape]) -> Result<Shape>;
    /// Computes the value on the CPU. This is the specification of the other devices. `y` has undefined content, and all of it must be written.
    fn cpu(&self, x: &[ArrayViewD<f32>], y: ArrayViewMutD<f32>);
    /// The same value as one dispatch.
    fn gpu(&self, x: &[&Shape], y: &Shape, caps: &Caps) -> Result<Dispatch>;
    /// The gradient of the loss with respect to each input, made with other operations, once for all devices. None for an input to which no gradient flows.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>>;
    /// The number of multiply-adds, for the cost tables.
    fn macs(&self, _x: &[&Shape], _y: &Shape) -> u64 {
        0
    }
    /// The places of input `i` that the given places of the output depend on, along one spatial axis (1: rows, 2: columns of N×H×W×C). Both
    /// ranges go from the first place to the one after the last, and may lie outside the input where padding is read. By default these are
    /// the same places if input and output have the same length, and otherwise all places.
    fn reads(&self, i: usize, axis: usize, x: &[&Shape], y: &Shape, places: [isize; 2]) -> [isize; 2] {
        let length = |shape: &Shape| if shape.rank() == 4 { Some(shape[axis]) } else { None };
        match (length(x[i]), length(y)) {
            (Some(from), Some(to)) if from == to => places,
            (from, _) => [0, from.unwrap_or(1) as isize],
        }
    }
    /// The formula of an elementwise function of one input, x. None for any other operation.
    fn formula(&self) -> Option<String> {
        None
    }
    /// True for an operation that only gives its input other axes (a view). It computes nothing and shares the input's memory.
    fn renames(&self) -> bool {
        false
    }
}

/// What an operation's gradient is computed from.
pub struct Backward<'a> {
    /// The gradient of the loss with respect to the output.
    pub dy: &'a Tensor,
    /// The values of the inputs in the forward pass, in the same order.
    pub x: &'a [Tensor],
    /// The value of the output in the forward pass.
    pub y: &'a Tensor,
    /// For each input, whether its gradient is needed.
    pub needs: &'a [bool],
    /// What a ReLU gives back. By default its gradient.
    pub rule: ReluRule,
}

impl Backward<'_> {
    /// The gradient of input `i`, computed only if it is needed.
    pub fn wanted(&self, i: usize, make: impl FnOnce() -> Result<Tensor>) -> Result<Option<Tensor>> {
        if self.needs[i] { make().map(Some) } else { Ok(None) }
    }
}

/// Runs an operation on the device of its inputs. Only here operations meet devices. Refuses inputs on different devices.
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
            let mut y = HostBuffer::acquire(op.name(), shape.size())?;
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
