//! LeNet-5: two convolutions, each followed by subsampling, then three dense layers.
//!
//! Both variants are the textbook's, with full connections. The partly connected C3, the trainable subsampling and the RBF outputs of 1998 are left out.
use super::{Accuracy, ModelSpec, Options};
use crate::nn::{Activation, Conv2d, Dropout, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

pub(super) const MODELS: &[ModelSpec] = &[
    ModelSpec {
        // Trained by us: assets/weights.
        weights: &["lenet5.safetensors"],
        ..lenet5("lenet5", "LeNet-5, tanh and average pooling", |scope, options| {
            build(scope, options, "tanh", UnaryFn::Tanh, Pool::Average)
        })
    },
    lenet5("lenet5_relu", "LeNet-5, ReLU and max pooling", |scope, options| build(scope, options, "relu", UnaryFn::Relu, Pool::Max)),
];

const fn lenet5(name: &'static str, title: &'static str, build: fn(&Scope, &Options) -> Result<Seq>) -> ModelSpec {
    ModelSpec {
        name,
        title,
        paper: "LeCun, Bottou, Bengio, Haffner (1998): Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11)",
        year: 1998,
        input: [1, 28, 28],
        classes: 10,
        params: 61_706,
        macs: 416_520,
        accuracy: Some(Accuracy { top1: 99.05, top5: None, by: "the paper, on MNIST, for the network of 1998" }),
        preprocess: None,
        weights: &[],
        build,
    }
}

fn build(scope: &Scope, options: &Options, name: &str, function: UnaryFn, pool: fn(Window) -> Pool) -> Result<Seq> {
    let act = |n: usize| format!("{name}{n}");
    let halve = || pool(Window::square(2).stride(2));
    // The first convolution keeps the size, each pool halves it, and the second convolution removes two pixels from every side.
    let [channels, height, width] = options.input;
    let left = |n: usize| (n / 2).saturating_sub(4) / 2;
    let body = Seq::new(scope)
        .then("conv1", |s| Conv2d::new(s, channels, 6, Window::square(5).padding(2)))?
        .add(&act(1), Activation(function))
        .add("pool1", halve())
        .then("conv2", |s| Conv2d::new(s, 6, 16, Window::square(5)))?
        .add(&act(2), Activation(function))
        .add("pool2", halve())
        .add("flatten", Flatten)
        .then("fc1", |s| Linear::new(s, 16 * left(height) * left(width), 120))?
        .add(&act(3), Activation(function));
    dropped(body, 1, options)
        .then("fc2", |s| Linear::new(s, 120, 84))
        .map(|body| dropped(body.add(&act(4), Activation(function)), 2, options))?
        .then("fc3", |s| Linear::new(s, 84, options.classes))
}

/// Appends a dropout layer if the options ask for one.
fn dropped(body: Seq, number: usize, options: &Options) -> Seq {
    if options.dropout > 0.0 { body.add(&format!("drop{number}"), Dropout(options.dropout)) } else { body }
}
