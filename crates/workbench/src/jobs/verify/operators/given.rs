//! The inputs of a case on a tape, each in its layout, and its arguments.
use super::super::case::Case;
use engine::{
    Error, Result,
    autograd::{Tape, Var},
    tensor::{Device, Layout, Shape, Tensor},
};
use std::collections::BTreeMap;

/// A case with its inputs on a tape.
pub(super) struct Given<'a> {
    pub(super) case: &'a Case,
    pub(super) inputs: BTreeMap<&'a str, Var>,
    pub(super) device: &'a Device,
}

impl<'a> Given<'a> {
    pub(super) fn new(case: &'a Case, device: &'a Device, tape: &Tape) -> Result<Given<'a>> {
        let mut inputs = BTreeMap::new();
        for key in case.inputs.keys() {
            let (shape, values) = case.input(key)?;
            let value = Tensor::from_outside(device, layout(&case.op, key, shape.len()), shape, &values)?;
            inputs.insert(key.as_str(), tape.input(value));
        }
        Ok(Given { case, inputs, device })
    }
    /// An input that may be missing.
    pub(super) fn optional(&self, key: &str) -> Option<&Var> {
        self.case.know(key);
        self.inputs.get(key)
    }
    pub(super) fn input(&self, key: &str) -> Result<&Var> {
        self.optional(key).ok_or_else(|| Error::data(&self.case.case, format!("expected an input {key}")))
    }
    /// A constant with these values, in the engine's order.
    pub(super) fn constant(&self, dims: &[usize], values: &[f32]) -> Result<Var> {
        Ok(Var::constant(Tensor::new(self.device, Shape::new(dims), values)?))
    }
    /// Ones and zeros of this shape: the weight and the bias of a normalisation that has none.
    pub(super) fn filled(&self, dims: &[usize]) -> Result<[Var; 2]> {
        let fill = |value| self.constant(dims, &vec![value; dims.iter().product()]);
        Ok([fill(1.0)?, fill(0.0)?])
    }
    /// The inputs w and b of a normalisation; where one is missing, ones or zeros of this shape.
    pub(super) fn weight_and_bias(&self, dims: &[usize]) -> Result<[Var; 2]> {
        let [ones, zeros] = self.filled(dims)?;
        Ok([self.optional("w").cloned().unwrap_or(ones), self.optional("b").cloned().unwrap_or(zeros)])
    }
    pub(super) fn whole(&self, key: &str, otherwise: usize) -> usize {
        self.case.argument(key).unwrap_or(otherwise)
    }
    pub(super) fn float(&self, key: &str, otherwise: f32) -> f32 {
        self.case.number(key).map_or(otherwise, |number| number as f32)
    }
    /// The axis of input x that the case calls `dim`.
    pub(super) fn axis(&self) -> Result<usize> {
        self.input("x")?.shape().axis("verify", self.case.argument("dim").unwrap_or(-1))
    }
    /// The axes of input x that the case calls `dims`.
    pub(super) fn axes(&self) -> Result<Vec<usize>> {
        let shape = self.input("x")?.shape();
        self.case.list("dims").ok_or_else(|| unknown(self.case))?.into_iter().map(|axis| shape.axis("verify", axis)).collect()
    }
}

pub(super) fn unknown(case: &Case) -> Error {
    Error::unsupported(&case.op, format!("no such operation, or not with {}", case.args))
}

/// Operations on images: their inputs and outputs with four axes are images, and their weights with four axes are kernels.
const OF_IMAGES: &[&str] = &[
    "conv2d",
    "pad+conv2d",
    "conv_transpose2d",
    "max_pool2d",
    "avg_pool2d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "pad",
    "interpolate",
    "pixel_shuffle",
    "channel_shuffle",
    "im2col",
    "col2im",
    "prelu",
    "batch_norm",
    "layer_norm2d",
    "group_norm",
    "instance_norm",
    "local_response_norm",
    "dropout2d",
    "stochastic_depth",
    "ws_conv",
    "squeeze_excite",
    "basic_block",
    "mbconv",
];

/// The layout of an input with this number of axes, or of the output.
pub(super) fn layout(op: &str, key: &str, axes: usize) -> Layout {
    match (op, key) {
        (_, "gain") => Layout::Plain,
        ("linear", "w") => Layout::Dense,
        ("conv_transpose2d", "w") => Layout::TransposedKernel,
        _ if axes != 4 || !OF_IMAGES.contains(&op) => Layout::Plain,
        (_, key) if key.starts_with('w') => Layout::Kernel,
        _ => Layout::Image,
    }
}
