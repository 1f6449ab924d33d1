//! A convolution with weight standardisation: networks without batch norm keep the size of their values by it.
use super::{Cx, Init, Module, Scope, conv2d, module::Prepared};
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{Conv2d, PreparedConv2d, Window},
    tensor::{Layout, Shape},
};
use std::rc::Rc;

/// A convolution with the kernel (w − mean) / √(variance + ε) · γ/√fan_in · gain, where mean and variance are those of each filter, and
/// γ makes up for what the activation before takes from the variance. ε = 10⁻⁵.
///
/// # Shapes
/// Input N×Ci×H×W, output N×Co×OH×OW; weight Co×(Ci/groups)×K×K, gain Co×1×1×1, bias Co. Source: Brock et al., 2021. Reference:
/// timm.layers.ScaledStdConv2d.
pub struct ScaledStdConv2d {
    weight: Rc<Param>,
    gain: Rc<Param>,
    bias: Rc<Param>,
    conv: Conv2d,
    outputs: usize,
    /// γ/√fan_in.
    scale: f32,
    prepared: Prepared,
}

const EPSILON: f32 = 1e-5;

impl ScaledStdConv2d {
    /// A convolution whose gain is 1 at first.
    pub fn new(scope: &Scope, [inputs, outputs]: [usize; 2], window: Window, groups: usize, gamma: f32) -> Result<ScaledStdConv2d> {
        let dims = conv2d::dims(scope, inputs, outputs, window, groups)?;
        let fan_in = dims[1..].iter().product();
        Ok(ScaledStdConv2d {
            weight: scope.param("weight", Layout::Kernel, &dims, Init::Gain { fan_in, gain: 1.0 })?,
            gain: scope.param("gain", Layout::Plain, &[outputs, 1, 1, 1], Init::Constant(1.0))?,
            bias: scope.vector("bias", outputs, Init::Constant(0.0))?,
            conv: Conv2d { window, groups },
            outputs,
            scale: gamma / (fan_in as f32).sqrt(),
            prepared: Prepared::default(),
        })
    }
    /// The standardised kernel, on the tape of `x`.
    fn kernel(&self, x: &Var) -> Result<Var> {
        let gain = x.param(&self.gain).reshape(Shape::new([self.outputs]))?.scale(self.scale)?;
        x.param(&self.weight).standardised_kernel(EPSILON)?.mul(&gain)
    }
}

impl Module for ScaledStdConv2d {
    fn describe(&self) -> String {
        let Window { kernel, stride, .. } = self.conv.window;
        let groups = if self.conv.groups > 1 { format!(", {} groups", self.conv.groups) } else { String::new() };
        let stride = if stride == [1, 1] { String::new() } else { format!(", stride {}", stride[0]) };
        format!("standardised conv {}×{}, {}{groups}{stride}", kernel[0], kernel[1], self.outputs)
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        if cx.fuses(x) {
            let prepare = || PreparedConv2d::new(self.conv, self.kernel(x)?.value(), &self.bias.value());
            let prepared = self.prepared.of([&self.weight, &self.gain, &self.bias], prepare)?;
            return Ok(Var::constant(prepared.run(x.value(), None, None)?));
        }
        x.conv2d(&self.kernel(x)?, Some(&x.param(&self.bias)), self.conv.window, self.conv.groups)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        [&self.weight, &self.gain, &self.bias].map(Rc::clone).into()
    }
}
