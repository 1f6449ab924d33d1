//! LeNet-5: two convolutions, each followed by subsampling, then three dense layers.
//!
//! Both forms are the textbook's, with full connections: 1998's partly connected C3, trainable subsampling and RBF outputs are left out.
use super::ModelSpec;
use crate::{
    engine::ops::{UnaryFn, Window},
    error::Result,
    nets::nn::{Activation, Conv2d, Flatten, Linear, Pool, Scope, Seq},
};

const PAPER: &str =
    "LeCun, Bottou, Bengio, Haffner (1998): Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11)";

/// tanh and average pooling.
pub const LENET5: ModelSpec = ModelSpec {
    name: "lenet5",
    title: "LeNet-5, tanh and average pooling",
    paper: PAPER,
    input: [1, 28, 28],
    classes: 10,
    params: 61_706,
    build: |scope| build(scope, "tanh", UnaryFn::Tanh, Pool::Average),
};

/// ReLU and max pooling.
pub const LENET5_RELU: ModelSpec = ModelSpec {
    name: "lenet5_relu",
    title: "LeNet-5, ReLU and max pooling",
    paper: PAPER,
    input: [1, 28, 28],
    classes: 10,
    params: 61_706,
    build: |scope| build(scope, "relu", UnaryFn::Relu, Pool::Max),
};

fn build(scope: &Scope, name: &str, function: UnaryFn, pool: fn(Window) -> Pool) -> Result<Seq> {
    let act = |n: usize| format!("{name}{n}");
    let halve = || pool(Window::square(2).stride(2));
    Seq::new(scope)
        .then("conv1", |s| Conv2d::new(s, 1, 6, Window::square(5).padding(2)))?
        .add(&act(1), Activation(function))
        .add("pool1", halve())
        .then("conv2", |s| Conv2d::new(s, 6, 16, Window::square(5)))?
        .add(&act(2), Activation(function))
        .add("pool2", halve())
        .add("flatten", Flatten)
        .then("fc1", |s| Linear::new(s, 400, 120))?
        .add(&act(3), Activation(function))
        .then("fc2", |s| Linear::new(s, 120, 84))?
        .add(&act(4), Activation(function))
        .then("fc3", |s| Linear::new(s, 84, 10))
}
