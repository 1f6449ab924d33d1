//! ResNet: residual networks, whose blocks add to their input, and the plain networks without shortcuts.
use super::{
    Accuracy, ModelSpec, Options,
    spec::{Family, torchvision},
};
use crate::nn::{Activation, BatchNorm2d, Conv2d, Flatten, Linear, Pool, Residual, Scope, Seq, SqueezeExcite, Subsample, conv_norm};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

pub(super) const FAMILY: Family = Family { paper: PAPER, year: 2015 };

/// Table 1 of the paper. Reference: torchvision.models.resnet18 and its kin, whose bottlenecks have their stride in the 3×3; in the paper
/// it is in the first 1×1.
#[rustfmt::skip]
pub const MODELS: &[ModelSpec] = &[
    FAMILY.member("resnet18", "ResNet-18", (11_689_512, 1_814_073_344), torchvision(69.758, 89.078), &["resnet18-f37072fd.pth"],
        |s, o| build(s, o, [2, 2, 2, 2], Block::basic(Shortcut::Projection))),
    FAMILY.member("resnet34", "ResNet-34", (21_797_672, 3_663_761_408), torchvision(73.314, 91.420), &["resnet34-b627a593.pth"],
        |s, o| build(s, o, [3, 4, 6, 3], Block::basic(Shortcut::Projection))),
    FAMILY.member("resnet50", "ResNet-50", (25_557_032, 4_089_184_256), torchvision(76.130, 92.862), &["resnet50-0676ba61.pth"],
        |s, o| build(s, o, [3, 4, 6, 3], Block::bottleneck(1, 64))),
    FAMILY.member("resnet101", "ResNet-101", (44_549_160, 7_801_405_440), torchvision(77.374, 93.546), &["resnet101-63fe2227.pth"],
        |s, o| build(s, o, [3, 4, 23, 3], Block::bottleneck(1, 64))),
    FAMILY.member("resnet152", "ResNet-152", (60_192_808, 11_513_626_624), torchvision(78.312, 94.046), &["resnet152-394f9c45.pth"],
        |s, o| build(s, o, [3, 8, 36, 3], Block::bottleneck(1, 64))),
    FAMILY.member("plain18", "Plain network, 18 layers", (11_515_688, 1_794_805_760), by_the_paper(72.06), &[],
        |s, o| build(s, o, [2, 2, 2, 2], Block::PLAIN)),
    FAMILY.member("plain34", "Plain network, 34 layers", (21_623_848, 3_644_493_824), by_the_paper(71.46), &[],
        |s, o| build(s, o, [3, 4, 6, 3], Block::PLAIN)),
];

/// Authors, year, title, venue.
pub const PAPER: &str = "He, Zhang, Ren, Sun (2015): Deep residual learning for image recognition. CVPR 2016";

const fn by_the_paper(top1: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: None, by: "the paper, ten crops of each image" })
}

/// The shortcut of a block that changes the shape.
#[derive(Clone, Copy)]
pub enum Shortcut {
    /// A 1×1 convolution: the paper's option B.
    Projection,
    /// Option A: every other pixel, and new channels of zeros after the old ones.
    ZerosAfter,
    /// Option A with half of the new channels before the old ones.
    ZerosAround,
}

/// One block of a stage: two 3×3 convolutions, or a bottleneck of three.
#[derive(Clone, Copy)]
pub struct Block {
    /// The shortcut. None for a plain network.
    shortcut: Option<Shortcut>,
    /// Groups of the 3×3 convolution, and the channels of each in the first stage. None for a block of two 3×3 convolutions.
    bottleneck: Option<(usize, usize)>,
    /// Whether a bottleneck has its stride in its first 1×1.
    early: bool,
    /// Squeeze-and-excitation at the end of the branch. None for most networks.
    squeeze: Option<Squeeze>,
}

/// The name of a squeeze-and-excitation, and its inner channels for the branch's channels.
#[derive(Clone, Copy)]
struct Squeeze {
    name: &'static str,
    inside: fn(usize) -> usize,
}

impl Block {
    /// Two 3×3 convolutions without a shortcut.
    pub const PLAIN: Block = Block { shortcut: None, bottleneck: None, early: false, squeeze: None };
    /// Two 3×3 convolutions with a shortcut.
    pub const fn basic(shortcut: Shortcut) -> Block {
        Block { shortcut: Some(shortcut), ..Block::PLAIN }
    }
    /// A bottleneck: 1×1 to fewer channels, 3×3, and 1×1 to four times the stage's channels.
    pub const fn bottleneck(groups: usize, width: usize) -> Block {
        Block { shortcut: Some(Shortcut::Projection), bottleneck: Some((groups, width)), ..Block::PLAIN }
    }
    /// The same block with another shortcut or none. With `early` its stride is in its first 1×1, as in the paper.
    pub const fn with(self, shortcut: Option<Shortcut>, early: bool) -> Block {
        Block { shortcut, early, ..self }
    }
    /// The same block with squeeze-and-excitation of this name before the sum. `inside` gives its inner channels for the branch's channels.
    pub const fn squeezed(self, name: &'static str, inside: fn(usize) -> usize) -> Block {
        Block { squeeze: Some(Squeeze { name, inside }), ..self }
    }
    fn last_relu(self) -> &'static str {
        if self.bottleneck.is_some() { "relu3" } else { "relu2" }
    }
    /// The output channels over the stage's channels.
    pub const fn expansion(self) -> usize {
        if self.bottleneck.is_some() { 4 } else { 1 }
    }
}

