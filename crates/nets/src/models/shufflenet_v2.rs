//! ShuffleNetV2: half of the channels pass each unit by, and a shuffle mixes the halves. It counts what memory costs, not only multiply-adds.
use super::{
    ModelSpec, Options,
    spec::{Family, torchvision},
};
use crate::nn::{Branches, ChannelShuffle, ConvNormActivation, Flatten, Linear, Pool, Scope, Seq, Split, conv_norm};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

const FAMILY: Family = Family {
    paper: "Ma, Zhang, Zheng, Sun (2018): ShuffleNet V2: practical guidelines for efficient CNN architecture design. ECCV 2018",
    year: 2018,
};

/// Table 5 of the paper: the channels of stages 2 to 4 and of conv5. Reference: torchvision.models.shufflenet_v2_x1_0 and its kin.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("shufflenet_v2_x0_5", "ShuffleNetV2, half as wide", (1_366_792, 40_476_448), torchvision(60.552, 81.746), &["shufflenetv2_x0.5-f707e7126e.pth"],
        |s, o| build(s, o, [48, 96, 192, 1024])),
    FAMILY.member("shufflenet_v2_x1_0", "ShuffleNetV2", (2_278_604, 144_907_992), torchvision(69.362, 88.316), &["shufflenetv2_x1-5666bf0f80.pth"],
        |s, o| build(s, o, [116, 232, 464, 1024])),
    newer(FAMILY.member("shufflenet_v2_x1_5", "ShuffleNetV2, 1.5 times as wide", (3_503_624, 295_759_392), torchvision(72.996, 91.086), &["shufflenetv2_x1_5-3c479a10.pth"],
        |s, o| build(s, o, [176, 352, 704, 1024]))),
    newer(FAMILY.member("shufflenet_v2_x2_0", "ShuffleNetV2, twice as wide", (7_393_996, 583_253_464), torchvision(76.230, 93.006), &["shufflenetv2_x2_0-8be3c8ee.pth"],
        |s, o| build(s, o, [244, 488, 976, 2048]))),
];

/// A network whose only weights were trained by torchvision's newer recipe.
const fn newer(spec: ModelSpec) -> ModelSpec {
    ModelSpec { preprocess: Some(Preprocess::imagenet(232, 224, Resampling::Bilinear)), ..spec }
}

/// The channels of the first convolution, and the units of stages 2 to 4.
const STEM: usize = 24;
const UNITS: [usize; 3] = [4, 8, 4];

/// A depthwise convolution has no activation after it.
const RELU: ConvNormActivation = ConvNormActivation::new(UnaryFn::Relu);

fn build(scope: &Scope, options: &Options, channels: [usize; 4]) -> Result<Seq> {
    let three = Window::square(3).stride(2).padding(1);
    let mut network = Seq::new(scope)
        .then("conv1", |s| conv_norm(s, [options.input[0], STEM], three, 1, UnaryFn::Relu))?
        .add("maxpool", Pool::Max(three));
    let mut inputs = STEM;
    for ((stage, units), outputs) in (2..).zip(UNITS).zip(channels) {
        network = network.then(&format!("stage{stage}"), |s| {
            let first = Seq::new(s).push(|s| halving(s, inputs, outputs))?;
            (1..units).try_fold(first, |stage, _| stage.push(|s| unit(s, outputs)))
        })?;
        inputs = outputs;
    }
    let last = channels[3];
    network
        .then("conv5", |s| conv_norm(s, [inputs, last], Window::square(1), 1, UnaryFn::Relu))?
        .add("mean", Pool::Global)
        .add("flatten", Flatten)
        .then("fc", |s| Linear::new(s, last, options.classes))
}

/// Figure 3c of the paper: half of the channels through the branch, the others unchanged.
fn unit(scope: &Scope, channels: usize) -> Result<Seq> {
    let half = channels / 2;
    let branch = Seq::new(scope).then("branch2", |s| branch(s, [half, half], 1))?;
    Ok(Seq::new(scope).add("split", Split(branch)).add("shuffle", ChannelShuffle(2)))
}

/// Figure 3d of the paper: both branches read all channels, and halve height and width.
fn halving(scope: &Scope, inputs: usize, outputs: usize) -> Result<Seq> {
    let half = outputs / 2;
    let first = Seq::new(scope).then("branch1", |s| {
        let depthwise = RELU.linear().append(Seq::new(s), ["0", "1", ""], [inputs, inputs], depthwise(2), inputs)?;
        RELU.append(depthwise, ["2", "3", "4"], [inputs, half], Window::square(1), 1)
    })?;
    let second = Seq::new(scope).then("branch2", |s| branch(s, [inputs, half], 2))?;
    Ok(Seq::new(scope).add("concat", Branches(vec![first, second])).add("shuffle", ChannelShuffle(2)))
}

/// 1×1, depthwise 3×3, 1×1.
fn branch(scope: &Scope, [inputs, outputs]: [usize; 2], stride: usize) -> Result<Seq> {
    let one = Window::square(1);
    let first = RELU.append(Seq::new(scope), ["0", "1", "2"], [inputs, outputs], one, 1)?;
    let depthwise = RELU.linear().append(first, ["3", "4", ""], [outputs, outputs], depthwise(stride), outputs)?;
    RELU.append(depthwise, ["5", "6", "7"], [outputs, outputs], one, 1)
}

fn depthwise(stride: usize) -> Window {
    Window::square(3).stride(stride).padding(1)
}
