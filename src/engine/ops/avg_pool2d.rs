//! y[n, i, j, c] = the mean of x under the window: a convolution whose weights are fixed.
use super::{Window, values, values_mut};
use crate::{
    engine::{
        autograd::{Backward, Op, Var, run},
        gpu::{Caps, Dispatch, Params},
        tensor::{Shape, Tensor},
    },
    error::{Error, Result},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// x N×H×W×C, y N×OH×OW×C. Reference: torch.nn.functional.avg_pool2d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AvgPool2d {
    pub window: Window,
    pub ceil_mode: bool,
    /// Whether padding counts in the divisor; what overhangs the padded input never does.
    pub count_include_pad: bool,
    /// Divides by this instead of by the count.
    pub divisor: Option<usize>,
}

/// dx from dy: every value under a window gets the same share.
#[derive(Clone, Debug, PartialEq)]
struct AvgPool2dGrad {
    pool: AvgPool2d,
    x: Shape,
}

impl AvgPool2d {
    pub fn new(window: Window) -> AvgPool2d {
        AvgPool2d { window, ceil_mode: false, count_include_pad: true, divisor: None }
    }
    fn places(&self, input: [usize; 2]) -> Result<[usize; 2]> {
        self.window.check_pool("avg_pool2d")?;
        if self.window.dilation != [1, 1] || self.divisor == Some(0) {
            return Err(Error::shape("avg_pool2d", "expected dilation 1 and a divisor of at least 1"));
        }
        if self.ceil_mode { self.window.places_rounding_up("avg_pool2d", input) } else { self.window.places("avg_pool2d", input) }
    }
    fn params(&self, x: &Shape) -> Result<Params> {
        let [n, h, w, c] = x.axes("avg_pool2d")?;
        let [oh, ow] = self.places([h, w])?;
        let Window { kernel, stride, padding, .. } = self.window;
        let sizes = [n, h, w, c, oh, ow].into_iter().chain(kernel).chain(stride).chain(padding).fold(Params::default(), Params::u);
        Ok(sizes.u(self.count_include_pad as usize).u(self.divisor.unwrap_or(0)))
    }
    /// Calls `see` with each output pixel, the input rows and columns under its window and its divisor.
    fn windows(&self, x: &[usize], mut see: impl FnMut(usize, [std::ops::Range<usize>; 2], f32)) {
        let places = self.places([x[1], x[2]]).expect("checked in shape");
        let span = |axis: usize, place: usize| {
            let len = x[axis + 1];
            let (start, padding) = (place * self.window.stride[axis], self.window.padding[axis]);
            let end = (start + self.window.kernel[axis]).min(len + 2 * padding);
            (start.saturating_sub(padding).min(len)..end.saturating_sub(padding).min(len), end - start)
        };
        for (out, (n, i, j)) in (0..x[0]).flat_map(|n| (0..places[0]).flat_map(move |i| (0..places[1]).map(move |j| (n, i, j)))).enumerate()
        {
            let ((rows, high), (columns, wide)) = (span(0, i), span(1, j));
            let counted = if self.count_include_pad { high * wide } else { rows.len() * columns.len() };
            see(out, [n * x[1] + rows.start..n * x[1] + rows.end, columns], 1.0 / self.divisor.unwrap_or(counted) as f32);
        }
    }
}

impl Op for AvgPool2d {
    fn name(&self) -> &'static str {
        "avg_pool2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [n, h, w, c] = x[0].axes("avg_pool2d")?;
        let [oh, ow] = self.places([h, w])?;
        Ok(Shape::new([n, oh, ow, c]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (w, c) = (x[0].shape()[2], x[0].shape()[3]);
        let (input, y) = (values(&x[0]), values_mut(&mut y));
        self.windows(x[0].shape(), |out, [rows, columns], share| {
            let y = &mut y[out * c..][..c];
            y.fill(0.0);
            for pixel in rows.flat_map(|row| columns.clone().map(move |column| row * w + column)) {
                y.iter_mut().zip(&input[pixel * c..]).for_each(|(y, x)| *y += x);
            }
            y.iter_mut().for_each(|y| *y *= share);
        });
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(Dispatch::flat("avg_pool2d", include_str!("avg_pool2d.wgsl"), y.size(), self.params(x[0])?))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&AvgPool2dGrad { pool: *self, x: b.x[0].shape().clone() }, &[b.dy])?)])
    }
}

impl Op for AvgPool2dGrad {
    fn name(&self) -> &'static str {
        "avg_pool2d gradient"
    }
    fn shape(&self, _: &[&Shape]) -> Result<Shape> {
        Ok(self.x.clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let (w, c) = (self.x[2], self.x[3]);
        let (dy, dx) = (values(&x[0]), values_mut(&mut dx));
        dx.fill(0.0);
        self.pool.windows(self.x.dims(), |out, [rows, columns], share| {
            for pixel in rows.flat_map(|row| columns.clone().map(move |column| row * w + column)) {
                dx[pixel * c..][..c].iter_mut().zip(&dy[out * c..]).for_each(|(dx, dy)| *dx += dy * share);
            }
        });
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(Dispatch::flat("avg_pool2d_grad", include_str!("avg_pool2d_grad.wgsl"), y.size(), self.pool.params(&self.x)?))
    }
    /// Each window's mean again: the gradient of an equal share is the pool itself.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&self.pool, &[b.dy])?)])
    }
}

impl Var {
    pub fn avg_pool2d(&self, pool: AvgPool2d) -> Result<Var> {
        Var::apply(pool, &[self])
    }
}
