//! DenseNet: every layer reads everything that came before it in its block, and adds a few channels.
use super::{
    ModelSpec, Options,
    spec::{Family, on_cifar10, torchvision},
};
use crate::nn::{Activation, BatchNorm2d, Conv2d, DenseConcat, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

const FAMILY: Family =
    Family { paper: "Huang, Liu, van der Maaten, Weinberger (2016): Densely connected convolutional networks. CVPR 2017", year: 2016 };

/// Table 1 of the paper: growth rate k and layers of each block. Reference: torchvision.models.densenet121 and its kin. DenseNet-BC-L for CIFAR-10 has three blocks
/// of (L − 4) / 6 layers, and the errors of table 2.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("densenet121", "DenseNet-121", (7_978_856, 2_834_161_664), torchvision(74.434, 91.972), &["densenet121-a639ec97.pth"], |s, o| build(s, o, 32, &[6, 12, 24, 16])),
    FAMILY.member("densenet169", "DenseNet-169", (14_149_480, 3_359_843_328), torchvision(75.600, 92.806), &["densenet169-b2777c0a.pth"], |s, o| build(s, o, 32, &[6, 12, 32, 32])),
    FAMILY.member("densenet201", "DenseNet-201", (20_013_928, 4_291_365_888), torchvision(76.896, 93.370), &["densenet201-c1103571.pth"], |s, o| build(s, o, 32, &[6, 12, 48, 32])),
    FAMILY.member("densenet161", "DenseNet-161", (28_681_000, 7_727_907_072), torchvision(77.138, 93.560), &["densenet161-8d451a50.pth"], |s, o| build(s, o, 48, &[6, 12, 36, 24])),
    FAMILY.of_cifar10("densenet_bc_100_12", "DenseNet-BC-100, k = 12, for CIFAR-10", (769_162, 287_929_692), on_cifar10(95.49), |s, o| build(s, o, 12, &[16; 3])),
    FAMILY.of_cifar10("densenet_bc_250_24", "DenseNet-BC-250, k = 24, for CIFAR-10", (15_324_406, 5_418_785_724), on_cifar10(96.38), |s, o| build(s, o, 24, &[41; 3])),
    FAMILY.of_cifar10("densenet_bc_190_40", "DenseNet-BC-190, k = 40, for CIFAR-10", (25_624_430, 9_301_945_740), on_cifar10(96.54), |s, o| build(s, o, 40, &[31; 3])),
];

/// The channels of a layer's bottleneck over the channels that it adds.
const BOTTLENECK: usize = 4;

/// With four blocks for photos, with three for CIFAR-10's pictures, whose stem is one 3×3.
fn build(scope: &Scope, options: &Options, growth: usize, layers: &[usize]) -> Result<Seq> {
    // The stem for k = 32 has 64 channels, and the one for k = 48 has 96.
    let mut channels = 2 * growth;
    let stem = |s: &Scope, window| Seq::new(s).then("conv0", |s| Conv2d::without_bias(s, options.input[0], 2 * growth, window, 1));
    let network = Seq::new(scope).then("features", |s| {
        let mut features = match layers.len() {
            3 => stem(s, Window::square(3).padding(1))?,
            _ => stem(s, Window::square(7).stride(2).padding(3))?
                .then("norm0", |s| BatchNorm2d::new(s, channels))?
                .add("relu0", Activation(UnaryFn::Relu))
                .add("pool0", Pool::Max(Window::square(3).stride(2).padding(1))),
        };
        for (i, &count) in layers.iter().enumerate() {
            let n = i + 1;
            features = features.then(&format!("denseblock{n}"), |s| {
                let mut block = Seq::new(s);
                for j in 1..=count {
                    block = block.then(&format!("denselayer{j}"), |s| layer(s, channels, growth))?;
                    channels += growth;
                }
                Ok(block)
            })?;
            if n < layers.len() {
                features = features.then(&format!("transition{n}"), |s| transition(s, channels))?;
                channels /= 2;
            }
        }
        features.then("norm5", |s| BatchNorm2d::new(s, channels))
    })?;
    network
        .add("relu", Activation(UnaryFn::Relu))
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then("classifier", |s| Linear::new(s, channels, options.classes))
}

/// Batch norm, ReLU, 1×1; batch norm, ReLU, 3×3. The result is appended to the input.
fn layer(scope: &Scope, inputs: usize, growth: usize) -> Result<DenseConcat> {
    let wide = BOTTLENECK * growth;
    Ok(DenseConcat(
        Seq::new(scope)
            .then("norm1", |s| BatchNorm2d::new(s, inputs))?
            .add("relu1", Activation(UnaryFn::Relu))
            .then("conv1", |s| Conv2d::without_bias(s, inputs, wide, Window::square(1), 1))?
            .then("norm2", |s| BatchNorm2d::new(s, wide))?
            .add("relu2", Activation(UnaryFn::Relu))
            .then("conv2", |s| Conv2d::without_bias(s, wide, growth, Window::square(3).padding(1), 1))?,
    ))
}

/// Halves the channels, the height and the width.
fn transition(scope: &Scope, inputs: usize) -> Result<Seq> {
    Ok(Seq::new(scope)
        .then("norm", |s| BatchNorm2d::new(s, inputs))?
        .add("relu", Activation(UnaryFn::Relu))
        .then("conv", |s| Conv2d::without_bias(s, inputs, inputs / 2, Window::square(1), 1))?
        .add("pool", Pool::Average(Window::square(2).stride(2))))
}
