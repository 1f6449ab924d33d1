//! The gradients of a convolution with respect to its input and to its weight.
use super::{
    Window,
    conv2d_geometry::Geometry,
    depthwise,
    product::{Columns, Into, Panels, add_product},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op},
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// dx[n, y, x, c] = Σ dy[n, i, j, o] · w[u, v, c, o] over the outputs (i, j, o) and taps (u, v) that read the value. From dy and w.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Conv2dInputGrad(pub Geometry);

/// dw[s, u, v, c, o] = Σ x[n, i·s + u·d − p, j·s + v·d − p, c] · dy[n, i, j, o] over the output rows of block s. From x and dy. The sum
/// over the blocks is the gradient; the CPU uses one block. The result is deterministic, since no two threads write to one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Conv2dWeightPartials {
    geometry: Geometry,
    blocks: usize,
}

/// The number of places whose shares of the input gradient are computed before they are added: few enough to stay in the cache.
const SHARES: usize = 64;

impl Conv2dWeightPartials {
    pub(super) fn new(geometry: Geometry, on_gpu: bool) -> Self {
        // Enough blocks to keep a GPU's threads busy, and few enough that the partial sums stay under 16 MB.
        let weights = geometry.macs() as usize / (geometry.n * geometry.oh * geometry.ow).max(1);
        let wanted = (16384 * 16 / weights.max(1)).clamp(1, 4_000_000 / weights.max(1) + 1);
        Conv2dWeightPartials { geometry, blocks: if on_gpu { wanted.min(geometry.n * geometry.oh) } else { 1 } }
    }
}

impl Op for Conv2dInputGrad {
    fn name(&self) -> &'static str {
        "conv2d input gradient"
    }
    fn shape(&self, _: &[&Shape]) -> Result<Shape> {
        Ok(Shape::new([self.0.n, self.0.h, self.0.w, self.0.ci]))
    }
    /// dy · wᵀ gives the share of every tap. The shares are then added at the positions of the taps.
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let g = self.0.straight();
        if g.is_depthwise() {
            return depthwise::input_grad(&g, values(&x[0]), values(&x[1]), values_mut(&mut dx));
        }
        let ([per_group, outs], places) = (g.group(), g.places());
        let [kh, kw] = g.window.kernel;
        let taps = g.taps();
        let [height, width] = g.padded();
        let [ph, pw] = g.window.padding;
        let columns = Columns::new([0], outs, 1);
        // The weight is (taps × Co). The right factor is its transpose, for one group.
        let weights: Vec<Panels> =
            (0..g.groups).map(|group| Panels::new(&values(&x[1])[group * outs..], outs, taps.len(), 1, g.co)).collect();
        if g.window == Window::square(1) {
            // Each value was read once, so the product is the gradient.
            let dx = values_mut(&mut dx);
            dx.fill(0.0);
            for (group, weights) in weights.iter().enumerate() {
                let rows: Vec<usize> = (0..places.len()).map(|p| p * g.co + group * outs).collect();
                add_product(values(&x[0]), &rows, &columns, weights, dx, Into { stride: g.ci, first: group * per_group });
            }
            return;
        }
        let mut shares = vec![0.0; SHARES.min(places.len()) * taps.len()];
        let mut padded = vec![0.0; height * width * g.ci];
        // Neighbouring channels lie side by side; for a single group without dilation neighbouring columns do, too.
        let (runs, length) = if g.groups == 1 && g.window.dilation[1] == 1 { (kh, kw * per_group) } else { (kh * kw, per_group) };
        for (dy, dx) in values(&x[0]).chunks_exact(g.oh * g.ow * g.co).zip(values_mut(&mut dx).chunks_exact_mut(g.h * g.w * g.ci)) {
            padded.fill(0.0);
            for (group, weights) in weights.iter().enumerate() {
                for (block, places) in places.chunks(SHARES).enumerate() {
                    let rows: Vec<usize> = (0..places.len()).map(|p| (block * SHARES + p) * g.co + group * outs).collect();
                    let shares = &mut shares[..places.len() * taps.len()];
                    shares.fill(0.0);
                    add_product(dy, &rows, &columns, weights, shares, Into { stride: taps.len(), first: 0 });
                    for (place, shares) in places.iter().zip(shares.chunks_exact(taps.len())) {
                        for run in 0..runs {
                            let at = place + group * per_group + taps[run * length];
                            padded[at..at + length].iter_mut().zip(&shares[run * length..]).for_each(|(d, s)| *d += s);
                        }
                    }
                }
            }
            for (y, row) in dx.chunks_exact_mut(g.w * g.ci).enumerate() {
                let at = ((y + ph) * width + pw) * g.ci;
                row.copy_from_slice(&padded[at..at + row.len()]);
            }
        }
    }
    fn gpu(&self, _: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let g = self.0.straight();
        // A thread takes columns that are one stride apart.
        let stride = g.window.stride[1];
        let columns = |count: usize| g.w.div_ceil(count * stride) * stride;
        if g.is_depthwise_by_four() {
            let threads = g.n * g.h * columns(4) * g.co / 4;
            return Ok(Dispatch::flat("depthwise input grad", wgsl!("depthwise_input_grad.wgsl"), threads, g.params()));
        }
        let threads = g.n * g.h * columns(8) * g.groups * g.group()[0].div_ceil(8);
        const ONE: &str = concat!(wgsl!("input_grad_one.wgsl"), wgsl!("conv2d_input_grad.wgsl"));
        const FOUR: &str = concat!(wgsl!("input_grad_four.wgsl"), wgsl!("conv2d_input_grad.wgsl"));
        Ok(match g.group()[1].is_multiple_of(4) {
            true => Dispatch::flat("conv2d_input_grad, by fours", FOUR, threads, g.params()),
            false => Dispatch::flat("conv2d_input_grad", ONE, threads, g.params()),
        })
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of conv2d", "gradients of gradients are left out"))
    }
    fn macs(&self, _: &[&Shape], _: &Shape) -> u64 {
        self.0.macs()
    }
}

