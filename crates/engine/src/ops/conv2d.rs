//! Convolution: y[n, i, j, o] = b[o] + Σ_{u,v,c} x[n, i·s + u·d − p, j·s + v·d − p, c] · w[u, v, c, o]. As in every framework, this is cross-correlation.
use super::{
    Window,
    conv2d_geometry::Geometry,
    conv2d_grad::{Conv2dInputGrad, Conv2dWeightPartials},
    conv2d_rungs::Epilogue,
    depthwise,
    product::{Columns, Into, Panels, TILE_M, add_product},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Convolution. x N×H×W×Ci, w KH×KW×(Ci/groups)×Co, bias Co if given as third input; y N×OH×OW×Co with OH = ⌊(H + 2p − d·(KH − 1) − 1)/s⌋ + 1.
/// Output channel o reads only the input channels of its group. Reference: torch.nn.functional.conv2d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv2d {
    /// Kernel, stride, padding and dilation. The kernel must be the weight's KH×KW.
    pub window: Window,
    /// The number of groups, which must divide Ci and Co. With 1 every output channel reads all input channels; with Ci each reads one (depthwise).
    pub groups: usize,
}

impl Conv2d {
    /// Whether every channel has its own kernel (depthwise convolution). w KH×KW×(Ci/groups)×Co.
    pub(super) fn is_depthwise(&self, w: &Shape) -> bool {
        self.groups > 1 && matches!(w.dims(), [_, _, 1, co] if *co == self.groups)
    }
    /// The sizes for an input and a weight. Refuses shapes that do not fit.
    pub(super) fn geometry(&self, x: &Shape, w: &Shape) -> Result<Geometry> {
        let op = "conv2d";
        let ([n, height, width, ci], [kh, kw, per_group, co]) = (x.axes(op)?, w.axes(op)?);
        let Conv2d { window, groups } = *self;
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
}

/// The number of values of y that are finished together: 256 kB, which the second-level cache holds.
const BLOCK: usize = 65_536;

/// y = b + x * w, one block of places at a time. After each block `finish` is called with the block's start in y and its values, which are still in the cache.
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
        let g = self.geometry(x[0], x[1])?;
        if let Some(bias) = x.get(2)
            && bias.dims() != [g.co]
        {
            return Err(Error::shape("conv2d", format!("expected a bias of {}, found {bias}", g.co)));
        }
        Ok(Shape::new([g.n, g.oh, g.ow, g.co]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let g = self.geometry(&Shape::new(x[0].shape()), &Shape::new(x[1].shape())).expect("checked in shape").straight();
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
        let g = self.geometry(x[0], x[1])?.straight();
        Ok(g.dispatch(if x.len() == 3 { Epilogue::Bias } else { Epilogue::Nothing }, caps))
    }
    /// dx: each input value gathers from the outputs that it fed, with the same weights. dw: a correlation of x with dy. db: Σ dy.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let geometry = self.geometry(b.x[0].shape(), b.x[1].shape())?;
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
        self.geometry(x[0], x[1]).map_or(0, |g| g.macs())
    }
}

impl Var {
    /// Convolution with this weight, KH×KW×(Ci/groups)×Co, and bias, Co. Refuses shapes that do not fit. Reference: torch.nn.functional.conv2d.
    pub fn conv2d(&self, weight: &Var, bias: Option<&Var>, window: Window, groups: usize) -> Result<Var> {
        let conv = Conv2d { window, groups };
        match bias {
            Some(bias) => Var::apply(conv, &[self, weight, bias]),
            None => Var::apply(conv, &[self, weight]),
        }
    }
}
