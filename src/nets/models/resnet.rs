//! ResNet with basic blocks: two 3×3 convolutions and a way around them.
use super::ModelSpec;
use crate::{
    engine::ops::{UnaryFn, Window},
    error::Result,
    nets::nn::{Activation, BatchNorm2d, Conv2d, Flatten, Linear, Pool, Residual, Scope, Seq, Subsample, conv_norm},
};

const PAPER: &str = "He, Zhang, Ren, Sun (2015): Deep residual learning for image recognition. CVPR 2016";

/// Table 1 of the paper, 18 layers. Reference: torchvision.models.resnet18.
pub const RESNET18: ModelSpec = ModelSpec {
    name: "resnet18",
    title: "ResNet-18",
    paper: PAPER,
    input: [3, 224, 224],
    classes: 1000,
    params: 11_689_512,
    build: |scope| {
        let stem = Seq::new(scope)
            .then("conv1", |s| Conv2d::without_bias(s, 3, 64, Window::square(7).stride(2).padding(3), 1))?
            .then("bn1", |s| BatchNorm2d::new(s, 64))?
            .add("relu", Activation(UnaryFn::Relu))
            .add("maxpool", Pool::Max(Window::square(3).stride(2).padding(1)));
        stages(stem, &[(64, 2, 1), (128, 2, 2), (256, 2, 2), (512, 2, 2)], Shortcut::Projection)?
            .add("avgpool", Pool::Global)
            .add("flatten", Flatten)
            .then("fc", |s| Linear::new(s, 512, 1000))
    },
};

/// Section 4.2 of the paper, n = 3, with shortcuts that have no parameters.
pub const RESNET_CIFAR20: ModelSpec = ModelSpec {
    name: "resnet_cifar20",
    title: "ResNet-20 for CIFAR-10",
    paper: PAPER,
    input: [3, 32, 32],
    classes: 10,
    params: 269_722,
    build: |scope| cifar(scope, Shortcut::ZerosAfter, "fc"),
};

/// The same with the shortcut's new channels on both sides of the old ones. Reference, with weights: akamaster's pytorch_resnet_cifar10, resnet20.
pub const CIFAR10_RESNET20: ModelSpec = ModelSpec {
    name: "cifar10_resnet20",
    title: "ResNet-20 for CIFAR-10, zeros around",
    build: |scope| cifar(scope, Shortcut::ZerosAround, "linear"),
    ..RESNET_CIFAR20
};

fn cifar(scope: &Scope, shortcut: Shortcut, head: &str) -> Result<Seq> {
    let stem = Seq::new(scope)
        .then("conv1", |s| Conv2d::without_bias(s, 3, 16, Window::square(3).padding(1), 1))?
        .then("bn1", |s| BatchNorm2d::new(s, 16))?
        .add("relu", Activation(UnaryFn::Relu));
    stages(stem, &[(16, 3, 1), (32, 3, 2), (64, 3, 2)], shortcut)?
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then(head, |s| Linear::new(s, 64, 10))
}

/// How a block goes around its convolutions where they change the shape.
#[derive(Clone, Copy)]
enum Shortcut {
    /// A 1×1 convolution: the paper's option B.
    Projection,
    /// Option A: every other pixel, and new channels of 0 after the old ones.
    ZerosAfter,
    /// Option A, half of the new channels before the old ones.
    ZerosAround,
}

/// `layer1`, `layer2` …, a row of (channels, blocks, stride of the first block) each. The first has the stem's channels.
fn stages(stem: Seq, rows: &[(usize, usize, usize)], shortcut: Shortcut) -> Result<Seq> {
    let mut network = stem;
    let mut inputs = rows[0].0;
    for (i, &(channels, blocks, stride)) in rows.iter().enumerate() {
        network = network.then(&format!("layer{}", i + 1), |s| {
            let mut stage = Seq::new(s);
            for j in 0..blocks {
                let (inputs, stride) = if j == 0 { (inputs, stride) } else { (channels, 1) };
                stage = stage.push(|s| block(s, inputs, channels, stride, shortcut))?;
            }
            Ok(stage)
        })?;
        inputs = channels;
    }
    Ok(network)
}

fn block(scope: &Scope, inputs: usize, channels: usize, stride: usize, shortcut: Shortcut) -> Result<Residual> {
    let window = Window::square(3).padding(1);
    let branch = Seq::new(scope)
        .then("conv1", |s| Conv2d::without_bias(s, inputs, channels, window.stride(stride), 1))?
        .then("bn1", |s| BatchNorm2d::new(s, channels))?
        .add("relu", Activation(UnaryFn::Relu))
        .then("conv2", |s| Conv2d::without_bias(s, channels, channels, window, 1))?
        .then("bn2", |s| BatchNorm2d::new(s, channels))?;
    let residual = Residual::new(branch).activation(UnaryFn::Relu);
    Ok(match shortcut {
        _ if inputs == channels && stride == 1 => residual,
        Shortcut::ZerosAfter => residual.shortcut(Subsample { stride, before: 0, outputs: channels }),
        Shortcut::ZerosAround => residual.shortcut(Subsample { stride, before: (channels - inputs) / 2, outputs: channels }),
        Shortcut::Projection => {
            residual.shortcut(conv_norm(&(scope / "downsample"), [inputs, channels], Window::square(1).stride(stride), 1, None)?)
        }
    })
}
