//! Max pooling: y[n, i, j, c] = the largest x under the window. Its gradient goes to the largest value; among equal ones to the first in row-major order.
use super::{
    Window,
    pool::{Geometry, Places},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// x N×H×W×C, y N×OH×OW×C. Padding is never the largest. Reference: torch.nn.functional.max_pool2d, adaptive_max_pool2d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxPool2d(pub Places);

/// dx from dy and x. The largest value of each window is searched again, so that nothing but x has to be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MaxPool2dGrad(Geometry);

/// Whether x replaces the largest value so far. NaN always does, as in torch.
fn wins(x: f32, largest: f32) -> bool {
    x > largest || x.is_nan()
}

impl MaxPool2d {
    fn geometry(&self, x: &Shape) -> Result<Geometry> {
        Geometry::new("max_pool2d", self.0, x)
    }
}

impl Op for MaxPool2d {
    fn name(&self) -> &'static str {
        "max_pool2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(self.geometry(x[0])?.output())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let geometry = self.geometry(&Shape::new(x[0].shape())).expect("checked in shape");
        let (c, input, y) = (geometry.c, values(&x[0]), values_mut(&mut y));
        y.fill(f32::MIN);
        geometry.walk(|view| {
            let y = &mut y[view.out * c..][..c];
            for pixel in view.pixels() {
                y.iter_mut().zip(&input[pixel * c..]).for_each(|(y, x)| *y = if wins(*x, *y) { *x } else { *y });
            }
        });
    }
    fn reads(&self, _: usize, axis: usize, x: &[&Shape], y: &Shape, places: [isize; 2]) -> [isize; 2] {
        self.0.reads(axis, x[0], y, places)
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        const SOURCE: &str = concat!(wgsl!("pool.wgsl"), wgsl!("max_pool2d.wgsl"));
        let geometry = self.geometry(x[0])?;
        Ok(geometry.dispatch("max_pool2d", SOURCE, y.size(), geometry.params()))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&MaxPool2dGrad(self.geometry(b.x[0].shape())?), &[b.dy, &b.x[0]])?)])
    }
}

impl Op for MaxPool2dGrad {
    fn name(&self) -> &'static str {
        "max_pool2d gradient"
    }
    fn shape(&self, _: &[&Shape]) -> Result<Shape> {
        Ok(self.0.input())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let (c, dy, input, dx) = (self.0.c, values(&x[0]), values(&x[1]), values_mut(&mut dx));
        dx.fill(0.0);
        let (mut largest, mut left) = (vec![0.0; c], vec![0.0; c]);
        self.0.walk(|view| {
            largest.fill(f32::MIN);
            for pixel in view.pixels() {
                largest.iter_mut().zip(&input[pixel * c..]).for_each(|(m, x)| *m = if wins(*x, *m) { *x } else { *m });
            }
            // The first value that equals the largest takes the gradient, and leaves nothing for later ones.
            left.copy_from_slice(&dy[view.out * c..][..c]);
            for pixel in view.pixels() {
                let line = dx[pixel * c..][..c].iter_mut().zip(&input[pixel * c..]);
                for ((dx, x), (largest, left)) in line.zip(largest.iter().zip(&mut left)) {
                    let won = x == largest || x.is_nan();
                    *dx += if won { *left } else { 0.0 };
                    *left = if won { 0.0 } else { *left };
                }
            }
        });
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        const SOURCE: &str = concat!(wgsl!("pool.wgsl"), wgsl!("max_pool2d_grad.wgsl"));
        const TILES: &str = concat!(wgsl!("pool.wgsl"), wgsl!("max_pool2d_tiles_grad.wgsl"));
        if let Some(windows) = self.0.tiles() {
            return Ok(self.0.dispatch("max_pool2d_tiles_grad", TILES, windows, self.0.params()));
        }
        Ok(self.0.dispatch("max_pool2d_grad", SOURCE, y.size(), self.0.params()))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of max_pool2d", "gradients of gradients are left out"))
    }
}

impl Var {
    /// Max pooling. x N×H×W×C, y N×OH×OW×C. With `ceil_mode` the last window may extend beyond the end. Refuses padding of more than half
    /// the window. Reference: torch.nn.functional.max_pool2d.
    pub fn max_pool2d(&self, window: Window, ceil_mode: bool) -> Result<Var> {
        Var::apply(MaxPool2d(Places::Sliding { window, ceil_mode }), &[self])
    }
    /// The largest value in each of `output` rows and columns of places. Reference: torch.nn.functional.adaptive_max_pool2d.
    pub fn adaptive_max_pool2d(&self, output: [usize; 2]) -> Result<Var> {
        Var::apply(MaxPool2d(Places::Adaptive(output)), &[self])
    }
}
