//! ConvNeXt: a ResNet modernised step by step, until it resembles a transformer without attention.
use super::{
    ModelSpec, Options,
    spec::{Family, torchvision},
};
use crate::nn::{Activation, Conv2d, Flatten, LayerNorm, LearnedScale, Linear, Pool, Residual, Scope, Seq, StochasticDepth};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

const FAMILY: Family = Family { paper: "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie (2022): A ConvNet for the 2020s. CVPR 2022", year: 2022 };

/// Channels and blocks of the stages, and the probability of stochastic depth. Reference: torchvision.models.convnext_tiny and its kin.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    convnext("convnext_tiny", "ConvNeXt-T", 236, (28_589_128, 4_455_531_264), [82.520, 96.146], &["convnext_tiny-983f1562.pth"],
        |s, o| build(s, o, [(96, 3), (192, 3), (384, 9), (768, 3)], 0.1)),
    convnext("convnext_small", "ConvNeXt-S", 230, (50_223_688, 8_683_712_256), [83.616, 96.650], &["convnext_small-0c510722.pth"],
        |s, o| build(s, o, [(96, 3), (192, 3), (384, 27), (768, 3)], 0.4)),
    convnext("convnext_base", "ConvNeXt-B", 232, (88_591_464, 15_354_729_472), [84.062, 96.870], &["convnext_base-6075fbad.pth"],
        |s, o| build(s, o, [(128, 3), (256, 3), (512, 27), (1024, 3)], 0.5)),
];

const fn convnext(
    name: &'static str,
    title: &'static str,
    resize: usize,
    counts: (usize, u64),
    [top1, top5]: [f32; 2],
    weights: &'static [&'static str],
    build: fn(&Scope, &Options) -> Result<Seq>,
) -> ModelSpec {
    FAMILY.member(name, title, counts, torchvision(top1, top5), weights, build).seeing(Preprocess::imagenet(
        resize,
        224,
        Resampling::Bilinear,
    ))
}

/// ε of every layer norm.
const EPSILON: f32 = 1e-6;
/// The first value of each channel's factor.
const LAYER_SCALE: f32 = 1e-6;

fn build(scope: &Scope, options: &Options, stages: [(usize, usize); 4], deepest: f32) -> Result<Seq> {
    let total: usize = stages.iter().map(|(_, blocks)| blocks).sum();
    let (mut inputs, mut place) = (options.input[0], 0);
    let features = |s: &Scope| {
        let mut features = Seq::new(s);
        for (at, (channels, blocks)) in stages.into_iter().enumerate() {
            // The stem norms the patches that it makes; later stages norm before they halve the image.
            features = features.push(|s| match at {
                0 => Seq::new(s).push(|s| patches(s, [inputs, channels], 4))?.push(|s| LayerNorm::new(s, channels, EPSILON)),
                _ => Seq::new(s).push(|s| LayerNorm::new(s, inputs, EPSILON))?.push(|s| patches(s, [inputs, channels], 2)),
            })?;
            features = features.push(|s| {
                (0..blocks).try_fold(Seq::new(s), |stage, _| {
                    let skipped = deepest * place as f32 / (total - 1) as f32;
                    place += 1;
                    stage.push(|s| block(s, channels, skipped))
                })
            })?;
            inputs = channels;
        }
        Ok(features)
    };
    let last = stages[3].0;
    Seq::new(scope).then("features", features)?.add("avgpool", Pool::Global).then("classifier", |s| {
        let normed = Seq::new(s).push(|s| LayerNorm::new(s, last, EPSILON))?.push(|_| Ok(Flatten))?;
        normed.push(|s| Linear::new(s, last, options.classes))
    })
}

/// A convolution whose windows lie side by side.
fn patches(scope: &Scope, [inputs, outputs]: [usize; 2], side: usize) -> Result<Conv2d> {
    Conv2d::new(scope, inputs, outputs, Window::square(side).stride(side))
}

/// Depthwise 7×7, layer norm, and two dense layers at each pixel, four times as wide between them. The reference numbers two permutations
/// of axes, 1 and 6, which are not needed here.
fn block(scope: &Scope, channels: usize, skipped: f32) -> Result<Residual> {
    let branch = Seq::new(scope).then("block", |s| {
        Seq::new(s)
            .then("0", |s| Conv2d::grouped(s, channels, channels, Window::square(7).padding(3), channels))?
            .then("2", |s| LayerNorm::new(s, channels, EPSILON))?
            .then("3", |s| Linear::new(s, channels, 4 * channels))?
            .add("4", Activation(UnaryFn::Gelu))
            .then("5", |s| Linear::new(s, 4 * channels, channels))
    })?;
    let scale = LearnedScale::of_channels(scope, "layer_scale", channels, LAYER_SCALE)?;
    Ok(Residual::new(branch.add("layer_scale", scale).add("stochastic_depth", StochasticDepth(skipped))))
}
