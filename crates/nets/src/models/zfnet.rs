//! ZFNet: AlexNet with a smaller window and a smaller stride at the beginning, chosen by looking at what its layers show.
use super::{Accuracy, ModelSpec, Options, alexnet};
use crate::nn::{Activation, Conv2d, LocalResponseNorm, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

pub(super) const MODELS: &[ModelSpec] = &[ModelSpec {
    name: "zfnet",
    title: "ZFNet",
    paper: "Zeiler, Fergus (2013): Visualizing and understanding convolutional networks. ECCV 2014",
    year: 2013,
    input: [3, 224, 224],
    classes: 1000,
    params: 62_357_608,
    macs: 1_168_032_896,
    accuracy: Some(Accuracy { top1: 61.6, top5: Some(83.5), by: "the paper, one network" }),
    preprocess: Some(alexnet::PHOTO),
    weights: &[],
    build,
}];

/// Figure 3 of the paper: channels, kernel, stride, padding, and whether a pool and a norm follow.
const ROWS: [(usize, usize, usize, usize, bool); 5] =
    [(96, 7, 2, 1, true), (256, 5, 2, 0, true), (384, 3, 1, 1, false), (384, 3, 1, 1, false), (256, 3, 1, 1, false)];

fn build(scope: &Scope, options: &Options) -> Result<Seq> {
    let pool = Window::square(3).stride(2);
    let (mut network, mut inputs) = (Seq::new(scope), options.input[0]);
    for (n, (outputs, kernel, stride, padding, normed)) in (1..).zip(ROWS) {
        let window = Window::square(kernel).stride(stride).padding(padding);
        network = network
            .then(&format!("conv{n}"), |s| Conv2d::new(s, inputs, outputs, window))?
            .add(&format!("relu{n}"), Activation(UnaryFn::Relu));
        if normed {
            // Padding 1 gives the 55 × 55 and 13 × 13 of the figure.
            let pool = Pool::Max(pool.padding(1));
            network = network.add(&format!("pool{n}"), pool).add(&format!("norm{n}"), LocalResponseNorm(alexnet::NORM));
        }
        inputs = outputs;
    }
    alexnet::classifier(network.add("pool5", Pool::Max(pool)), options.classes)
}
