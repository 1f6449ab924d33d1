//! y[n, i, j, o] = b[o] + Σ_{u,v,c} x[n, i·s + u·d − p, j·s + v·d − p, c] · w[u, v, c, o]: convolution as every framework means it (cross-correlation).
use super::{
    Window,
    conv2d_grad::{Conv2dInputGrad, Conv2dWeightPartials},
    conv2d_rungs::After,
    depthwise,
    product::{Columns, Into, Panels, TILE_M, add_product},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// x N×H×W×Ci, w KH×KW×(Ci/groups)×Co, bias Co if given as third input; y N×OH×OW×Co with OH = ⌊(H + 2p − d·(KH − 1) − 1)/s⌋ + 1.
/// Output channel o reads only the input channels of its group. Reference: torch.nn.functional.conv2d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv2d {
    /// Kernel, stride, padding and dilation; its kernel must be the weight's KH×KW.
    pub window: Window,
    /// Must divide Ci and Co. 1: every output channel reads all input channels; Ci: each reads one (depthwise).
    pub groups: usize,
}

/// The sizes that the convolution and both its gradients share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Geometry {
    pub window: Window,
    pub groups: usize,
    pub n: usize,
    pub h: usize,
    pub w: usize,
    /// Input and output channels, all groups together.
    pub ci: usize,
    pub co: usize,
    pub oh: usize,
    pub ow: usize,
}

impl Conv2d {
    /// Every channel has a kernel of its own. w KH×KW×(Ci/groups)×Co.
    pub(super) fn is_depthwise(&self, w: &Shape) -> bool {
        self.groups > 1 && matches!(w.dims(), [_, _, 1, co] if *co == self.groups)
    }
}

impl Geometry {
    pub(super) fn new(conv: &Conv2d, x: &Shape, w: &Shape) -> Result<Geometry> {
        let op = "conv2d";
        let ([n, height, width, ci], [kh, kw, per_group, co]) = (x.axes(op)?, w.axes(op)?);
        let Conv2d { window, groups } = *conv;
        if window.kernel != [kh, kw] {
            return Err(Error::shape(
                op,
                format!("the window is {}×{}, the weight's kernel {kh}×{kw}", window.kernel[0], window.kernel[1]),
            ));
        }
        if groups == 0 || ci != per_group.saturating_mul(groups) {
            return Err(Error::shape(
                op,
                format!(
                    "input has {ci} channels; a weight of {per_group} channels in {groups} groups expects {}",
                    per_group.saturating_mul(groups)
                ),
            ));
        }
        if co % groups != 0 {
            return Err(Error::shape(op, format!("{co} output channels do not divide into {groups} groups")));
        }
        let [oh, ow] = window.places(op, [height, width])?;
        Ok(Geometry { window, groups, n, h: height, w: width, ci, co, oh, ow })
    }
    /// A 1×1 window sees each pixel by itself: all of them are one long line, of which no tile is wasted.
    pub(super) fn straight(self) -> Geometry {
        let pixels = self.n * self.h * self.w;
        if self.window == Window::square(1) { Geometry { n: 1, h: 1, w: pixels, oh: 1, ow: pixels, ..self } } else { self }
    }
    /// Channels of one group, coming in and going out.
    pub(super) fn group(&self) -> [usize; 2] {
        [self.ci / self.groups, self.co / self.groups]
    }
    /// Height and width with padding on both sides.
    pub(super) fn padded(&self) -> [usize; 2] {
        [self.h + 2 * self.window.padding[0], self.w + 2 * self.window.padding[1]]
    }
    /// Where the window stands, for each output position: its first value in a padded image.
    pub(super) fn places(&self) -> Vec<usize> {
        let [sh, sw] = self.window.stride;
        let row = self.padded()[1] * self.ci;
        (0..self.oh * self.ow).map(|p| p / self.ow * sh * row + p % self.ow * sw * self.ci).collect()
    }
    /// The taps of one group as runs: neighbouring channels, and without dilation neighbouring columns of a single group, lie side by side.
    pub(super) fn runs(&self, group: usize) -> Columns {
        let ([_, kw], [per_group, _]) = (self.window.kernel, self.group());
        let length = if self.groups == 1 && self.window.dilation[1] == 1 { kw * per_group } else { per_group };
        Columns::new(self.taps().into_iter().step_by(length).map(|tap| tap + group * per_group), length, 1)
    }
    /// Where each tap (u, v, channel of the group) lies from the window's first value.
    pub(super) fn taps(&self) -> Vec<usize> {
        let ([dh, dw], [kh, kw], [per_group, _]) = (self.window.dilation, self.window.kernel, self.group());
        let row = self.padded()[1] * self.ci;
        let positions = (0..kh).flat_map(|u| (0..kw).map(move |v| (u, v)));
        positions.flat_map(|(u, v)| (0..per_group).map(move |c| u * dh * row + v * dw * self.ci + c)).collect()
    }
    /// One image with zeros around it; the image itself where there is no padding.
    pub(super) fn pad<'a>(&self, image: &'a [f32], scratch: &'a mut Vec<f32>) -> &'a [f32] {
        let [ph, pw] = self.window.padding;
        if ph == 0 && pw == 0 {
            return image;
        }
        let [height, width] = self.padded();
        // The border is written once: only the middle changes from image to image.
        scratch.resize(height * width * self.ci, 0.0);
        for (y, row) in image.chunks_exact(self.w * self.ci).enumerate() {
            let at = ((y + ph) * width + pw) * self.ci;
            scratch[at..at + row.len()].copy_from_slice(row);
        }
        scratch
    }
    /// Everything the three shaders need, in the order of their `struct Params`.
    pub(super) fn params(&self) -> Params {
        let Window { kernel, stride, padding, dilation } = self.window;
        let sizes = [self.n, self.h, self.w, self.ci, self.oh, self.ow, self.co, self.groups];
        sizes.into_iter().chain(kernel).chain(stride).chain(padding).chain(dilation).fold(Params::default(), Params::u)
    }
    pub(super) fn macs(&self) -> u64 {
        let [per_group, _] = self.group();
        (self.n * self.oh * self.ow * self.co * per_group * self.window.kernel[0] * self.window.kernel[1]) as u64
    }
}