/// A network with conv1 to conv5_x, and these numbers of blocks.
pub fn build(scope: &Scope, options: &Options, blocks: [usize; 4], block: Block) -> Result<Seq> {
    let stem = Seq::new(scope)
        .then("conv1", |s| Conv2d::without_bias(s, options.input[0], 64, Window::square(7).stride(2).padding(3), 1))?
        .then("bn1", |s| BatchNorm2d::new(s, 64))?
        .add("relu", Activation(UnaryFn::Relu))
        .add("maxpool", Pool::Max(Window::square(3).stride(2).padding(1)));
    let rows = [(64, blocks[0], 1), (128, blocks[1], 2), (256, blocks[2], 2), (512, blocks[3], 2)];
    stages(stem, &rows, block)?
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then("fc", |s| Linear::new(s, 512 * block.expansion(), options.classes))
}

/// Appends the stages `layer1`, `layer2` …, with a row of (channels, blocks, stride of the first block) for each. The first stage keeps the
/// stem's number of channels.
pub fn stages(stem: Seq, rows: &[(usize, usize, usize)], block: Block) -> Result<Seq> {
    let mut network = stem;
    let mut inputs = rows[0].0;
    for (i, &(channels, blocks, stride)) in rows.iter().enumerate() {
        network = network.then(&format!("layer{}", i + 1), |s| {
            let mut stage = Seq::new(s);
            for j in 0..blocks {
                let stride = if j == 0 { stride } else { 1 };
                let shape = Shape { inputs, channels, stride };
                stage = match block.shortcut {
                    Some(shortcut) => stage.push(|s| residual(s, shape, block, shortcut))?,
                    None => stage.push(|s| Ok(branch(s, shape, block)?.add(block.last_relu(), Activation(UnaryFn::Relu))))?,
                };
                inputs = channels * block.expansion();
            }
            Ok(stage)
        })?;
    }
    Ok(network)
}

/// The shape of one block: its input channels, the stage's channels, and its stride.
#[derive(Clone, Copy)]
struct Shape {
    inputs: usize,
    channels: usize,
    stride: usize,
}

fn branch(scope: &Scope, Shape { inputs, channels, stride }: Shape, block: Block) -> Result<Seq> {
    let (outputs, window) = (channels * block.expansion(), Window::square(3).padding(1));
    let relu = |seq: Seq, name| seq.add(name, Activation(UnaryFn::Relu));
    let branch = match block.bottleneck {
        None => {
            let first = relu(conv(Seq::new(scope), 1, [inputs, channels], window.stride(stride), 1)?, "relu");
            conv(first, 2, [channels, outputs], window, 1)?
        }
        Some((groups, width)) => {
            // The width is given for the first stage, which has 64 channels.
            let inside = groups * width * channels / 64;
            let [before, here] = if block.early { [stride, 1] } else { [1, stride] };
            let first = relu(conv(Seq::new(scope), 1, [inputs, inside], Window::square(1).stride(before), 1)?, "relu1");
            let second = relu(conv(first, 2, [inside, inside], window.stride(here), groups)?, "relu2");
            conv(second, 3, [inside, outputs], Window::square(1), 1)?
        }
    };
    match block.squeeze {
        None => Ok(branch),
        Some(Squeeze { name, inside }) => {
            branch.then(name, |s| SqueezeExcite::new(s, outputs, inside(outputs), UnaryFn::Relu, UnaryFn::Sigmoid))
        }
    }
}

fn residual(scope: &Scope, shape: Shape, block: Block, shortcut: Shortcut) -> Result<Residual> {
    let Shape { inputs, channels, stride } = shape;
    let outputs = channels * block.expansion();
    let residual = Residual::new(branch(scope, shape, block)?).activation(UnaryFn::Relu);
    let subsample = |before| Subsample { stride, before, outputs };
    Ok(match shortcut {
        _ if inputs == outputs && stride == 1 => residual,
        Shortcut::ZerosAfter => residual.shortcut(subsample(0)),
        Shortcut::ZerosAround => residual.shortcut(subsample((outputs - inputs) / 2)),
        Shortcut::Projection => {
            residual.shortcut(conv_norm(&(scope / "downsample"), [inputs, outputs], Window::square(1).stride(stride), 1, None)?)
        }
    })
}

/// Appends `conv{n}` and `bn{n}`.
fn conv(seq: Seq, n: usize, [inputs, outputs]: [usize; 2], window: Window, groups: usize) -> Result<Seq> {
    seq.then(&format!("conv{n}"), |s| Conv2d::without_bias(s, inputs, outputs, window, groups))?
        .then(&format!("bn{n}"), |s| BatchNorm2d::new(s, outputs))
}
