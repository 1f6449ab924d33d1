//! The lowest rung of the convolution's ladder: only its formula. The faster rungs are compared with it.
use super::{Conv2d, values, values_mut};
use crate::{
    autograd::{Backward, Op},
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Device, Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// `y[n, i, j, o] = b[o] + Σ_{u,v,c} x[n, i·s + u·d − p, j·s + v·d − p, c] · w[u, v, c, o]`, one output after the other (on a GPU one for
/// each thread). Shapes as in [`Conv2d`]. It is only measured, so it has no gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectConv2d(pub Conv2d);

impl Op for DirectConv2d {
    fn name(&self) -> &'static str {
        "direct conv2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        self.0.shape(x)
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let g = self.0.geometry(&Shape::new(x[0].shape()), &Shape::new(x[1].shape())).expect("checked in shape");
        let ([kh, kw], [per_group, outs], window) = (g.window.kernel, g.group(), &g.window);
        let (image, weight, bias) = (values(&x[0]), values(&x[1]), x.get(2).map(values));
        for (at, y) in values_mut(&mut y).iter_mut().enumerate() {
            let (o, j, i, n) = (at % g.co, at / g.co % g.ow, at / g.co / g.ow % g.oh, at / g.co / g.ow / g.oh);
            let mut sum = bias.map_or(0.0, |b| b[o]);
            for u in 0..kh {
                let Some(down) = window.read_at(0, i, u, g.h) else { continue };
                for v in 0..kw {
                    let Some(along) = window.read_at(1, j, v, g.w) else { continue };
                    let from = ((n * g.h + down) * g.w + along) * g.ci + o / outs * per_group;
                    let tap = (u * kw + v) * per_group * g.co + o;
                    for c in 0..per_group {
                        sum += image[from + c] * weight[tap + c * g.co];
                    }
                }
            }
            *y = sum;
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        const WITH_BIAS: &str = concat!(wgsl!("one.wgsl"), wgsl!("with_bias.wgsl"), wgsl!("direct_conv2d.wgsl"));
        const WITHOUT: &str = concat!(wgsl!("one.wgsl"), wgsl!("without_bias.wgsl"), wgsl!("direct_conv2d.wgsl"));
        let g = self.0.geometry(x[0], x[1])?;
        Ok(Dispatch::flat(self.name(), if x.len() == 3 { WITH_BIAS } else { WITHOUT }, y.size(), g.params()))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the gradient of direct conv2d", "it is there to be measured; conv2d has one"))
    }
    fn macs(&self, x: &[&Shape], y: &Shape) -> u64 {
        self.0.macs(x, y)
    }
}

impl Conv2d {
    /// The name of the rung that computes inputs of these shapes on this device.
    pub fn rung(&self, x: &[&Shape], device: &Device) -> Result<&'static str> {
        let g = self.geometry(x[0], x[1])?;
        match device {
            #[cfg(feature = "gpu")]
            Device::Gpu(gpu) => Ok(self.gpu(x, &self.shape(x)?, gpu.caps())?.label),
            _ if g.is_depthwise() => Ok("along channels"),
            _ => Ok("tiled product"),
        }
    }
}
