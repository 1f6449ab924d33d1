//! y[n, i, j, c] = the largest x under the window; its gradient goes to the value that won, the first in row-major order of equals.
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

/// x N×H×W×C, y N×OH×OW×C; padding never wins. Reference: torch.nn.functional.max_pool2d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxPool2d {
    pub window: Window,
    pub ceil_mode: bool,
}

/// dx from dy and x: the winner of each window is found again, so that nothing but x need be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MaxPool2dGrad(MaxPool2d);

impl MaxPool2d {
    fn places(&self, input: [usize; 2]) -> Result<[usize; 2]> {
        self.window.check_pool("max_pool2d")?;
        if self.ceil_mode { self.window.places_rounding_up("max_pool2d", input) } else { self.window.places("max_pool2d", input) }
    }
    fn params(&self, x: &Shape) -> Result<Params> {
        let [n, h, w, c] = x.axes("max_pool2d")?;
        let [oh, ow] = self.places([h, w])?;
        let Window { kernel, stride, padding, dilation } = self.window;
        Ok([n, h, w, c, oh, ow].into_iter().chain(kernel).chain(stride).chain(padding).chain(dilation).fold(Params::default(), Params::u))
    }
    /// Calls `see` with each output position and the input positions under its window, row-major; positions count pixels, not values.
    fn windows(&self, x: &[usize], mut see: impl FnMut(usize, &[usize])) {
        let [oh, ow] = self.places([x[1], x[2]]).expect("checked in shape");
        let mut under = vec![];
        for (out, (n, i, j)) in (0..x[0]).flat_map(|n| (0..oh).flat_map(move |i| (0..ow).map(move |j| (n, i, j)))).enumerate() {
            under.clear();
            for y in (0..self.window.kernel[0]).filter_map(|u| self.window.read_at(0, i, u, x[1])) {
                under.extend(
                    (0..self.window.kernel[1]).filter_map(|v| self.window.read_at(1, j, v, x[2])).map(|at| (n * x[1] + y) * x[2] + at),
                );
            }
            see(out, &under);
        }
    }
}

impl Op for MaxPool2d {
    fn name(&self) -> &'static str {
        "max_pool2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [n, h, w, c] = x[0].axes("max_pool2d")?;
        let [oh, ow] = self.places([h, w])?;
        Ok(Shape::new([n, oh, ow, c]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let c = x[0].shape()[3];
        let (input, y) = (values(&x[0]), values_mut(&mut y));
        self.windows(x[0].shape(), |out, under| {
            let y = &mut y[out * c..][..c];
            y.copy_from_slice(&input[under[0] * c..][..c]);
            for at in &under[1..] {
                y.iter_mut().zip(&input[at * c..]).for_each(|(y, x)| *y = if *x > *y { *x } else { *y });
            }
        });
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(Dispatch::flat("max_pool2d", include_str!("max_pool2d.wgsl"), y.size(), self.params(x[0])?))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&MaxPool2dGrad(*self), &[b.dy, &b.x[0]])?)])
    }
}

impl Op for MaxPool2dGrad {
    fn name(&self) -> &'static str {
        "max_pool2d gradient"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[1].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let c = x[1].shape()[3];
        let (dy, input, dx) = (values(&x[0]), values(&x[1]), values_mut(&mut dx));
        dx.fill(0.0);
        self.0.windows(x[1].shape(), |out, under| {
            for channel in 0..c {
                let mut winner = under[0] * c + channel;
                for at in &under[1..] {
                    let rival = at * c + channel;
                    winner = if input[rival] > input[winner] { rival } else { winner };
                }
                dx[winner] += dy[out * c + channel];
            }
        });
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(Dispatch::flat("max_pool2d_grad", include_str!("max_pool2d_grad.wgsl"), y.size(), self.0.params(x[1])?))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of max_pool2d", "gradients of gradients are left out"))
    }
}

impl Var {
    pub fn max_pool2d(&self, window: Window, ceil_mode: bool) -> Result<Var> {
        Var::apply(MaxPool2d { window, ceil_mode }, &[self])
    }
}