impl Op for Conv2dWeightPartials {
    fn name(&self) -> &'static str {
        "conv2d weight gradient"
    }
    fn shape(&self, _: &[&Shape]) -> Result<Shape> {
        let g = self.geometry;
        let [kh, kw] = g.window.kernel;
        Ok(Shape::new([self.blocks, kh * kw * g.group()[0], g.co]))
    }
    /// The convolution's own product with taps and places exchanged: a row is a tap, a column is a place. One block.
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dw: ArrayViewMutD<f32>) {
        let g = self.geometry;
        let dw = values_mut(&mut dw);
        dw.fill(0.0);
        if g.is_depthwise() {
            return depthwise::add_weight_grad(&g, values(&x[0]), values(&x[1]), dw);
        }
        let ([per_group, outs], places, taps) = (g.group(), g.places(), g.taps());
        let mut scratch = vec![];
        let groups_taps: Vec<Vec<usize>> = (0..g.groups).map(|group| taps.iter().map(|t| t + group * per_group).collect()).collect();
        let mut panels = Panels::new(values(&x[1]), places.len(), outs, g.co, 1);
        let columns = Columns::new(places.iter().copied().step_by(g.ow), g.ow, g.window.stride[1] * g.ci);
        for (image, dy) in values(&x[0]).chunks_exact(g.h * g.w * g.ci).zip(values(&x[1]).chunks_exact(g.oh * g.ow * g.co)) {
            let image = g.pad(image, &mut scratch);
            for (group, taps) in groups_taps.iter().enumerate() {
                panels.fill(&dy[group * outs..], g.co, 1);
                add_product(image, taps, &columns, &panels, dw, Into { stride: g.co, first: group * outs });
            }
        }
    }
    fn gpu(&self, _: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let g = self.geometry;
        let [kh, kw] = g.window.kernel;
        let params = g.params().u(self.blocks).u((g.n * g.oh).div_ceil(self.blocks));
        if g.is_depthwise_by_four() {
            let threads = self.blocks * kh * kw.div_ceil(4) * g.co / 4;
            return Ok(Dispatch::flat("depthwise weight grad", wgsl!("depthwise_weight_partials.wgsl"), threads, params));
        }
        let tiles = (kh * kw * g.group()[0]).div_ceil(8) * g.groups * g.group()[1].div_ceil(8);
        Ok(Dispatch::flat("conv2d_weight_partials", wgsl!("conv2d_weight_partials.wgsl"), tiles * self.blocks, params))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of conv2d", "gradients of gradients are left out"))
    }
    fn macs(&self, _: &[&Shape], _: &Shape) -> u64 {
        self.geometry.macs()
    }
}
