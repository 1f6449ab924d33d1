//! MNASNet: MobileNetV2's blocks, chosen by a search that measured the time on a phone.
use super::{ModelSpec, Options, channels::divisible, spec::torchvision};
use crate::nn::{ConvNormActivation, Dropout, Flatten, Linear, Pool, Residual, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// Reference: torchvision.models.mnasnet1_0.
pub(super) const MODELS: &[ModelSpec] = &[ModelSpec {
    name: "mnasnet1_0",
    title: "MNASNet",
    paper: "Tan, Chen, Pang, Vasudevan, Sandler, Howard, Le (2018): MnasNet: platform-aware neural architecture search for mobile. CVPR 2019",
    year: 2018,
    input: [3, 224, 224],
    classes: 1000,
    params: 4_383_312,
    macs: 314_415_872,
    accuracy: torchvision(73.456, 91.510),
    preprocess: Some(Preprocess::imagenet(256, 224, Resampling::Bilinear)),
    weights: &["mnasnet1.0_top1_73.512-f206786ef8.pth"],
    build,
}];

/// Figure 7 of the paper, without squeeze-and-excitation: kernel k, stride s of the first block, expansion t, channels c, blocks n.
const ROWS: [(usize, usize, usize, usize, usize); 6] =
    [(3, 2, 3, 24, 3), (5, 2, 3, 40, 3), (5, 2, 6, 80, 3), (3, 1, 6, 96, 2), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)];

/// TensorFlow's momentum of 0.9997 is 0.0003 in PyTorch.
const BRICK: ConvNormActivation = ConvNormActivation::new(UnaryFn::Relu).momentum(3e-4);
/// The channels of the last convolution. They are not scaled with the width.
const LAST: usize = 1280;

fn build(scope: &Scope, options: &Options) -> Result<Seq> {
    let wide = |channels: usize| divisible(channels as f32 * options.width);
    let layers = |s: &Scope| {
        let stem = wide(32);
        let mut inputs = wide(16);
        let seq = BRICK.append(Seq::new(s), ["0", "1", "2"], [options.input[0], stem], square(3, 2), 1)?;
        let seq = BRICK.append(seq, ["3", "4", "5"], [stem, stem], square(3, 1), stem)?;
        let mut seq = BRICK.linear().append(seq, ["6", "7", ""], [stem, inputs], square(1, 1), 1)?;
        for (number, (kernel, stride, expansion, channels, blocks)) in (8..).zip(ROWS) {
            let outputs = wide(channels);
            seq = seq.then(&number.to_string(), |s| {
                let first = |s: &Scope| block(s, [inputs, outputs], expansion, square(kernel, stride));
                let other = |s: &Scope| Ok(Residual::new(block(s, [outputs, outputs], expansion, square(kernel, 1))?));
                (1..blocks).try_fold(Seq::new(s).push(first)?, |stack, _| stack.push(other))
            })?;
            inputs = outputs;
        }
        BRICK.append(seq, ["14", "15", "16"], [inputs, LAST], square(1, 1), 1)
    };
    Seq::new(scope)
        .then("layers", layers)?
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then("classifier", |s| Seq::new(s).push(|_| Ok(Dropout(0.2)))?.push(|s| Linear::new(s, LAST, options.classes)))
}

/// A window whose padding keeps the size if the stride is 1.
fn square(kernel: usize, stride: usize) -> Window {
    Window::square(kernel).stride(stride).padding(kernel / 2)
}

/// Expansion, depthwise convolution, projection without an activation.
fn block(scope: &Scope, [inputs, outputs]: [usize; 2], expansion: usize, window: Window) -> Result<Seq> {
    let wide = inputs * expansion;
    Seq::new(scope).then("layers", |s| {
        let seq = BRICK.append(Seq::new(s), ["0", "1", "2"], [inputs, wide], square(1, 1), 1)?;
        let seq = BRICK.append(seq, ["3", "4", "5"], [wide, wide], window, wide)?;
        BRICK.linear().append(seq, ["6", "7", ""], [wide, outputs], square(1, 1), 1)
    })
}
