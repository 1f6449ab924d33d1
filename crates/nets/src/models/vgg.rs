//! VGG: a deep stack of 3×3 convolutions only.
use super::{
    ModelSpec, Options,
    spec::{Family, torchvision},
};
use crate::nn::{Activation, BatchNorm2d, Conv2d, Dropout, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

const FAMILY: Family = Family {
    paper: "Simonyan, Zisserman (2014): Very deep convolutional networks for large-scale image recognition. ICLR 2015",
    year: 2014,
};

/// Reference: torchvision.models.vgg11 and its kin. Batch norm is torchvision's addition.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("vgg11", "VGG-11", (132_863_336, 7_609_090_048), torchvision(69.020, 88.628), &["vgg11-8a719046.pth"], |s, o| build(s, o, A, false)),
    FAMILY.member("vgg13", "VGG-13", (133_047_848, 11_308_466_176), torchvision(69.928, 89.246), &["vgg13-19584684.pth"], |s, o| build(s, o, B, false)),
    FAMILY.member("vgg16", "VGG-16", (138_357_544, 15_470_264_320), torchvision(71.592, 90.382), &["vgg16-397923af.pth"], |s, o| build(s, o, D, false)),
    FAMILY.member("vgg19", "VGG-19", (143_667_240, 19_632_062_464), torchvision(72.376, 90.876), &["vgg19-dcbb9e9d.pth"], |s, o| build(s, o, E, false)),
    FAMILY.member("vgg11_bn", "VGG-11 with batch norm", (132_868_840, 7_609_090_048), torchvision(70.370, 89.810), &["vgg11_bn-6002323d.pth"], |s, o| build(s, o, A, true)),
    FAMILY.member("vgg13_bn", "VGG-13 with batch norm", (133_053_736, 11_308_466_176), torchvision(71.586, 90.374), &["vgg13_bn-abd245e5.pth"], |s, o| build(s, o, B, true)),
    FAMILY.member("vgg16_bn", "VGG-16 with batch norm", (138_365_992, 15_470_264_320), torchvision(73.360, 91.516), &["vgg16_bn-6c64b313.pth"], |s, o| build(s, o, D, true)),
    FAMILY.member("vgg19_bn", "VGG-19 with batch norm", (143_678_248, 19_632_062_464), torchvision(74.218, 91.842), &["vgg19_bn-c79401a0.pth"], |s, o| build(s, o, E, true)),
];

/// The columns of table 1: the number of convolutions with 64, 128, 256, 512 and 512 channels before each pool.
const A: [usize; 5] = [1, 1, 2, 2, 2];
const B: [usize; 5] = [2, 2, 2, 2, 2];
const D: [usize; 5] = [2, 2, 3, 3, 3];
const E: [usize; 5] = [2, 2, 4, 4, 4];
const CHANNELS: [usize; 5] = [64, 128, 256, 512, 512];

fn build(scope: &Scope, options: &Options, column: [usize; 5], norm: bool) -> Result<Seq> {
    Seq::new(scope)
        .then("features", |s| {
            let (mut features, mut inputs) = (Seq::new(s), options.input[0]);
            for (outputs, convolutions) in CHANNELS.into_iter().zip(column) {
                for _ in 0..convolutions {
                    features = features.push(|s| Conv2d::new(s, inputs, outputs, Window::square(3).padding(1)))?;
                    if norm {
                        features = features.push(|s| BatchNorm2d::new(s, outputs))?;
                    }
                    features = features.push(|_| Ok(Activation(UnaryFn::Relu)))?;
                    inputs = outputs;
                }
                features = features.push(|_| Ok(Pool::Max(Window::square(2).stride(2))))?;
            }
            Ok(features)
        })?
        .add("avgpool", Pool::Adaptive([7, 7]))
        .add("flatten", Flatten)
        .then("classifier", |s| {
            Seq::new(s)
                .push(|s| Linear::new(s, 512 * 7 * 7, 4096))?
                .push(|_| Ok(Activation(UnaryFn::Relu)))?
                .push(|_| Ok(Dropout(0.5)))?
                .push(|s| Linear::new(s, 4096, 4096))?
                .push(|_| Ok(Activation(UnaryFn::Relu)))?
                .push(|_| Ok(Dropout(0.5)))?
                .push(|s| Linear::new(s, 4096, options.classes))
        })
}
