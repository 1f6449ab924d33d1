//! Pre-activation ResNet: norm and activation come before each convolution, so that nothing stands between one sum and the next.
use super::{ModelSpec, Options, spec::Family};
use crate::nn::{Activation, BatchNorm2d, Conv2d, Dropout, Flatten, Linear, Pool, Residual, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

const FAMILY: Family = Family { paper: PAPER, year: 2016 };
const PAPER: &str = "He, Zhang, Ren, Sun (2016): Identity mappings in deep residual networks. ECCV 2016";

/// For CIFAR-10 by the paper's n, with 6n + 2 layers. For photos: reference timm.models.resnetv2_50 and its kin, whose bottlenecks have their stride in the 3×3.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    cifar10("preresnet_cifar20", "Pre-activation ResNet-20 for CIFAR-10", 3, |s, o| cifar(s, o, 3, 1.0)),
    cifar10("preresnet_cifar32", "Pre-activation ResNet-32 for CIFAR-10", 5, |s, o| cifar(s, o, 5, 1.0)),
    cifar10("preresnet_cifar44", "Pre-activation ResNet-44 for CIFAR-10", 7, |s, o| cifar(s, o, 7, 1.0)),
    cifar10("preresnet_cifar56", "Pre-activation ResNet-56 for CIFAR-10", 9, |s, o| cifar(s, o, 9, 1.0)),
    cifar10("preresnet_cifar110", "Pre-activation ResNet-110 for CIFAR-10", 18, |s, o| cifar(s, o, 18, 1.0)),
    photo("resnetv2_50", "Pre-activation ResNet-50", (25_549_352, 4_089_184_256), &["resnetv2_50_a1h-000cdf49.pth"], |s, o| build(s, o, [3, 4, 6, 3])),
    photo("resnetv2_101", "Pre-activation ResNet-101", (44_541_480, 7_801_405_440), &["resnetv2_101_a1h-5d01f016.pth"], |s, o| build(s, o, [3, 4, 23, 3])),
    photo("resnetv2_152", "Pre-activation ResNet-152", (60_185_128, 11_513_626_624), &[], |s, o| build(s, o, [3, 8, 36, 3])),
];

type Build = fn(&Scope, &Options) -> Result<Seq>;

const fn cifar10(name: &'static str, title: &'static str, n: usize, build: Build) -> ModelSpec {
    // Two more convolutions in a stage have 2·9·c² weights and 4·c batch-norm parameters, for c = 16, 32 and 64.
    let (params, macs) = (272_282 + (n - 3) * 97_216, 40_813_184 + (n as u64 - 3) * 14_155_776);
    FAMILY.of_cifar10(name, title, (params, macs), None, build)
}

const fn photo(name: &'static str, title: &'static str, counts: (usize, u64), weights: &'static [&'static str], build: Build) -> ModelSpec {
    ModelSpec {
        // 224 is 0.95 of 235.
        preprocess: Some(Preprocess::plus_minus_one(235, 224, Resampling::Bicubic)),
        ..FAMILY.member(name, title, counts, None, weights, build)
    }
}

/// How a block's layers are named.
#[derive(Clone, Copy)]
enum Names {
    /// `bn1`, `relu1`, `shortcut`.
    Cifar,
    /// `norm1` with the activation in it, `downsample.conv`.
    Timm,
}

/// A network of three stages of n blocks, the stages `widening` times as wide as 16, 32 and 64. Wide ResNet's factor k is the widening.
pub(super) fn cifar(scope: &Scope, options: &Options, n: usize, widening: f32) -> Result<Seq> {
    let mut inputs = 16;
    let mut network = Seq::new(scope).then("conv1", |s| conv(s, [options.input[0], inputs], Window::square(3).padding(1)))?;
    for (number, (channels, stride)) in (1..).zip([(16.0, 1), (32.0, 2), (64.0, 2)]) {
        let outputs = ((channels * widening).round() as usize).max(1);
        network = network.then(&format!("layer{number}"), |s| {
            let window = Window::square(3).padding(1);
            let mut stage = Seq::new(s);
            for stride in std::iter::once(stride).chain(vec![1; n - 1]) {
                let projects = (stride != 1 || inputs != outputs).then_some(stride);
                stage = stage.push(|s| block(s, inputs, &[(outputs, window.stride(stride)), (outputs, window)], projects, Names::Cifar))?;
                inputs = outputs;
            }
            Ok(stage)
        })?;
    }
    network
        .then("bn", |s| BatchNorm2d::new(s, inputs))?
        .add("relu", Activation(UnaryFn::Relu))
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then("fc", |s| Linear::new(s, inputs, options.classes))
}

