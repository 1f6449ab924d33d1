//! EfficientNet: MobileNetV2's blocks with squeeze-and-excitation, found by a search and scaled by a rule.
use super::{
    ModelSpec, Options,
    channels::divisible,
    spec::{Family, torchvision},
};
use crate::nn::{ConvNormActivation, Dropout, Flatten, Linear, Pool, Residual, Scope, Seq, SqueezeExcite, StochasticDepth};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// The paper's coefficients: width, depth, resolution, dropout. B5 to B7 came from TensorFlow, with its ε and momentum.
/// Reference: torchvision.models.efficientnet_b0 and its kin.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    efficientnet("efficientnet_b0", "EfficientNet-B0", [256, 224], (5_288_548, 385_814_752), [77.692, 93.532], &["efficientnet_b0_rwightman-7f5810bc.pth"],
        |s, o| build(s, o, [1.0, 1.0, 0.2], BRICK)),
    efficientnet("efficientnet_b1", "EfficientNet-B1", [256, 240], (7_794_184, 686_802_832), [78.642, 94.186], &["efficientnet_b1_rwightman-bac287d4.pth"],
        |s, o| build(s, o, [1.0, 1.1, 0.2], BRICK)),
    efficientnet("efficientnet_b2", "EfficientNet-B2", [288, 288], (9_109_994, 1_087_529_456), [80.608, 95.310], &["efficientnet_b2_rwightman-c35c1473.pth"],
        |s, o| build(s, o, [1.1, 1.2, 0.3], BRICK)),
    efficientnet("efficientnet_b3", "EfficientNet-B3", [320, 300], (12_233_232, 1_827_141_392), [82.008, 96.054], &["efficientnet_b3_rwightman-b3899882.pth"],
        |s, o| build(s, o, [1.2, 1.4, 0.3], BRICK)),
    efficientnet("efficientnet_b4", "EfficientNet-B4", [384, 380], (19_341_616, 4_393_771_024), [83.384, 96.594], &["efficientnet_b4_rwightman-23ab8bcd.pth"],
        |s, o| build(s, o, [1.4, 1.8, 0.4], BRICK)),
    efficientnet("efficientnet_b5", "EfficientNet-B5", [456, 456], (30_389_784, 10_266_384_752), [83.444, 96.628], &["efficientnet_b5_lukemelas-1a07897c.pth"],
        |s, o| build(s, o, [1.6, 2.2, 0.4], TENSORFLOW)),
    efficientnet("efficientnet_b6", "EfficientNet-B6", [528, 528], (43_040_704, 19_067_593_536), [84.008, 96.916], &["efficientnet_b6_lukemelas-24a108a5.pth"],
        |s, o| build(s, o, [1.8, 2.6, 0.5], TENSORFLOW)),
    efficientnet("efficientnet_b7", "EfficientNet-B7", [600, 600], (66_347_960, 37_745_884_192), [84.122, 96.908], &["efficientnet_b7_lukemelas-c5b4e57e.pth"],
        |s, o| build(s, o, [2.0, 3.1, 0.5], TENSORFLOW)),
];

const FAMILY: Family = Family { paper: PAPER, year: 2019 };

pub(super) const PAPER: &str = "Tan, Le (2019): EfficientNet: rethinking model scaling for convolutional neural networks. ICML 2019";

const fn efficientnet(
    name: &'static str,
    title: &'static str,
    [resize, crop]: [usize; 2],
    counts: (usize, u64),
    [top1, top5]: [f32; 2],
    weights: &'static [&'static str],
    build: fn(&Scope, &Options) -> Result<Seq>,
) -> ModelSpec {
    FAMILY.member(name, title, counts, torchvision(top1, top5), weights, build).seeing(Preprocess::imagenet(
        resize,
        crop,
        Resampling::Bicubic,
    ))
}

const BRICK: ConvNormActivation = ConvNormActivation::new(UnaryFn::Silu);
const TENSORFLOW: ConvNormActivation = BRICK.epsilon(1e-3).momentum(0.01);

/// Table 1 of the paper, B0: expansion, kernel, stride of the first block, channels, layers.
pub(super) const ROWS: [(usize, usize, usize, usize, usize); 7] =
    [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)];

/// The probability of stochastic depth in the last block. It grows along the blocks from 0.
pub(super) const DEEPEST: f32 = 0.2;

/// The number of layers of a stage in a network that is `depth` times as deep.
pub(super) fn deeper(layers: usize, depth: f32) -> usize {
    (layers as f32 * depth).ceil() as usize
}

/// One stage of a network.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// Whether one full convolution replaces the expansion and the depthwise convolution, without squeeze-and-excitation.
    fused: bool,
    /// The channels of a block over its inputs.
    expansion: usize,
    /// The side of the window.
    kernel: usize,
    /// The stride of the first block; the others have 1.
    stride: usize,
    channels: usize,
    layers: usize,
}

