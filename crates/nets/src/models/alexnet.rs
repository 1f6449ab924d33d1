//! AlexNet: five convolutions and three dense layers. It won the ImageNet contest of 2012.
use super::{Accuracy, ModelSpec, Options, spec::torchvision};
use crate::nn::{Activation, Conv2d, Dropout, Flatten, Linear, LocalResponseNorm, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{ResponseNorm, UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

pub(super) const MODELS: &[ModelSpec] = &[
    ModelSpec {
        name: "alexnet",
        title: "AlexNet, one tower",
        paper: "Krizhevsky (2014): One weird trick for parallelizing convolutional neural networks. arXiv 1404.5997",
        year: 2014,
        input: [3, 224, 224],
        classes: 1000,
        params: 61_100_840,
        macs: 714_188_480,
        accuracy: torchvision(56.522, 79.066),
        preprocess: Some(PHOTO),
        weights: &["alexnet-owt-7be5be79.pth"],
        build: one_tower,
    },
    ModelSpec {
        name: "alexnet_2012",
        title: "AlexNet of the paper, two towers",
        paper: "Krizhevsky, Sutskever, Hinton (2012): ImageNet classification with deep convolutional neural networks. NeurIPS 2012",
        year: 2012,
        input: [3, 224, 224],
        classes: 1000,
        params: 60_965_224,
        macs: 724_406_816,
        accuracy: Some(Accuracy { top1: 59.3, top5: Some(81.8), by: "the paper, one network, ten crops of each image" }),
        preprocess: Some(PHOTO),
        weights: &[],
        build: two_towers,
    },
];

pub(super) const PHOTO: Preprocess = Preprocess::imagenet(256, 224, Resampling::Bilinear);

/// Channels, kernel, stride, padding, and whether a pool follows.
type Row = (usize, usize, usize, usize, bool);

/// Reference: torchvision.models.alexnet.
const ONE_TOWER: [Row; 5] =
    [(64, 11, 4, 2, true), (192, 5, 1, 2, true), (384, 3, 1, 1, false), (256, 3, 1, 1, false), (256, 3, 1, 1, true)];

/// Figure 2 of the paper. The number of channels is that of both towers together. Padding 2 turns 224 × 224 into 55 × 55; the paper does not mention it.
const TWO_TOWERS: [Row; 5] =
    [(96, 11, 4, 2, true), (256, 5, 1, 2, true), (384, 3, 1, 1, false), (384, 3, 1, 1, false), (256, 3, 1, 1, true)];

/// The number of groups of each layer. With two groups each tower sees only its own half, as on one graphics card. Section 3.5.
const GROUPS: [usize; 5] = [1, 2, 1, 2, 2];

/// k = 2, n = 5, α = 10⁻⁴, β = 0.75: section 3.3. PyTorch divides α by n, but the paper does not.
pub(super) const NORM: ResponseNorm = ResponseNorm { size: 5, alpha: 5e-4, beta: 0.75, k: 2.0 };

/// Pools overlap: section 3.4 of the paper.
fn pool() -> Pool {
    Pool::Max(Window::square(3).stride(2))
}

fn one_tower(scope: &Scope, options: &Options) -> Result<Seq> {
    Seq::new(scope)
        .then("features", |s| {
            let (mut features, mut inputs) = (Seq::new(s), options.input[0]);
            for (outputs, kernel, stride, padding, pooled) in ONE_TOWER {
                let window = Window::square(kernel).stride(stride).padding(padding);
                features = features.push(|s| Conv2d::new(s, inputs, outputs, window))?.push(|_| Ok(Activation(UnaryFn::Relu)))?;
                if pooled {
                    features = features.push(|_| Ok(pool()))?;
                }
                inputs = outputs;
            }
            Ok(features)
        })?
        .add("avgpool", Pool::Adaptive([6, 6]))
        .add("flatten", Flatten)
        .then("classifier", |s| {
            Seq::new(s)
                .push(|_| Ok(Dropout(0.5)))?
                .push(|s| Linear::new(s, 256 * 6 * 6, 4096))?
                .push(|_| Ok(Activation(UnaryFn::Relu)))?
                .push(|_| Ok(Dropout(0.5)))?
                .push(|s| Linear::new(s, 4096, 4096))?
                .push(|_| Ok(Activation(UnaryFn::Relu)))?
                .push(|s| Linear::new(s, 4096, options.classes))
        })
}

fn two_towers(scope: &Scope, options: &Options) -> Result<Seq> {
    let (mut network, mut inputs) = (Seq::new(scope), options.input[0]);
    for (i, (outputs, kernel, stride, padding, pooled)) in TWO_TOWERS.into_iter().enumerate() {
        let (n, window) = (i + 1, Window::square(kernel).stride(stride).padding(padding));
        network = network
            .then(&format!("conv{n}"), |s| Conv2d::grouped(s, inputs, outputs, window, GROUPS[i]))?
            .add(&format!("relu{n}"), Activation(UnaryFn::Relu));
        if n <= 2 {
            network = network.add(&format!("norm{n}"), LocalResponseNorm(NORM));
        }
        if pooled {
            network = network.add(&format!("pool{n}"), pool());
        }
        inputs = outputs;
    }
    classifier(network, options.classes)
}

/// Appends the three dense layers, which ZFNet has, too.
pub(super) fn classifier(network: Seq, classes: usize) -> Result<Seq> {
    network
        .add("avgpool", Pool::Adaptive([6, 6]))
        .add("flatten", Flatten)
        .then("fc6", |s| Linear::new(s, 256 * 6 * 6, 4096))?
        .add("relu6", Activation(UnaryFn::Relu))
        .add("drop6", Dropout(0.5))
        .then("fc7", |s| Linear::new(s, 4096, 4096))?
        .add("relu7", Activation(UnaryFn::Relu))
        .add("drop7", Dropout(0.5))
        .then("fc8", |s| Linear::new(s, 4096, classes))
}
