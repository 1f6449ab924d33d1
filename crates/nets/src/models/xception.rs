//! Xception: Inception taken to its end, where every channel has a window of its own and a 1×1 convolution mixes them.
use super::{Accuracy, ModelSpec, Options};
use crate::nn::{Activation, BatchNorm2d, Conv2d, Flatten, Linear, Pool, Residual, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// Reference: timm.models.legacy_xception.
pub(super) const MODELS: &[ModelSpec] = &[ModelSpec {
    name: "legacy_xception",
    title: "Xception",
    paper: "Chollet (2016): Xception: deep learning with depthwise separable convolutions. CVPR 2017",
    year: 2016,
    input: [3, 299, 299],
    classes: 1000,
    params: 22_855_952,
    macs: 8_357_403_496,
    accuracy: Some(Accuracy { top1: 78.892, top5: Some(94.292), by: "Cadene, with Keras' weights" }),
    preprocess: Some(Preprocess::plus_minus_one(333, 299, Resampling::Bicubic)),
    weights: &["xception-43020ad28.pth"],
    build,
}];

/// Figure 5 of the paper, a row a block: the channels of its separable convolutions, and its stride. A block whose stride is not 1 ends with a max pool, and has a 1×1
/// convolution as its shortcut.
const ROWS: [(&[usize], usize); 12] = [
    (&[128, 128], 2),
    (&[256, 256], 2),
    (&[728, 728], 2),
    (&MIDDLE, 1),
    (&MIDDLE, 1),
    (&MIDDLE, 1),
    (&MIDDLE, 1),
    (&MIDDLE, 1),
    (&MIDDLE, 1),
    (&MIDDLE, 1),
    (&MIDDLE, 1),
    (&[728, 1024], 2),
];
const MIDDLE: [usize; 3] = [728; 3];

fn build(scope: &Scope, options: &Options) -> Result<Seq> {
    let relu = || Activation(UnaryFn::Relu);
    let mut network = Seq::new(scope)
        .then("conv1", |s| Conv2d::without_bias(s, options.input[0], 32, Window::square(3).stride(2), 1))?
        .then("bn1", |s| BatchNorm2d::new(s, 32))?
        .add("act1", relu())
        .then("conv2", |s| Conv2d::without_bias(s, 32, 64, Window::square(3), 1))?
        .then("bn2", |s| BatchNorm2d::new(s, 64))?
        .add("act2", relu());
    let mut inputs = 64;
    for (n, (channels, stride)) in (1..).zip(ROWS) {
        network = network.then(&format!("block{n}"), |s| block(s, inputs, channels, stride, n > 1))?;
        inputs = channels[channels.len() - 1];
    }
    for (n, outputs) in [(3, 1536), (4, 2048)] {
        network = network
            .then(&format!("conv{n}"), |s| separable(s, inputs, outputs))?
            .then(&format!("bn{n}"), |s| BatchNorm2d::new(s, outputs))?
            .add(&format!("act{n}"), relu());
        inputs = outputs;
    }
    network
        .then("global_pool", |s| Ok(Seq::new(s).add("pool", Pool::Global).add("flatten", Flatten)))?
        .then("fc", |s| Linear::new(s, inputs, options.classes))
}

/// Activation, separable convolution and batch norm for each number of channels. The first block follows an activation, and does not begin with one of its own.
fn block(scope: &Scope, inputs: usize, channels: &[usize], stride: usize, activated: bool) -> Result<Residual> {
    let mut outputs = inputs;
    let branch = Seq::new(scope).then("rep", |s| {
        let mut rep = Seq::new(s);
        for (i, &next) in channels.iter().enumerate() {
            if i > 0 || activated {
                rep = rep.push(|_| Ok(Activation(UnaryFn::Relu)))?;
            }
            rep = rep.push(|s| separable(s, outputs, next))?.push(|s| BatchNorm2d::new(s, next))?;
            outputs = next;
        }
        if stride == 1 { Ok(rep) } else { rep.push(|_| Ok(Pool::Max(Window::square(3).stride(stride).padding(1)))) }
    })?;
    if stride == 1 {
        return Ok(Residual::new(branch));
    }
    let shortcut = Seq::new(scope)
        .then("skip", |s| Conv2d::without_bias(s, inputs, outputs, Window::square(1).stride(stride), 1))?
        .then("skipbn", |s| BatchNorm2d::new(s, outputs))?;
    Ok(Residual::new(branch).shortcut(shortcut))
}

/// A depthwise separable convolution, with nothing between its 3×3 and its 1×1: section 4.7 of the paper.
fn separable(scope: &Scope, inputs: usize, outputs: usize) -> Result<Seq> {
    Seq::new(scope)
        .then("conv1", |s| Conv2d::without_bias(s, inputs, inputs, Window::square(3).padding(1), inputs))?
        .then("pointwise", |s| Conv2d::without_bias(s, inputs, outputs, Window::square(1), 1))
}
