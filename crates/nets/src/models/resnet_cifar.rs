//! ResNet for CIFAR-10's pictures of 32 × 32, and its plain counterparts: section 4.2 of the paper.
use super::{
    Accuracy, ModelSpec, Options,
    resnet::{Block, FAMILY, Shortcut, stages},
    spec::on_cifar10,
};
use crate::nn::{Activation, BatchNorm2d, Conv2d, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

/// By the paper's n; the networks have 6n + 2 layers. The errors are those of table 6.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    ours("resnet_cifar20", "ResNet-20 for CIFAR-10", 3, on_cifar10(91.25), |s, o| build(s, o, 16, 3, OPTION_A, "fc")),
    ours("resnet_cifar32", "ResNet-32 for CIFAR-10", 5, on_cifar10(92.49), |s, o| build(s, o, 16, 5, OPTION_A, "fc")),
    ours("resnet_cifar44", "ResNet-44 for CIFAR-10", 7, on_cifar10(92.83), |s, o| build(s, o, 16, 7, OPTION_A, "fc")),
    ours("resnet_cifar56", "ResNet-56 for CIFAR-10", 9, on_cifar10(93.03), |s, o| build(s, o, 16, 9, OPTION_A, "fc")),
    ours("resnet_cifar110", "ResNet-110 for CIFAR-10", 18, on_cifar10(93.57), |s, o| build(s, o, 16, 18, OPTION_A, "fc")),
    ours("plain_cifar20", "Plain network for CIFAR-10, 20 layers", 3, None, |s, o| build(s, o, 16, 3, Block::PLAIN, "fc")),
    ours("plain_cifar32", "Plain network for CIFAR-10, 32 layers", 5, None, |s, o| build(s, o, 16, 5, Block::PLAIN, "fc")),
    ours("plain_cifar44", "Plain network for CIFAR-10, 44 layers", 7, None, |s, o| build(s, o, 16, 7, Block::PLAIN, "fc")),
    ours("plain_cifar56", "Plain network for CIFAR-10, 56 layers", 9, None, |s, o| build(s, o, 16, 9, Block::PLAIN, "fc")),
    ModelSpec {
        params: 272_474,
        macs: 40_813_184,
        ..ours("resnet_cifar20_b", "ResNet-20 for CIFAR-10, with projections", 3, None, |s, o| build(s, o, 16, 3, Block::basic(Shortcut::Projection), "fc"))
    },
    akamaster("cifar10_resnet20", "ResNet-20 for CIFAR-10, zeros around", 3, 91.73, &["resnet20-12fca82f.th"], |s, o| build(s, o, 16, 3, AROUND, "linear")),
    akamaster("cifar10_resnet32", "ResNet-32 for CIFAR-10, zeros around", 5, 92.63, &["resnet32-d509ac18.th"], |s, o| build(s, o, 16, 5, AROUND, "linear")),
    akamaster("cifar10_resnet44", "ResNet-44 for CIFAR-10, zeros around", 7, 93.10, &["resnet44-014dd654.th"], |s, o| build(s, o, 16, 7, AROUND, "linear")),
    akamaster("cifar10_resnet56", "ResNet-56 for CIFAR-10, zeros around", 9, 93.39, &["resnet56-4bfd9763.th"], |s, o| build(s, o, 16, 9, AROUND, "linear")),
];

const OPTION_A: Block = Block::basic(Shortcut::ZerosAfter);
/// The shortcut adds new channels on both sides of the old ones.
const AROUND: Block = Block::basic(Shortcut::ZerosAround);

type Build = fn(&Scope, &Options) -> Result<Seq>;

const fn ours(name: &'static str, title: &'static str, n: usize, accuracy: Option<Accuracy>, build: Build) -> ModelSpec {
    // Two more convolutions in a stage have 2·9·c² weights and 4·c batch-norm parameters, for c = 16, 32 and 64.
    let (params, macs) = (269_722 + (n - 3) * 97_216, 40_551_040 + (n as u64 - 3) * 14_155_776);
    FAMILY.of_cifar10(name, title, (params, macs), accuracy, build)
}

/// Reference, with weights: akamaster's pytorch_resnet_cifar10.
const fn akamaster(
    name: &'static str,
    title: &'static str,
    n: usize,
    top1: f32,
    weights: &'static [&'static str],
    build: Build,
) -> ModelSpec {
    let accuracy = Some(Accuracy { top1, top5: None, by: "akamaster, on CIFAR-10's test pictures" });
    ModelSpec { weights, ..ours(name, title, n, accuracy, build) }
}

/// A stem, three stages of `n` blocks, of which the first has the stem's `channels` and the next ones twice as many as the one before, and a dense layer of the
/// name `head`.
pub(super) fn build(scope: &Scope, options: &Options, channels: usize, n: usize, block: Block, head: &str) -> Result<Seq> {
    let stem = Seq::new(scope)
        .then("conv1", |s| Conv2d::without_bias(s, options.input[0], channels, Window::square(3).padding(1), 1))?
        .then("bn1", |s| BatchNorm2d::new(s, channels))?
        .add("relu", Activation(UnaryFn::Relu));
    stages(stem, &[(channels, n, 1), (2 * channels, n, 2), (4 * channels, n, 2)], block)?
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then(head, |s| Linear::new(s, 4 * channels * block.expansion(), options.classes))
}
