//! A convolution layer: a weight and an optional bias.
use super::{
    Cx, Init, Module, Part, Scope,
    module::{Prepared, Products},
    torch,
};
use engine::{
    Error, Result,
    autograd::{Param, Var},
    ops::{self, Window},
    tensor::Layout,
};
use std::rc::Rc;

/// # Shapes
/// Input N×Ci×H×W, output N×Co×OH×OW; weight Co×(Ci/groups)×K×K, bias Co. Reference: torch.nn.Conv2d.
pub struct Conv2d {
    weight: Rc<Param>,
    bias: Option<Rc<Param>>,
    window: Window,
    inputs: usize,
    outputs: usize,
    groups: usize,
    prepared: Prepared,
}

impl Conv2d {
    /// A convolution in one group, with bias. Both are drawn as by torch.nn.Conv2d, uniformly within ±1/√fan_in.
    pub fn new(scope: &Scope, inputs: usize, outputs: usize, window: Window) -> Result<Conv2d> {
        Conv2d::grouped(scope, inputs, outputs, window, 1)
    }
    /// A grouped convolution with bias: each group of outputs reads its own group of inputs.
    pub fn grouped(scope: &Scope, inputs: usize, outputs: usize, window: Window, groups: usize) -> Result<Conv2d> {
        let dims = dims(scope, inputs, outputs, window, groups)?;
        let init = Init::Uniform { fan_in: dims[1..].iter().product() };
        let weight = scope.param("weight", Layout::Kernel, &dims, init)?;
        Ok(Conv2d {
            weight,
            bias: Some(scope.vector("bias", outputs, init)?),
            window,
            inputs,
            outputs,
            groups,
            prepared: Prepared::default(),
        })
    }
    /// A convolution without bias, for use before a batch norm, whose bias replaces it. With `inputs` groups it is depthwise.
    pub fn without_bias(scope: &Scope, inputs: usize, outputs: usize, window: Window, groups: usize) -> Result<Conv2d> {
        let dims = dims(scope, inputs, outputs, window, groups)?;
        let init = Init::He { fan_in: dims[1..].iter().product() };
        let weight = scope.param("weight", Layout::Kernel, &dims, init)?;
        Ok(Conv2d { weight, bias: None, window, inputs, outputs, groups, prepared: Prepared::default() })
    }
    /// A convolution in one group, whose weight is drawn by `init` of the fan-in. It has a bias if an `init` for the bias is given.
    pub fn drawn(
        scope: &Scope,
        [inputs, outputs]: [usize; 2],
        window: Window,
        init: impl Fn(usize) -> Init,
        bias: Option<Init>,
    ) -> Result<Conv2d> {
        let dims = dims(scope, inputs, outputs, window, 1)?;
        let weight = scope.param("weight", Layout::Kernel, &dims, init(dims[1..].iter().product()))?;
        let bias = bias.map(|init| scope.vector("bias", outputs, init)).transpose()?;
        Ok(Conv2d { weight, bias, window, inputs, outputs, groups: 1, prepared: Prepared::default() })
    }
}

/// The weight's shape in PyTorch's order.
pub(super) fn dims(scope: &Scope, inputs: usize, outputs: usize, window: Window, groups: usize) -> Result<[usize; 4]> {
    if groups == 0 || !inputs.is_multiple_of(groups) || !outputs.is_multiple_of(groups) {
        let found = format!("{inputs} inputs and {outputs} outputs do not divide into {groups} groups");
        return Err(Error::shape("conv2d", format!("{}: {found}", scope.path())));
    }
    let [height, width] = window.kernel;
    Ok([outputs, inputs / groups, height, width])
}

impl Module for Conv2d {
    fn describe(&self) -> String {
        let Window { kernel, stride, padding, .. } = self.window;
        let name = if self.groups > 1 && self.groups == self.inputs { "depthwise conv" } else { "conv" };
        let groups = if name == "conv" && self.groups > 1 { format!(", {} groups", self.groups) } else { String::new() };
        let stride = if stride == [1, 1] { String::new() } else { format!(", stride {}", stride[0]) };
        let padding = if padding == [0, 0] { String::new() } else { format!(", padding {}", padding[0]) };
        format!("{name} {}×{}, {}{groups}{stride}{padding}", kernel[0], kernel[1], self.outputs)
    }
    fn torch(&self) -> Option<String> {
        let groups = if self.groups == 1 { String::new() } else { format!(", groups={}", self.groups) };
        let bias = if self.bias.is_some() { "" } else { ", bias=False" };
        Some(format!("nn.Conv2d({}, {}, {}{groups}{bias})", self.inputs, self.outputs, torch::window(&self.window)))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let bias = self.bias.as_ref().map(|bias| x.param(bias));
        x.conv2d(&x.param(&self.weight), bias.as_ref(), self.window, self.groups)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        std::iter::once(&self.weight).chain(&self.bias).map(Rc::clone).collect()
    }
    fn part(&self) -> Part<'_> {
        let conv = ops::Conv2d { window: self.window, groups: self.groups };
        Part::Products(Products { conv, weight: &self.weight, bias: self.bias.as_ref(), prepared: &self.prepared })
    }
}
