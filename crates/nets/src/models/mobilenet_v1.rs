//! MobileNet: every convolution is split into a depthwise and a 1×1 convolution. A factor α makes the network narrower for mobile devices.
use super::{Accuracy, ModelSpec, Options, channels::divisible};
use crate::nn::{ConvNormActivation, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// By α and resolution. Those named `tf_` pad as TensorFlow does, so that weights trained there fit. Reference: timm.models.mobilenetv1_100, with ReLU6.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    ModelSpec {
        preprocess: Some(Preprocess::plus_minus_one(256, 224, Resampling::Bicubic)),
        ..mobilenet("mobilenetv1_100", "MobileNet", 224, 4_231_976, 568_740_352, None, |s, o| build(s, o, 1.0, false))
    },
    mobilenet("tf_mobilenetv1_100_224", "MobileNet, α = 1", 224, 4_231_976, 568_740_352, slim(70.9, 89.9), |s, o| build(s, o, 1.0, true)),
    mobilenet("tf_mobilenetv1_075_224", "MobileNet, α = 0.75", 224, 2_585_560, 325_400_448, slim(68.4, 88.2), |s, o| build(s, o, 0.75, true)),
    mobilenet("tf_mobilenetv1_075_192", "MobileNet, α = 0.75, 192 pixels", 192, 2_585_560, 239_273_472, slim(67.2, 87.3), |s, o| build(s, o, 0.75, true)),
    mobilenet("tf_mobilenetv1_050_224", "MobileNet, α = 0.5", 224, 1_331_592, 149_497_088, slim(63.3, 84.9), |s, o| build(s, o, 0.5, true)),
    mobilenet("tf_mobilenetv1_025_224", "MobileNet, α = 0.25", 224, 470_072, 41_030_272, slim(49.8, 74.2), |s, o| build(s, o, 0.25, true)),
];

const fn slim(top1: f32, top5: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: Some(top5), by: "TensorFlow-Slim" })
}

const fn mobilenet(
    name: &'static str,
    title: &'static str,
    side: usize,
    params: usize,
    macs: u64,
    accuracy: Option<Accuracy>,
    build: fn(&Scope, &Options) -> Result<Seq>,
) -> ModelSpec {
    ModelSpec {
        name,
        title,
        paper: "Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto, Adam (2017): MobileNets: efficient convolutional neural networks for mobile vision applications. arXiv 1704.04861",
        year: 2017,
        input: [3, side, side],
        classes: 1000,
        params,
        macs,
        accuracy,
        // The crop has seven eighths of the shorter side.
        preprocess: Some(Preprocess::plus_minus_one(side * 8 / 7, side, Resampling::Bilinear)),
        weights: &[],
        build,
    }
}

/// Table 1 of the paper by stages: stride of the first block, channels, blocks.
const ROWS: [(usize, usize, usize); 5] = [(1, 64, 1), (2, 128, 2), (2, 256, 2), (2, 512, 6), (2, 1024, 2)];

fn build(scope: &Scope, options: &Options, alpha: f32, same: bool) -> Result<Seq> {
    let normed = ConvNormActivation::new(UnaryFn::Relu6).same(same);
    let wide = |channels: usize| divisible(channels as f32 * alpha * options.width);
    let mut inputs = wide(32);
    let stem = Window::square(3).stride(2).padding(1);
    normed
        .append(Seq::new(scope), ["conv_stem", "bn1", "bn1.act"], [options.input[0], inputs], stem, 1)?
        .then("blocks", |s| {
            let mut stages = Seq::new(s);
            for (stride, channels, blocks) in ROWS {
                stages = stages.push(|s| {
                    let mut stage = Seq::new(s);
                    for j in 0..blocks {
                        let window = Window::square(3).stride(if j == 0 { stride } else { 1 }).padding(1);
                        stage = stage.push(|s| separable(s, normed, [inputs, wide(channels)], window))?;
                        inputs = wide(channels);
                    }
                    Ok(stage)
                })?;
            }
            Ok(stages)
        })?
        // timm's later networks have a head here, and this one has none.
        .then("bn2", |s| Ok(Seq::new(s)))?
        .add("global_pool.pool", Pool::Global)
        .add("global_pool.flatten", Flatten)
        .then("classifier", |s| Linear::new(s, wide(1024), options.classes))
}

/// A depthwise separable convolution: 3×3 within each channel, then 1×1 across channels.
fn separable(scope: &Scope, normed: ConvNormActivation, [inputs, outputs]: [usize; 2], window: Window) -> Result<Seq> {
    let depthwise = normed.append(Seq::new(scope), ["conv_dw", "bn1", "bn1.act"], [inputs, inputs], window, inputs)?;
    normed.append(depthwise, ["conv_pw", "bn2", "bn2.act"], [inputs, outputs], Window::square(1), 1)
}
