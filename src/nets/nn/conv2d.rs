//! A convolution with its weight and bias.
use super::{Cx, Init, Module, Scope};
use crate::{
    engine::{
        autograd::{Param, Var},
        ops::Window,
        tensor::Layout,
    },
    error::Result,
};
use std::rc::Rc;

/// # Shapes
/// Input N×Ci×H×W, output N×Co×OH×OW; weight Co×Ci×K×K, bias Co. Reference: torch.nn.Conv2d.
pub struct Conv2d {
    weight: Rc<Param>,
    bias: Rc<Param>,
    window: Window,
    outputs: usize,
}

impl Conv2d {
    pub fn new(scope: &Scope, inputs: usize, outputs: usize, window: Window) -> Result<Conv2d> {
        let [height, width] = window.kernel;
        let init = Init::Uniform { fan_in: inputs * height * width };
        Ok(Conv2d {
            weight: scope.param("weight", Layout::Kernel, &[outputs, inputs, height, width], init)?,
            bias: scope.param("bias", Layout::Plain, &[outputs], init)?,
            window,
            outputs,
        })
    }
}

impl Module for Conv2d {
    fn describe(&self) -> String {
        let Window { kernel, stride, padding, .. } = self.window;
        let stride = if stride == [1, 1] { String::new() } else { format!(", stride {}", stride[0]) };
        let padding = if padding == [0, 0] { String::new() } else { format!(", padding {}", padding[0]) };
        format!("conv {}×{}, {}{stride}{padding}", kernel[0], kernel[1], self.outputs)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.conv2d(&x.param(&self.weight), Some(&x.param(&self.bias)), self.window, 1)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        vec![self.weight.clone(), self.bias.clone()]
    }
}