/// A network of bottlenecks. Its last layer is a 1×1 convolution of the pooled image.
fn build(scope: &Scope, options: &Options, blocks: [usize; 4]) -> Result<Seq> {
    let mut inputs = 64;
    let stem = |s: &Scope| {
        let window = Window::square(7).stride(2).padding(3);
        let stem = Seq::new(s).then("conv", |s| conv(s, [options.input[0], inputs], window))?;
        Ok(stem.add("pool", Pool::Max(Window::square(3).stride(2).padding(1))))
    };
    let network = Seq::new(scope).then("stem", stem)?.then("stages", |s| {
        let mut stages = Seq::new(s);
        for ((channels, stride), blocks) in [(64, 1), (128, 2), (256, 2), (512, 2)].into_iter().zip(blocks) {
            let stage = |s: &Scope| {
                let (one, three) = (Window::square(1), Window::square(3).padding(1));
                let mut stage = Seq::new(s);
                for j in 0..blocks {
                    let stride = if j == 0 { stride } else { 1 };
                    let convolutions = [(channels, one), (channels, three.stride(stride)), (4 * channels, one)];
                    stage = stage.push(|s| block(s, inputs, &convolutions, (j == 0).then_some(stride), Names::Timm))?;
                    inputs = 4 * channels;
                }
                Ok(stage)
            };
            stages = stages.push(|s| Seq::new(s).then("blocks", stage))?;
        }
        Ok(stages)
    })?;
    network.then("norm", |s| norm_activation(s, inputs))?.then("head", |s| {
        Ok(Seq::new(s)
            .add("global_pool", Pool::Global)
            .add("drop", Dropout(0.0))
            .then("fc", |s| Conv2d::new(s, inputs, options.classes, Window::square(1)))?
            .add("flatten", Flatten))
    })
}

/// Norm, activation and convolution, as often as there are convolutions (channels, window); then the sum. If the block projects, with this stride, its shortcut is a 1×1
/// convolution of what the first activation gives.
fn block(scope: &Scope, inputs: usize, convolutions: &[(usize, Window)], projects: Option<usize>, names: Names) -> Result<Seq> {
    let (mut branch, mut channels) = (Seq::new(scope), inputs);
    for (n, &(outputs, window)) in (1..).zip(convolutions) {
        if n > 1 || projects.is_none() {
            branch = activated(branch, n, channels, names)?;
        }
        branch = branch.then(&format!("conv{n}"), |s| conv(s, [channels, outputs], window))?;
        channels = outputs;
    }
    let Some(stride) = projects else { return Ok(Seq::new(scope).add("sum", Residual::new(branch))) };
    let name = match names {
        Names::Cifar => "shortcut",
        Names::Timm => "downsample.conv",
    };
    let shortcut = Seq::new(scope).then(name, |s| conv(s, [inputs, channels], Window::square(1).stride(stride)))?;
    Ok(activated(Seq::new(scope), 1, inputs, names)?.add("sum", Residual::new(branch).shortcut(shortcut)))
}

/// Appends the n-th norm of a block and its activation.
fn activated(seq: Seq, n: usize, channels: usize, names: Names) -> Result<Seq> {
    match names {
        Names::Cifar => {
            Ok(seq.then(&format!("bn{n}"), |s| BatchNorm2d::new(s, channels))?.add(&format!("relu{n}"), Activation(UnaryFn::Relu)))
        }
        Names::Timm => seq.then(&format!("norm{n}"), |s| norm_activation(s, channels)),
    }
}

/// A norm that contains its activation. Reference: timm.layers.BatchNormAct2d.
fn norm_activation(scope: &Scope, channels: usize) -> Result<Seq> {
    let norm = BatchNorm2d::new(scope, channels)?;
    Ok(Seq::new(scope).add("norm", norm).add("drop", Dropout(0.0)).add("act", Activation(UnaryFn::Relu)))
}

fn conv(scope: &Scope, [inputs, outputs]: [usize; 2], window: Window) -> Result<Conv2d> {
    Conv2d::without_bias(scope, inputs, outputs, window, 1)
}
