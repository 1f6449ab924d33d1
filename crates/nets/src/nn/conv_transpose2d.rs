//! A transposed convolution as a layer: it enlarges an image, with learned weights.
use super::{Cx, Init, Module, Scope, torch};
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{self, Window},
    tensor::Layout,
};
use std::rc::Rc;

/// Every input value multiplies the kernel and adds it to the output.
///
/// # Shapes
/// Input N×Ci×H×W, output N×Co×((H − 1)·s − 2p + K)×…; weight Ci×Co×K×K, bias Co if there is one. Reference: torch.nn.ConvTranspose2d.
pub struct ConvTranspose2d {
    weight: Rc<Param>,
    bias: Option<Rc<Param>>,
    transposed: ops::ConvTranspose2d,
    inputs: usize,
    outputs: usize,
}

impl ConvTranspose2d {
    /// A transposed convolution, with a bias or without. Both are drawn as by torch.nn.ConvTranspose2d, uniformly within ±1/√(Co·K·K).
    pub fn new(scope: &Scope, [inputs, outputs]: [usize; 2], window: Window, bias: bool) -> Result<ConvTranspose2d> {
        let [height, width] = window.kernel;
        let init = Init::Uniform { fan_in: outputs * height * width };
        Ok(ConvTranspose2d {
            weight: scope.param("weight", Layout::TransposedKernel, &[inputs, outputs, height, width], init)?,
            bias: bias.then(|| scope.vector("bias", outputs, init)).transpose()?,
            transposed: ops::ConvTranspose2d { window, output_padding: [0, 0], groups: 1 },
            inputs,
            outputs,
        })
    }
}

impl Module for ConvTranspose2d {
    fn describe(&self) -> String {
        let Window { kernel, stride, .. } = self.transposed.window;
        format!("transposed conv {}×{}, {}, stride {}", kernel[0], kernel[1], self.outputs, stride[0])
    }
    fn torch(&self) -> Option<String> {
        let bias = if self.bias.is_some() { "" } else { ", bias=False" };
        let window = torch::window(&self.transposed.window);
        Some(format!("nn.ConvTranspose2d({}, {}, {window}{bias})", self.inputs, self.outputs))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let bias = self.bias.as_ref().map(|bias| x.param(bias));
        x.conv_transpose2d(&x.param(&self.weight), bias.as_ref(), self.transposed)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        std::iter::once(&self.weight).chain(&self.bias).map(Rc::clone).collect()
    }
}
