//! NFNet and NF-ResNet: residual networks without batch norm. Standardised weights and fixed factors keep the variance of the values in bounds.
use super::{Accuracy, ModelSpec, Options};
use crate::nn::{
    Activation, Dropout, Flatten, LearnedScale, Linear, NormlessResidual, Pool, SamePad, Scale, ScaledStdConv2d, Scope, Seq, SqueezeExcite,
    StochasticDepth,
};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// Reference: timm.models.nfnet_f0, dm_nfnet_f0 (as its authors compute it, so that their weights fit) and nf_resnet50.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    ModelSpec {
        accuracy: Some(Accuracy { top1: 80.640, top5: Some(95.332), by: "timm, 288 × 288 pixels" }),
        preprocess: Some(Preprocess::imagenet(238, 224, Resampling::Bicubic)),
        weights: &["nf_resnet50_ra2-9f236009.pth"],
        ..nfnet("nf_resnet50", "NF-ResNet-50", SIGNAL, 224, (25_557_032, 4_089_184_256), |s, o| build(s, o, &NF_RESNET50))
    },
    nfnet("nfnet_f0", "NFNet-F0, as in timm", NFNET, 192, (71_489_272, 6_977_003_520), |s, o| build(s, o, &NFNET_F0)),
    ModelSpec {
        accuracy: Some(Accuracy { top1: 83.486, top5: Some(96.568), by: "timm, 256 × 256 pixels" }),
        weights: &["dm_nfnet_f0-604f9c3a.pth"],
        ..nfnet("dm_nfnet_f0", "NFNet-F0", NFNET, 192, (71_489_284, 6_977_003_520), |s, o| build(s, o, &DM_NFNET_F0))
    },
];

const SIGNAL: &str =
    "Brock, De, Smith (2021): Characterizing signal propagation to close the performance gap in unnormalized ResNets. ICLR 2021";
const NFNET: &str = "Brock, De, Smith, Simonyan (2021): High-performance large-scale image recognition without normalization. ICML 2021";

const fn nfnet(
    name: &'static str,
    title: &'static str,
    paper: &'static str,
    side: usize,
    (params, macs): (usize, u64),
    build: fn(&Scope, &Options) -> Result<Seq>,
) -> ModelSpec {
    ModelSpec {
        name,
        title,
        paper,
        year: 2021,
        input: [3, side, side],
        classes: 1000,
        params,
        macs,
        accuracy: None,
        // The middle nine tenths of the shorter side.
        preprocess: Some(Preprocess::imagenet(side * 10 / 9, side, Resampling::Bicubic)),
        weights: &[],
        build,
    }
}

/// The first convolutions.
#[derive(Clone, Copy, PartialEq)]
enum Stem {
    /// 7×7, then a max pool, as in ResNet.
    Pooled,
    /// Four 3×3.
    Quad,
}

/// What a member of the family is made of.
struct Kind {
    stem: Stem,
    /// The output channels of each stage, and its blocks.
    stages: [(usize, usize); 4],
    /// The output channels over the channels inside a block.
    bottleneck: usize,
    /// The channels of a group of the 3×3 convolutions. None for one group.
    group: Option<usize>,
    activation: UnaryFn,
    /// Makes up for the variance that the activation takes: 1/√(variance of activation(z)) for a normal z.
    gamma: f32,
    /// Whether γ multiplies each activation, not the weights of the next convolution, and a learned number closes each branch; and the padding is TensorFlow's.
    authors: bool,
    /// Whether a block has a second 3×3 convolution, and squeeze-and-excitation at its end.
    large: bool,
    /// The channels of the last convolution. None for a network without it.
    last: Option<usize>,
    /// The probability of dropout before the classes.
    dropout: f32,
    /// The probability of stochastic depth in the last block. It grows along the blocks from 0.
    deepest: f32,
}

/// Source of γ: the authors' code, which computed it from samples.
const GELU: f32 = 1.701_504_3;
const RELU: f32 = 1.713_958_9;

const NF_RESNET50: Kind = Kind {
    stem: Stem::Pooled,
    stages: [(256, 3), (512, 4), (1024, 6), (2048, 3)],
    bottleneck: 4,
    group: None,
    activation: UnaryFn::Relu,
    gamma: RELU,
    authors: false,
    large: false,
    last: None,
    dropout: 0.0,
    deepest: 0.0,
};
/// Table 1 of the second paper, F0.
const NFNET_F0: Kind = Kind {
    stem: Stem::Quad,
    stages: [(256, 1), (512, 2), (1536, 6), (1536, 3)],
    bottleneck: 2,
    group: Some(128),
    activation: UnaryFn::Gelu,
    gamma: GELU,
    authors: false,
    large: true,
    last: Some(3072),
    dropout: 0.2,
    deepest: 0.25,
};
const DM_NFNET_F0: Kind = Kind { authors: true, ..NFNET_F0 };

/// The factor of each branch: a block adds α² to the variance.
const ALPHA: f32 = 0.2;
/// Squeeze-and-excitation halves the values at first, so its output is doubled.
const ATTENTION_GAIN: f32 = 2.0;

