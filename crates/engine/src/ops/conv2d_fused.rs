//! y = φ(b + x * w + r): a convolution fused with the layers after it, for inference. Its weights are prepared once. It has no gradient.
use super::{Conv2d, UnaryFn, conv2d, conv2d_rungs::Epilogue, depthwise, product::Panels, values, values_mut};
use crate::{
    autograd::{Backward, Op, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Data, Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// x N×H×W×Ci, prepared weights, b Co and, if given as fourth input, the residual r of y's shape, which is added before the activation.
#[derive(Clone, Debug, PartialEq)]
struct FusedConv2d {
    conv: Conv2d,
    /// The weights' shape before preparation.
    kernel: Shape,
    /// The activation φ. None is the identity.
    activation: Option<UnaryFn>,
}

/// A convolution's weights in the order in which its kernel reads them, together with its bias.
#[derive(Clone)]
pub struct PreparedConv2d {
    conv: Conv2d,
    kernel: Shape,
    weight: Tensor,
    bias: Tensor,
}

impl PreparedConv2d {
    /// Prepares w KH×KW×(Ci/groups)×Co and b Co. For the CPU's matrix product the weights are packed here, once.
    pub fn new(conv: Conv2d, weight: &Tensor, bias: &Tensor) -> Result<PreparedConv2d> {
        let kernel = weight.shape().clone();
        let [k, outs] = group_of(&conv, &kernel)?;
        let packed = match weight.data() {
            Data::Cpu(values) if !conv.is_depthwise(&kernel) => {
                let mut packed = vec![];
                for group in 0..conv.groups {
                    packed.extend_from_slice(Panels::new(&values[group * outs..], k, outs, outs * conv.groups, 1).values());
                }
                Tensor::new(&weight.device(), Shape::new([packed.len()]), &packed)?
            }
            _ => weight.clone(),
        };
        Ok(PreparedConv2d { conv, kernel, weight: packed, bias: bias.clone() })
    }
    /// φ(b + x * w + r). Refuses shapes that do not fit.
    pub fn run(&self, x: &Tensor, residual: Option<&Tensor>, activation: Option<UnaryFn>) -> Result<Tensor> {
        let op = FusedConv2d { conv: self.conv, kernel: self.kernel.clone(), activation };
        let inputs: Vec<&Tensor> = [x, &self.weight, &self.bias].into_iter().chain(residual).collect();
        run(&op, &inputs)
    }
}

/// The number of taps and of output channels of one group.
fn group_of(conv: &Conv2d, kernel: &Shape) -> Result<[usize; 2]> {
    let [kh, kw, per_group, co] = kernel.axes("conv2d")?;
    match conv.groups > 0 && co.is_multiple_of(conv.groups) {
        true => Ok([kh * kw * per_group, co / conv.groups]),
        false => Err(Error::shape("conv2d", format!("{co} output channels do not divide into {} groups", conv.groups))),
    }
}

impl Op for FusedConv2d {
    fn name(&self) -> &'static str {
        "fused conv2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let y = self.conv.shape(&[x[0], &self.kernel, x[2]])?;
        match x.get(3) {
            Some(residual) if **residual != y => Err(Error::shape(self.name(), format!("expected {y} to be added, found {residual}"))),
            _ => Ok(y),
        }
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let g = self.conv.geometry(&Shape::new(x[0].shape()), &self.kernel).expect("checked in shape").straight();
        let (weights, bias, residual, y) = (values(&x[1]), Some(values(&x[2])), x.get(3).map(values), values_mut(&mut y));
        let finish = |at: usize, y: &mut [f32]| {
            if let Some(residual) = residual {
                y.iter_mut().zip(&residual[at..]).for_each(|(y, r)| *y += r);
            }
            if let Some(function) = self.activation {
                function.replace(y);
            }
        };
        if g.is_depthwise() {
            return depthwise::forward(&g, values(&x[0]), weights, bias, y, finish);
        }
        let [k, outs] = group_of(&self.conv, &self.kernel).expect("checked when it was prepared");
        let panels: Vec<Panels> = weights.chunks_exact(Panels::size(k, outs)).map(|w| Panels::packed(w, k, outs)).collect();
        conv2d::forward(&g, values(&x[0]), &panels, bias, y, finish);
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, caps: &Caps) -> Result<Dispatch> {
        let g = self.conv.geometry(x[0], &self.kernel)?.straight();
        // No activation becomes a clamp without bounds, so that layers with and without one share a compiled shader.
        let function = self.activation.map_or(UnaryFn::Clamp { min: f32::NEG_INFINITY, max: f32::INFINITY }, UnaryFn::as_clamp);
        let [a, b] = function.settings();
        let mut dispatch = g.dispatch(if x.len() == 4 { Epilogue::Sum } else { Epilogue::Function }, caps);
        dispatch.params = dispatch.params.f(a).f(b);
        Ok(dispatch.constant("FUNCTION", function.code().into()))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the gradient of a fused convolution", "what is recorded on a tape is run layer by layer"))
    }
    fn macs(&self, x: &[&Shape], _: &Shape) -> u64 {
        self.conv.geometry(x[0], &self.kernel).map_or(0, |g| g.macs())
    }
}