impl Row {
    /// A stage of blocks with a depthwise convolution.
    pub(super) const fn new(expansion: usize, kernel: usize, stride: usize, channels: usize, layers: usize) -> Row {
        Row { fused: false, expansion, kernel, stride, channels, layers }
    }
    /// A stage of fused blocks. Source: Gupta and Tan, 2019.
    pub(super) const fn fused(expansion: usize, kernel: usize, stride: usize, channels: usize, layers: usize) -> Row {
        Row { fused: true, ..Row::new(expansion, kernel, stride, channels, layers) }
    }
}

/// The channels after the first convolution, the stages, and the channels after the last convolution.
pub(super) struct Table<'a> {
    pub stem: usize,
    pub rows: &'a [Row],
    pub last: usize,
}

#[derive(Clone, Copy)]
struct Block {
    fused: bool,
    channels: [usize; 2],
    expansion: usize,
    window: Window,
    /// The probability that stochastic depth skips the block.
    skipped: f32,
}

fn build(scope: &Scope, options: &Options, [width, depth, dropout]: [f32; 3], normed: ConvNormActivation) -> Result<Seq> {
    let wide = |channels: usize| divisible(channels as f32 * width * options.width);
    let rows = ROWS
        .map(|(expansion, kernel, stride, channels, layers)| Row::new(expansion, kernel, stride, wide(channels), deeper(layers, depth)));
    network(scope, options, Table { stem: wide(32), rows: &rows, last: 4 * wide(320) }, dropout, normed)
}

/// A network by its table.
pub(super) fn network(scope: &Scope, options: &Options, table: Table, dropout: f32, normed: ConvNormActivation) -> Result<Seq> {
    let Table { stem, rows, last } = table;
    let total: usize = rows.iter().map(|row| row.layers).sum();
    let (mut inputs, mut place) = (stem, 0);
    let network = Seq::new(scope).then("features", |s| {
        let window = Window::square(3).stride(2).padding(1);
        let mut features = Seq::new(s).push(|s| normed.numbered(s, [options.input[0], stem], window, 1))?;
        for &Row { fused, expansion, kernel, stride, channels, layers } in rows {
            features = features.push(|s| {
                let mut stage = Seq::new(s);
                for stride in std::iter::once(stride).chain(vec![1; layers - 1]) {
                    let window = Window::square(kernel).stride(stride).padding(kernel / 2);
                    let skipped = DEEPEST * place as f32 / total as f32;
                    let block = Block { fused, channels: [inputs, channels], expansion, window, skipped };
                    stage = mb_conv(stage, block, normed)?;
                    (inputs, place) = (channels, place + 1);
                }
                Ok(stage)
            })?;
        }
        features.push(|s| normed.numbered(s, [inputs, last], Window::square(1), 1))
    })?;
    network
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then("classifier", |s| Seq::new(s).push(|_| Ok(Dropout(dropout)))?.push(|s| Linear::new(s, last, options.classes)))
}

/// Appends one block, with a shortcut if it keeps the shape.
fn mb_conv(stage: Seq, block: Block, normed: ConvNormActivation) -> Result<Seq> {
    let branch = |s: &Scope| Seq::new(s).then("block", |s| inside(s, block, normed));
    if block.window.stride == [1, 1] && block.channels[0] == block.channels[1] {
        stage.push(|s| Ok(Residual::new(branch(s)?.add("stochastic_depth", StochasticDepth(block.skipped)))))
    } else {
        stage.push(branch)
    }
}

/// The branch of a block: expansion, depthwise convolution, squeeze-and-excitation with a quarter of the block's inputs, and projection
/// without an activation. Fused it is a full convolution and the projection, or the convolution alone if nothing is expanded.
fn inside(
    scope: &Scope,
    Block { fused, channels: [inputs, outputs], expansion, window, .. }: Block,
    normed: ConvNormActivation,
) -> Result<Seq> {
    let wide = inputs * expansion;
    let mut inside = Seq::new(scope);
    if fused {
        let outputs = if expansion > 1 { wide } else { outputs };
        inside = inside.push(|s| normed.numbered(s, [inputs, outputs], window, 1))?;
        if expansion == 1 {
            return Ok(inside);
        }
    } else {
        if expansion > 1 {
            inside = inside.push(|s| normed.numbered(s, [inputs, wide], Window::square(1), 1))?;
        }
        inside = inside
            .push(|s| normed.numbered(s, [wide, wide], window, wide))?
            .push(|s| SqueezeExcite::new(s, wide, (inputs / 4).max(1), UnaryFn::Silu, UnaryFn::Sigmoid))?;
    }
    inside.push(|s| normed.linear().numbered(s, [wide, outputs], Window::square(1), 1))
}
