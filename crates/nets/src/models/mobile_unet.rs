//! A U-Net for phones, which finds people in portraits: MobileNetV2's blocks go down, interpolation and convolutions come up.
use super::{
    ModelSpec, Options,
    unet::{PAPER, divides},
};
use crate::nn::{Activation, Branches, Conv2d, ConvTranspose2d, Cx, Init, Module, Residual, SamePad, Scope, Seq, Upsample};
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{Grid, Interpolation, UnaryFn, Window},
};
use std::rc::Rc;
use vision::{Preprocess, Resampling};

/// The published network's graph, whose batch norms are folded into its convolutions, `conv00` to `conv56` in their order. Source:
/// github.com/anilsathyan7/Portrait-Segmentation, bilinear_fin_munet.
pub(super) const PORTRAIT: ModelSpec = ModelSpec {
    name: "mobile_unet_portrait128",
    title: "Mobile U-Net for portraits",
    paper: PAPER,
    year: 2015,
    input: [3, 128, 128],
    classes: 1,
    params: 3_620_617,
    macs: 2_019_791_872,
    accuracy: None,
    preprocess: Some(Preprocess { mean: [0.0; 3], deviation: [1.0; 3], ..Preprocess::imagenet(128, 128, Resampling::Bilinear) }),
    weights: &[],
    build,
};

/// The encoder: MobileNetV2's table at half width: expansion, channels, blocks, stride of the first block.
const ROWS: [(usize, usize, usize, usize); 7] =
    [(1, 8, 1, 1), (6, 16, 2, 2), (6, 16, 3, 2), (6, 32, 4, 2), (6, 48, 3, 1), (6, 80, 3, 2), (6, 160, 1, 1)];
/// The channels of the first convolution.
const STEM: usize = 16;
/// The channels of the decoder at each level, from the image down.
const DECODER: [usize; 5] = [32, 64, 128, 256, 512];

fn build(scope: &Scope, options: &Options) -> Result<Seq> {
    divides(options, 1 << DECODER.len())?;
    let mut layers = Layers { scope, next: 0 };
    let stem = layers.conv(Seq::new(scope), [options.input[0], STEM], square(3, 2), 1, Some(UnaryFn::Relu6))?;
    let blocks: Vec<Block> = blocks().collect();
    let (body, channels) = layers.encoder(stem, &blocks, 0)?;
    let body = layers.up(body, channels, DECODER[0])?;
    let name = layers.name();
    let mask = ConvTranspose2d::new(&(scope / name.as_str()), [DECODER[0], options.classes], Window::square(1), false)?;
    let offset = Offset(scope.vector("add57", options.classes, Init::Constant(0.0))?);
    Ok(body.add(&name, mask).add("add57", offset).add("mask", Activation(UnaryFn::Sigmoid)))
}

/// One of MobileNetV2's blocks.
#[derive(Clone, Copy)]
struct Block {
    expansion: usize,
    channels: [usize; 2],
    stride: usize,
}

fn blocks() -> impl Iterator<Item = Block> {
    let mut inputs = STEM;
    ROWS.into_iter().flat_map(move |(expansion, channels, blocks, stride)| {
        let first = Block { expansion, channels: [inputs, channels], stride };
        inputs = channels;
        std::iter::once(first).chain(vec![Block { channels: [channels, channels], stride: 1, ..first }; blocks - 1])
    })
}

fn square(kernel: usize, stride: usize) -> Window {
    Window::square(kernel).stride(stride).padding(kernel / 2)
}

/// The convolutions, numbered as they are made.
struct Layers<'a> {
    scope: &'a Scope,
    next: usize,
}

impl Layers<'_> {
    fn name(&mut self) -> String {
        self.next += 1;
        format!("conv{:02}", self.next - 1)
    }
    /// Appends a convolution with bias and TensorFlow's padding.
    fn conv(&mut self, seq: Seq, [inputs, outputs]: [usize; 2], window: Window, groups: usize, activation: Option<UnaryFn>) -> Result<Seq> {
        let name = self.name();
        let halves = window.stride != [1, 1];
        let seq = if halves { seq.add(&format!("{name}.pad"), SamePad(window)) } else { seq };
        let window = if halves { window.padding(0) } else { window };
        let seq = seq.then(&name, |s| Conv2d::grouped(s, inputs, outputs, window, groups))?;
        Ok(match activation {
            Some(function) => seq.add(&format!("{name}.activation"), Activation(function)),
            None => seq,
        })
    }
    /// Appends the encoder's blocks, and where one halves the image everything below it, with the way up again. Also returns the number of
    /// output channels. `depth` counts the halvings so far, without the first convolution's.
    fn encoder(&mut self, mut seq: Seq, blocks: &[Block], depth: usize) -> Result<(Seq, usize)> {
        for (at, &Block { expansion, channels: [inputs, outputs], stride }) in blocks.iter().enumerate() {
            let wide = inputs * expansion;
            let adds = stride == 1 && inputs == outputs;
            let mut branch = if adds { Seq::new(self.scope) } else { std::mem::replace(&mut seq, Seq::new(self.scope)) };
            if expansion > 1 {
                branch = self.conv(branch, [inputs, wide], square(1, 1), 1, Some(UnaryFn::Relu6))?;
            }
            if stride > 1 {
                let below = self.rest(Seq::new(self.scope), &blocks[at], wide)?;
                let (below, inside) = self.encoder(below, &blocks[at + 1..], depth + 1)?;
                let up = self.up(below, inside, DECODER[depth + 1])?;
                let both = Branches(vec![up, Seq::new(self.scope)]);
                return Ok((branch.add(&format!("skip{}", depth + 1), both), DECODER[depth + 1] + wide));
            }
            branch = self.rest(branch, &blocks[at], wide)?;
            seq = if adds { seq.add(&format!("sum{:02}", self.next - 1), Residual::new(branch)) } else { branch };
        }
        Ok((seq, blocks.last().map_or(STEM, |block| block.channels[1])))
    }
    /// Appends a block's depthwise convolution and its projection.
    fn rest(&mut self, seq: Seq, block: &Block, wide: usize) -> Result<Seq> {
        let seq = self.conv(seq, [wide, wide], square(3, block.stride), wide, Some(UnaryFn::Relu6))?;
        self.conv(seq, [wide, block.channels[1]], square(1, 1), 1, None)
    }
    /// Appends one step of the decoder: twice as large, then a convolution.
    fn up(&mut self, seq: Seq, inputs: usize, outputs: usize) -> Result<Seq> {
        let mode = Interpolation::Bilinear(Grid::FirstPixels);
        let seq = seq.add(&format!("up{:02}", self.next), Upsample { factor: 2, mode });
        self.conv(seq, [inputs, outputs], square(3, 1), 1, Some(UnaryFn::Relu))
    }
}

/// y = x + b for each channel.
struct Offset(Rc<Param>);

impl Module for Offset {
    fn describe(&self) -> String {
        "plus a learned number".into()
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.add(&x.param(&self.0))
    }
    fn params(&self) -> Vec<Rc<Param>> {
        vec![self.0.clone()]
    }
}
