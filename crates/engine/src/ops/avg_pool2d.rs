//! Average pooling: y[n, i, j, c] = the mean of x under the window. It is a convolution with fixed weights.
use super::{
    Window,
    pool::{Geometry, Places, View},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// x N×H×W×C, y N×OH×OW×C. Reference: torch.nn.functional.avg_pool2d, adaptive_avg_pool2d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AvgPool2d {
    /// Where the windows lie. Their dilation must be 1.
    pub places: Places,
    /// Whether padding counts in the divisor. Places beyond the padded input never count.
    pub count_include_pad: bool,
    /// A divisor that replaces the count.
    pub divisor: Option<usize>,
}

/// dx from dy: every value under a window gets an equal share.
#[derive(Clone, Debug, PartialEq)]
struct AvgPool2dGrad {
    pool: AvgPool2d,
    geometry: Geometry,
}

impl AvgPool2d {
    /// An average pool with PyTorch's defaults: the number of places is rounded down, and padding counts in the divisor.
    pub fn new(window: Window) -> AvgPool2d {
        AvgPool2d { places: Places::of(window), count_include_pad: true, divisor: None }
    }
    fn geometry(&self, x: &Shape) -> Result<Geometry> {
        let dilated = matches!(self.places, Places::Sliding { window, .. } if window.dilation != [1, 1]);
        if dilated || self.divisor == Some(0) {
            return Err(Error::shape("avg_pool2d", "expected dilation 1 and a divisor of at least 1"));
        }
        Geometry::new("avg_pool2d", self.places, x)
    }
    fn params(&self, geometry: &Geometry) -> Params {
        geometry.params().u(self.count_include_pad as usize).u(self.divisor.unwrap_or(0))
    }
    /// The factor of each value under a window: 1 / count, or 1 / divisor.
    fn share(&self, view: &View) -> f32 {
        let counted = if self.count_include_pad { view.whole } else { view.inside() };
        1.0 / self.divisor.unwrap_or(counted) as f32
    }
}

impl Op for AvgPool2d {
    fn name(&self) -> &'static str {
        "avg_pool2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(self.geometry(x[0])?.output())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let geometry = self.geometry(&Shape::new(x[0].shape())).expect("checked in shape");
        let (c, input, y) = (geometry.c, values(&x[0]), values_mut(&mut y));
        geometry.walk(|view| {
            let y = &mut y[view.out * c..][..c];
            y.fill(0.0);
            for pixel in view.pixels() {
                y.iter_mut().zip(&input[pixel * c..]).for_each(|(y, x)| *y += x);
            }
            let share = self.share(&view);
            y.iter_mut().for_each(|y| *y *= share);
        });
    }
    fn reads(&self, _: usize, axis: usize, x: &[&Shape], y: &Shape, places: [isize; 2]) -> [isize; 2] {
        self.places.reads(axis, x[0], y, places)
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        const SOURCE: &str = concat!(wgsl!("pool.wgsl"), wgsl!("avg_pool2d_count.wgsl"), wgsl!("avg_pool2d.wgsl"));
        let geometry = self.geometry(x[0])?;
        Ok(geometry.dispatch("avg_pool2d", SOURCE, geometry.fours(y), self.params(&geometry)))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&AvgPool2dGrad { pool: *self, geometry: self.geometry(b.x[0].shape())? }, &[b.dy])?)])
    }
}

impl Op for AvgPool2dGrad {
    fn name(&self) -> &'static str {
        "avg_pool2d gradient"
    }
    fn shape(&self, _: &[&Shape]) -> Result<Shape> {
        Ok(self.geometry.input())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let (c, dy, dx) = (self.geometry.c, values(&x[0]), values_mut(&mut dx));
        dx.fill(0.0);
        self.geometry.walk(|view| {
            let share = self.pool.share(&view);
            for pixel in view.pixels() {
                dx[pixel * c..][..c].iter_mut().zip(&dy[view.out * c..]).for_each(|(dx, dy)| *dx += dy * share);
            }
        });
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        const SOURCE: &str = concat!(wgsl!("pool.wgsl"), wgsl!("avg_pool2d_count.wgsl"), wgsl!("avg_pool2d_grad.wgsl"));
        Ok(self.geometry.dispatch("avg_pool2d_grad", SOURCE, self.geometry.fours(y), self.pool.params(&self.geometry)))
    }
    /// The gradient of an equal share is average pooling itself: the mean of each window.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&self.pool, &[b.dy])?)])
    }
}

impl Var {
    /// x N×H×W×C, y N×OH×OW×C. Refuses dilation, a divisor of 0, and padding of more than half the window. Reference: torch.nn.functional.avg_pool2d.
    pub fn avg_pool2d(&self, pool: AvgPool2d) -> Result<Var> {
        Var::apply(pool, &[self])
    }
    /// The mean over each of `output` rows and columns of places. Reference: torch.nn.functional.adaptive_avg_pool2d.
    pub fn adaptive_avg_pool2d(&self, output: [usize; 2]) -> Result<Var> {
        let [_, h, w, _] = self.shape().axes("avg_pool2d")?;
        if output == [1, 1] && h * w >= 256 {
            // One thread for each channel would mean few and slow threads. A sum is computed in blocks.
            return self.mean(&[1, 2], true);
        }
        Var::apply(AvgPool2d { places: Places::Adaptive(output), count_include_pad: false, divisor: None }, &[self])
    }
}
