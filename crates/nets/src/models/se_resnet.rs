//! SE-ResNet: ResNet in which every block weighs its channels by what the whole image shows.
use super::{
    Accuracy, ModelSpec, Options,
    channels::divisible,
    resnet::{Block, Shortcut, stages},
    spec::Family,
};
use crate::nn::{Activation, BatchNorm2d, Conv2d, Dropout, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

const FAMILY: Family = Family { paper: "Hu, Shen, Sun (2017): Squeeze-and-excitation networks. CVPR 2018", year: 2017 };

/// Table 1 of the paper. Reference: timm.models.seresnet50 and its kin; those named `legacy_` come from the authors' Caffe, where a bottleneck has its stride
/// in its first 1×1.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    bicubic(FAMILY.member("seresnet18", "SE-ResNet-18", (11_779_624, 1_814_161_408), None, &[], |s, o| build(s, o, [2, 2, 2, 2], BASIC))),
    bicubic(FAMILY.member("seresnet34", "SE-ResNet-34", (21_960_416, 3_663_920_128), None, &[], |s, o| build(s, o, [3, 4, 6, 3], BASIC))),
    bicubic(FAMILY.member("seresnet50", "SE-ResNet-50", (28_088_024, 4_091_699_200), timm(80.26, 95.07), &["seresnet50_ra_224-8efdb4bb.pth"],
        |s, o| build(s, o, [3, 4, 6, 3], BOTTLENECK))),
    bicubic(FAMILY.member("seresnet101", "SE-ResNet-101", (49_326_872, 7_806_148_608), None, &[], |s, o| build(s, o, [3, 4, 23, 3], BOTTLENECK))),
    bicubic(FAMILY.member("legacy_seresnet18", "SE-ResNet-18, as in Caffe", (11_778_592, 1_814_160_384), timm(71.74, 90.34), &["seresnet18-4bb0ce65.pth"],
        |s, o| legacy(s, o, [2, 2, 2, 2], LEGACY_BASIC))),
    FAMILY.member("legacy_seresnet34", "SE-ResNet-34, as in Caffe", (21_958_868, 3_663_918_592), timm(74.79, 92.13), &["seresnet34-a4004e63.pth"],
        |s, o| legacy(s, o, [3, 4, 6, 3], LEGACY_BASIC)),
    FAMILY.member("legacy_seresnet50", "SE-ResNet-50, as in Caffe", (28_088_024, 3_860_488_192), timm(77.64, 93.74), &["se_resnet50-ce0d4300.pth"],
        |s, o| legacy(s, o, [3, 4, 6, 3], LEGACY_BOTTLENECK)),
];

const fn timm(top1: f32, top5: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: Some(top5), by: "timm" })
}

const fn bicubic(spec: ModelSpec) -> ModelSpec {
    ModelSpec { preprocess: Some(Preprocess::imagenet(256, 224, Resampling::Bicubic)), ..spec }
}

/// The channels over those of the squeeze: r in the paper.
const REDUCTION: usize = 16;

const BASIC: Block = squeezed(Block::basic(Shortcut::Projection));
const BOTTLENECK: Block = squeezed(Block::bottleneck(1, 64));
const LEGACY_BASIC: Block = legacy_squeezed(Block::basic(Shortcut::Projection));
const LEGACY_BOTTLENECK: Block = legacy_squeezed(Block::bottleneck(1, 64).with(Some(Shortcut::Projection), true));

/// timm rounds the squeezed channels to a multiple of 8.
const fn squeezed(block: Block) -> Block {
    block.squeezed("se", |channels| divisible(channels as f32 / REDUCTION as f32))
}

const fn legacy_squeezed(block: Block) -> Block {
    block.squeezed("se_module", |channels| channels / REDUCTION)
}

/// Appends the stem's first layers.
fn stem(seq: Seq, options: &Options, relu: &str) -> Result<Seq> {
    let window = Window::square(7).stride(2).padding(3);
    Ok(seq
        .then("conv1", |s| Conv2d::without_bias(s, options.input[0], 64, window, 1))?
        .then("bn1", |s| BatchNorm2d::new(s, 64))?
        .add(relu, Activation(UnaryFn::Relu)))
}

fn body(stem: Seq, blocks: [usize; 4], block: Block) -> Result<Seq> {
    let rows = [(64, blocks[0], 1), (128, blocks[1], 2), (256, blocks[2], 2), (512, blocks[3], 2)];
    stages(stem, &rows, block)?.then("global_pool", |s| Ok(Seq::new(s).add("pool", Pool::Global).add("flatten", Flatten)))
}

fn build(scope: &Scope, options: &Options, blocks: [usize; 4], block: Block) -> Result<Seq> {
    let stem = stem(Seq::new(scope), options, "act1")?.add("maxpool", Pool::Max(Window::square(3).stride(2).padding(1)));
    body(stem, blocks, block)?.then("fc", |s| Linear::new(s, 512 * block.expansion(), options.classes))
}

fn legacy(scope: &Scope, options: &Options, blocks: [usize; 4], block: Block) -> Result<Seq> {
    let stem = Seq::new(scope)
        .then("layer0", |s| stem(Seq::new(s), options, "relu1"))?
        .add("pool0", Pool::MaxRoundingUp(Window::square(3).stride(2)));
    body(stem, blocks, block)?
        .add("dropout", Dropout(0.2))
        .then("last_linear", |s| Linear::new(s, 512 * block.expansion(), options.classes))
}