fn build(scope: &Scope, options: &Options, kind: &Kind) -> Result<Seq> {
    let (stem, mut inputs) = kind.stem(scope, options.input[0])?;
    let total: usize = kind.stages.iter().map(|(_, blocks)| blocks).sum();
    // The variance of the values, as the paper predicts it: every block adds to it, and the first of a stage begins anew.
    let (mut variance, mut place) = (1.0f32, 0);
    let stages = |s: &Scope| {
        let mut stages = Seq::new(s);
        for (at, (outputs, blocks)) in kind.stages.into_iter().enumerate() {
            stages = stages.push(|s| {
                let mut stage = Seq::new(s);
                for first in (0..blocks).map(|block| block == 0) {
                    let stride = if first && at > 0 { 2 } else { 1 };
                    let skipped = kind.deepest * place as f32 / (total - 1) as f32;
                    let block = Block { channels: [inputs, outputs], stride, beta: 1.0 / variance.sqrt(), skipped };
                    stage = stage.push(|s| kind.block(s, block))?;
                    variance = if first { 1.0 } else { variance } + ALPHA * ALPHA;
                    (inputs, place) = (outputs, place + 1);
                }
                Ok(stage)
            })?;
        }
        Ok(stages)
    };
    let mut network = stem.then("stages", stages)?;
    let mut features = kind.stages[3].0;
    if let Some(last) = kind.last {
        network = kind.conv(network, "final_conv", [features, last], Window::square(1), 1)?;
        features = last;
    }
    let network = kind.activated(network, "final_act", 1.0)?;
    network.then("head", |s| {
        Seq::new(s)
            .then("global_pool", |s| Ok(Seq::new(s).add("pool", Pool::Global).add("flatten", Flatten)))?
            .add("drop", Dropout(kind.dropout))
            .then("fc", |s| Linear::new(s, features, options.classes))
    })
}

struct Block {
    channels: [usize; 2],
    stride: usize,
    /// 1/√(the expected variance of the block's input).
    beta: f32,
    /// The probability that stochastic depth skips the block.
    skipped: f32,
}

impl Kind {
    /// The network with its stem, and the number of channels after it.
    fn stem(&self, scope: &Scope, inputs: usize) -> Result<(Seq, usize)> {
        let network = Seq::new(scope).then("stem", |s| {
            if self.stem == Stem::Pooled {
                let conv = self.conv(Seq::new(s), "conv", [inputs, 64], Window::square(7).stride(2).padding(3), 1)?;
                return Ok(conv.add("pool", Pool::Max(Window::square(3).stride(2).padding(1))));
            }
            let mut stem = Seq::new(s);
            let mut inputs = inputs;
            for (number, outputs, stride) in [(1, 16, 2), (2, 32, 1), (3, 64, 1), (4, 128, 2)] {
                if number > 1 {
                    stem = self.activated(stem, &format!("act{number}"), 1.0)?;
                }
                stem = self.conv(stem, &format!("conv{number}"), [inputs, outputs], Window::square(3).stride(stride).padding(1), 1)?;
                inputs = outputs;
            }
            Ok(stem)
        })?;
        Ok((network, if self.stem == Stem::Pooled { 64 } else { 128 }))
    }
    /// Appends a convolution. A padding layer before it has no name of its own.
    fn conv(&self, seq: Seq, name: &str, channels: [usize; 2], window: Window, groups: usize) -> Result<Seq> {
        let gamma = if self.authors { 1.0 } else { self.gamma };
        // With stride 1 and an odd window, TensorFlow's padding is the window's own.
        let asymmetric = self.authors && window.stride != [1, 1];
        let seq = if asymmetric { seq.add(&format!("{name}.pad"), SamePad(window)) } else { seq };
        let window = if asymmetric { window.padding(0) } else { window };
        seq.then(name, |s| ScaledStdConv2d::new(s, channels, window, groups, gamma))
    }
    /// Appends the activation, with γ if the weights do not have it, and times `factor`.
    fn activated(&self, seq: Seq, name: &str, factor: f32) -> Result<Seq> {
        let factor = if self.authors { factor * self.gamma } else { factor };
        if factor == 1.0 {
            return Ok(seq.add(name, Activation(self.activation)));
        }
        seq.then(name, |s| Ok(Seq::new(s).add("function", Activation(self.activation)).add("factor", Scale(factor))))
    }
    fn block(&self, scope: &Scope, block: Block) -> Result<NormlessResidual> {
        let Block { channels: [inputs, outputs], stride, beta, skipped } = block;
        let inside = outputs / self.bottleneck;
        let groups = self.group.map_or(1, |group| inside / group);
        let (one, three) = (Window::square(1), Window::square(3).padding(1));
        let branch = self.conv(Seq::new(scope), "conv1", [inputs, inside], one, 1)?;
        let branch = self.activated(branch, "act2", 1.0)?;
        let mut branch = self.conv(branch, "conv2", [inside, inside], three.stride(stride), groups)?;
        if self.large {
            branch = self.activated(branch, "act2b", 1.0)?;
            branch = self.conv(branch, "conv2b", [inside, inside], three, groups)?;
        }
        branch = self.activated(branch, "act3", 1.0)?;
        branch = self.conv(branch, "conv3", [inside, outputs], one, 1)?;
        if self.large {
            let squeezed = |s: &Scope| SqueezeExcite::new(s, outputs, outputs / 2, UnaryFn::Relu, UnaryFn::Sigmoid);
            branch = branch.then("attn_last", squeezed)?.add("attn_gain", Scale(ATTENTION_GAIN));
        }
        branch = branch.add("drop_path", StochasticDepth(skipped));
        if self.authors {
            branch = branch.add("skipinit_gain", LearnedScale::single(scope, "skipinit_gain", 0.0)?);
        }
        let shortcut = (inputs != outputs || stride != 1).then(|| {
            let around = Seq::new(&(scope / "downsample"));
            let around =
                if stride > 1 { around.add("pool", Pool::AverageRoundingUp(Window::square(stride).stride(stride))) } else { around };
            self.conv(around, "conv", [inputs, outputs], one, 1)
        });
        Ok(NormlessResidual {
            activation: self.activated(Seq::new(scope), "act1", beta)?,
            branch: branch.add("alpha", Scale(ALPHA)),
            shortcut: shortcut.transpose()?,
        })
    }
}
