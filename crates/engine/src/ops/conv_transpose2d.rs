//! Transposed convolution: every input value multiplies the kernel and adds it to the output. It is the input gradient of a convolution as a forward step.
use super::{
    Along, Conv2d, Slice, Window,
    conv2d_geometry::Geometry,
    conv2d_grad::{Conv2dInputGrad, Conv2dWeightPartials},
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// y[n, i·s + u·d − p, j·s + v·d − p, o] += x[n, i, j, c] · w[u, v, o, c].
///
/// x N×H×W×Ci, w KH×KW×(Co/groups)×Ci; y N×OH×OW×Co with OH = (H − 1)·s − 2p + d·(KH − 1) + 1 + `output_padding`, which, below s, names one of the s
/// sizes that a convolution makes into H. Reference: torch.nn.functional.conv_transpose2d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvTranspose2d {
    /// The window of the convolution that is run backwards. Its kernel must be the weight's KH×KW.
    pub window: Window,
    /// Rows and columns added at the bottom and right end of y; each less than the stride or the dilation.
    pub output_padding: [usize; 2],
    /// The number of groups, which must divide Ci. Each group of input channels writes to its own group of output channels.
    pub groups: usize,
}

impl ConvTranspose2d {
    /// The sizes of the convolution from y to x, whose input gradient this is.
    fn geometry(&self, x: &Shape, w: &Shape) -> Result<Geometry> {
        let op = "conv_transpose2d";
        let ([n, oh, ow, co], [kh, kw, per_group, inputs]) = (x.axes(op)?, w.axes(op)?);
        let Window { kernel, stride, padding, dilation } = self.window;
        if kernel != [kh, kw] {
            return Err(Error::shape(op, format!("the window is {}×{}, the weight's kernel {kh}×{kw}", kernel[0], kernel[1])));
        }
        if co != inputs {
            return Err(Error::shape(op, format!("input has {co} channels, the weight takes {inputs}")));
        }
        if self.groups == 0 || co % self.groups != 0 {
            return Err(Error::shape(op, format!("{co} input channels do not divide into {} groups", self.groups)));
        }
        self.window.check(op)?;
        let size = |axis: usize, places: usize| {
            if self.output_padding[axis] >= stride[axis].max(dilation[axis]) {
                let (extra, stride, dilation) = (self.output_padding[axis], stride[axis], dilation[axis]);
                return Err(Error::shape(
                    op,
                    format!("output padding {extra} must be less than the stride, {stride}, or the dilation, {dilation}"),
                ));
            }
            let whole = (places - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 + self.output_padding[axis];
            match whole.checked_sub(2 * padding[axis]) {
                None | Some(0) => {
                    Err(Error::shape(op, format!("padding {} leaves nothing of {whole} along axis {axis} of the image", padding[axis])))
                }
                Some(left) => Ok(left),
            }
        };
        let (h, w) = (size(0, oh)?, size(1, ow)?);
        Ok(Geometry { window: self.window, groups: self.groups, n, h, w, ci: per_group * self.groups, co, oh, ow })
    }
}

impl Op for ConvTranspose2d {
    fn name(&self) -> &'static str {
        "conv_transpose2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let g = self.geometry(x[0], x[1])?;
        Ok(Shape::new([g.n, g.h, g.w, g.ci]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], y: ArrayViewMutD<f32>) {
        let g = self.geometry(&Shape::new(x[0].shape()), &Shape::new(x[1].shape())).expect("checked in shape");
        Conv2dInputGrad(g).cpu(x, y);
    }
    fn reads(&self, _: usize, axis: usize, _: &[&Shape], _: &Shape, [first, end]: [isize; 2]) -> [isize; 2] {
        // Place i writes to i·s − p and the places after it that the window reaches.
        let (stride, padding) = (self.window.stride[axis - 1] as isize, self.window.padding[axis - 1] as isize);
        let reach = self.window.reach(axis - 1) as isize;
        [-(reach - 1 - first - padding).div_euclid(stride), (end - 1 + padding).div_euclid(stride) + 1]
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, caps: &Caps) -> Result<Dispatch> {
        Conv2dInputGrad(self.geometry(x[0], x[1])?).gpu(x, y, caps)
    }
    /// dx: the convolution of dy. dw: the convolution's weight gradient with input and output exchanged.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let geometry = self.geometry(b.x[0].shape(), b.x[1].shape())?;
        let dx = b.wanted(0, || {
            let dx = run(&Conv2d { window: self.window, groups: self.groups }, &[b.dy, &b.x[1]])?;
            let own = b.x[0].shape();
            if dx.shape() == own {
                return Ok(dx);
            }
            // Rows and columns added beyond a stride make places of the window that no value of x stands for.
            run(&Slice { axes: own.dims().iter().map(|length| Along::whole(*length)).collect(), fill: 0.0 }, &[&dx])
        })?;
        let dw = b.wanted(1, || {
            let partials = run(&Conv2dWeightPartials::new(geometry, b.dy.device().is_gpu()), &[b.dy, &b.x[0]])?;
            partials.sum_axis(0)?.reshape(b.x[1].shape().clone())
        })?;
        Ok(vec![dx, dw])
    }
    fn macs(&self, x: &[&Shape], _: &Shape) -> u64 {
        self.geometry(x[0], x[1]).map_or(0, |g| g.macs())
    }
}

impl Var {
    /// Transposed convolution. Refuses shapes that do not fit. Reference: torch.nn.functional.conv_transpose2d.
    pub fn conv_transpose2d(&self, weight: &Var, bias: Option<&Var>, transposed: ConvTranspose2d) -> Result<Var> {
        let y = Var::apply(transposed, &[self, weight])?;
        let Some(bias) = bias else { return Ok(y) };
        let outputs = y.shape()[3];
        if bias.shape().dims() != [outputs] {
            return Err(Error::shape("conv_transpose2d", format!("expected a bias of {outputs}, found {}", bias.shape())));
        }
        y.add(bias)
    }
}
