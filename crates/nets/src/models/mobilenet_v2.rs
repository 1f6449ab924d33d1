//! MobileNetV2: inverted residual blocks, which are wide inside and narrow between, with depthwise 3×3 convolutions.
use super::{Accuracy, ModelSpec, Options, channels::divisible, spec::torchvision};
use crate::nn::{ConvNormActivation, Dropout, Flatten, Linear, Pool, Residual, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// Reference: torchvision.models.mobilenet_v2. Those named `tf_` pad as TensorFlow does, so that weights trained there fit.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    ModelSpec {
        weights: &["mobilenet_v2-b0353104.pth"],
        preprocess: Some(Preprocess::imagenet(256, 224, Resampling::Bilinear)),
        ..mobilenet("mobilenet_v2", "MobileNetV2", 3_504_872, 300_774_272, torchvision(71.878, 90.286), |s, o| build(s, o, 1.0, false))
    },
    mobilenet("tf_mobilenet_v2", "MobileNetV2, as in TensorFlow", 3_504_872, 300_774_272, slim(71.8, 91.0), |s, o| build(s, o, 1.0, true)),
    mobilenet("tf_mobilenet_v2_140", "MobileNetV2, 1.4 times as wide", 6_108_776, 582_195_824, slim(75.0, 92.5), |s, o| build(s, o, 1.4, true)),
    mobilenet("tf_mobilenet_v2_075", "MobileNetV2, 0.75 times as wide", 2_636_424, 209_069_792, slim(69.8, 89.6), |s, o| build(s, o, 0.75, true)),
    mobilenet("tf_mobilenet_v2_050", "MobileNetV2, half as wide", 1_968_680, 97_131_840, slim(65.4, 86.4), |s, o| build(s, o, 0.5, true)),
    mobilenet("tf_mobilenet_v2_035", "MobileNetV2, 0.35 times as wide", 1_677_128, 59_285_808, slim(60.3, 82.9), |s, o| build(s, o, 0.35, true)),
];

const fn slim(top1: f32, top5: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: Some(top5), by: "TensorFlow-Slim" })
}

const fn mobilenet(
    name: &'static str,
    title: &'static str,
    params: usize,
    macs: u64,
    accuracy: Option<Accuracy>,
    build: fn(&Scope, &Options) -> Result<Seq>,
) -> ModelSpec {
    ModelSpec {
        name,
        title,
        paper: "Sandler, Howard, Zhu, Zhmoginov, Chen (2018): MobileNetV2: inverted residuals and linear bottlenecks. CVPR 2018",
        year: 2018,
        input: [3, 224, 224],
        classes: 1000,
        params,
        macs,
        accuracy,
        preprocess: Some(Preprocess::plus_minus_one(256, 224, Resampling::Bilinear)),
        weights: &[],
        build,
    }
}

/// Table 2 of the paper: expansion t, channels c, blocks n, stride s of the first block.
const ROWS: [(usize, usize, usize, usize); 7] =
    [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

fn build(scope: &Scope, options: &Options, multiplier: f32, same: bool) -> Result<Seq> {
    let normed = ConvNormActivation::new(UnaryFn::Relu6).same(same);
    let width = multiplier * options.width;
    let wide = |channels: usize| divisible(channels as f32 * width);
    // A width greater than 1 widens the last convolution, and a smaller one leaves it.
    let last = divisible(1280.0 * width.max(1.0));
    Seq::new(scope)
        .then("features", |s| {
            let stem = Window::square(3).stride(2).padding(1);
            let mut features = Seq::new(s).push(|s| normed.numbered(s, [options.input[0], wide(32)], stem, 1))?;
            let mut inputs = wide(32);
            for (expansion, channels, blocks, stride) in ROWS {
                for stride in std::iter::once(stride).chain(vec![1; blocks - 1]) {
                    let outputs = wide(channels);
                    let block = |s: &Scope| inverted_residual(s, normed, [inputs, outputs], expansion, stride);
                    features = match stride == 1 && inputs == outputs {
                        true => features.push(|s| Ok(Residual::new(block(s)?)))?,
                        false => features.push(block)?,
                    };
                    inputs = outputs;
                }
            }
            features.push(|s| normed.numbered(s, [inputs, last], Window::square(1), 1))
        })?
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then("classifier", |s| Seq::new(s).push(|_| Ok(Dropout(0.2)))?.push(|s| Linear::new(s, last, options.classes)))
}

/// Expansion, depthwise convolution, projection without an activation.
fn inverted_residual(
    scope: &Scope,
    normed: ConvNormActivation,
    [inputs, outputs]: [usize; 2],
    expansion: usize,
    stride: usize,
) -> Result<Seq> {
    let wide = inputs * expansion;
    let depthwise = Window::square(3).stride(stride).padding(1);
    Seq::new(scope).then("conv", |s| {
        let mut conv = Seq::new(s);
        if expansion > 1 {
            conv = conv.push(|s| normed.numbered(s, [inputs, wide], Window::square(1), 1))?;
        }
        let conv = conv.push(|s| normed.numbered(s, [wide, wide], depthwise, wide))?;
        // In torchvision the projection is not a block of its own, so its two parts continue the numbering.
        let (first, second) = if expansion > 1 { ("2", "3") } else { ("1", "2") };
        normed.linear().append(conv, [first, second, ""], [wide, outputs], Window::square(1), 1)
    })
}