/// Values of y that are finished together: 256 kB, which the second cache holds.
const BLOCK: usize = 65_536;

/// y = b + x * w, a block of places at a time; `finish` then gets where the block begins in y, and its values while they are still in the cache.
pub(super) fn forward(
    g: &Geometry,
    x: &[f32],
    weights: &[Panels],
    bias: Option<&[f32]>,
    y: &mut [f32],
    mut finish: impl FnMut(usize, &mut [f32]),
) {
    let (places, columns): (_, Vec<Columns>) = (g.places(), (0..g.groups).map(|group| g.runs(group)).collect());
    let block = (BLOCK / g.co).next_multiple_of(TILE_M);
    let mut scratch = vec![];
    let mut at = 0;
    for (image, y) in x.chunks_exact(g.h * g.w * g.ci).zip(y.chunks_exact_mut(g.oh * g.ow * g.co)) {
        let image = g.pad(image, &mut scratch);
        for (places, y) in places.chunks(block).zip(y.chunks_mut(block * g.co)) {
            match bias {
                Some(bias) => y.chunks_exact_mut(g.co).for_each(|pixel| pixel.copy_from_slice(bias)),
                None => y.fill(0.0),
            }
            for (group, (columns, weights)) in columns.iter().zip(weights).enumerate() {
                add_product(image, places, columns, weights, y, Into { stride: g.co, first: group * g.group()[1] });
            }
            finish(at, y);
            at += y.len();
        }
    }
}

impl Op for Conv2d {
    fn name(&self) -> &'static str {
        "conv2d"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let g = Geometry::new(self, x[0], x[1])?;
        if let Some(bias) = x.get(2)
            && bias.dims() != [g.co]
        {
            return Err(Error::shape("conv2d", format!("expected a bias of {}, found {bias}", g.co)));
        }
        Ok(Shape::new([g.n, g.oh, g.ow, g.co]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let g = Geometry::new(self, &Shape::new(x[0].shape()), &Shape::new(x[1].shape())).expect("checked in shape").straight();
        let (weights, bias, y) = (values(&x[1]), x.get(2).map(values), values_mut(&mut y));
        if g.is_depthwise() {
            return depthwise::forward(&g, values(&x[0]), weights, bias, y, |_, _| ());
        }
        let [_, outs] = g.group();
        let panels: Vec<Panels> = (0..g.groups).map(|i| Panels::new(&weights[i * outs..], g.taps().len(), outs, g.co, 1)).collect();
        forward(&g, values(&x[0]), &panels, bias, y, |_, _| ());
    }
    fn reads(&self, _: usize, axis: usize, _: &[&Shape], _: &Shape, places: [isize; 2]) -> [isize; 2] {
        self.window.reads(axis - 1, places)
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, caps: &Caps) -> Result<Dispatch> {
        let g = Geometry::new(self, x[0], x[1])?.straight();
        Ok(g.dispatch(if x.len() == 3 { After::Bias } else { After::Nothing }, caps))
    }
    /// dx: the outputs that each input value fed, by the same weights. dw: a correlation of x with dy. db: Σ dy.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let geometry = Geometry::new(self, b.x[0].shape(), b.x[1].shape())?;
        let dx = b.wanted(0, || run(&Conv2dInputGrad(geometry), &[b.dy, &b.x[1]]))?;
        let dw = b.wanted(1, || {
            let partials = run(&Conv2dWeightPartials::new(geometry, b.dy.device().is_gpu()), &[&b.x[0], b.dy])?;
            partials.sum_axis(0)?.reshape(b.x[1].shape().clone())
        })?;
        let mut found = vec![dx, dw];
        if b.x.len() == 3 {
            found.push(b.wanted(2, || b.dy.sum_leading())?);
        }
        Ok(found)
    }
    fn macs(&self, x: &[&Shape], _: &Shape) -> u64 {
        Geometry::new(self, x[0], x[1]).map_or(0, |g| g.macs())
    }
}

impl Var {
    /// Reference: torch.nn.functional.conv2d.
    pub fn conv2d(&self, weight: &Var, bias: Option<&Var>, window: Window, groups: usize) -> Result<Var> {
        let conv = Conv2d { window, groups };
        match bias {
            Some(bias) => Var::apply(conv, &[self, weight, bias]),
            None => Var::apply(conv, &[self, weight]),
        }
    }
}
