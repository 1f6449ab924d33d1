//! RegNet: networks whose widths follow a rule of five numbers, found by comparing whole populations of networks.
use super::{
    ModelSpec, Options,
    channels::multiple,
    spec::{Family, torchvision},
};
use crate::nn::{ConvNormActivation, Flatten, Linear, Pool, Residual, Scope, Seq, SqueezeExcite};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

const FAMILY: Family =
    Family { paper: "Radosavovic, Kosaraju, Girshick, He, Dollár (2020): Designing network design spaces. CVPR 2020", year: 2020 };

/// Depth d, w₀, w_a, w_m and group width g of the paper's appendix. Y has squeeze-and-excitation. Reference: torchvision.models.regnet_x_400mf and its kin.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("regnet_x_400mf", "RegNetX-400MF", (5_495_976, 413_812_608), torchvision(72.834, 90.950), &["regnet_x_400mf-adf1edd5.pth"], |s, o| build(s, o, X, (22, 24.0, 24.48, 2.54, 16))),
    FAMILY.member("regnet_x_800mf", "RegNetX-800MF", (7_259_656, 799_699_712), torchvision(75.212, 92.348), &["regnet_x_800mf-ad17e45c.pth"], |s, o| build(s, o, X, (16, 56.0, 35.73, 2.28, 16))),
    FAMILY.member("regnet_x_1_6gf", "RegNetX-1.6GF", (9_190_136, 1_602_849_792), torchvision(77.040, 93.440), &["regnet_x_1_6gf-e3633e7f.pth"], |s, o| build(s, o, X, (18, 80.0, 34.01, 2.25, 24))),
    FAMILY.member("regnet_x_3_2gf", "RegNetX-3.2GF", (15_296_552, 3_176_621_952), torchvision(78.364, 93.992), &["regnet_x_3_2gf-f342aeae.pth"], |s, o| build(s, o, X, (25, 88.0, 26.31, 2.25, 48))),
    FAMILY.member("regnet_y_400mf", "RegNetY-400MF", (4_344_144, 401_842_848), torchvision(74.046, 91.716), &["regnet_y_400mf-c65dace8.pth"], |s, o| build(s, o, Y, (16, 48.0, 27.89, 2.09, 8))),
    FAMILY.member("regnet_y_800mf", "RegNetY-800MF", (6_432_512, 833_856_256), torchvision(76.420, 93.136), &["regnet_y_800mf-1b27b58c.pth"], |s, o| build(s, o, Y, (14, 56.0, 38.84, 2.4, 16))),
    FAMILY.member("regnet_y_1_6gf", "RegNetY-1.6GF", (11_202_430, 1_612_076_160), torchvision(77.950, 93.966), &["regnet_y_1_6gf-b11a554e.pth"], |s, o| build(s, o, Y, (27, 48.0, 20.71, 2.65, 24))),
    FAMILY.member("regnet_y_3_2gf", "RegNetY-3.2GF", (19_436_338, 3_176_482_752), torchvision(78.948, 94.576), &["regnet_y_3_2gf-b5a9779c.pth"], |s, o| build(s, o, Y, (21, 80.0, 42.63, 2.66, 24))),
];

/// d, w₀, w_a, w_m, g.
type Rule = (usize, f64, f64, f64, usize);

/// Whether there is squeeze-and-excitation.
const X: bool = false;
const Y: bool = true;

/// The channels of the stem, and what they are multiples of.
const STEM: usize = 32;
const QUANTUM: f64 = 8.0;

/// The stages of a rule: channels, blocks, and channels of each group. Block j has the width w₀ + w_a·j, rounded to w₀ times a power of w_m,
/// then to a multiple of 8; blocks of one width are a stage. At last the width becomes a multiple of the group's.
fn stages((depth, first, slope, step, group): Rule) -> Vec<(usize, usize, usize)> {
    let mut stages: Vec<(usize, usize)> = vec![];
    for block in 0..depth {
        let power = ((first + slope * block as f64) / first).log(step).round_ties_even();
        let width = ((first * step.powf(power) / QUANTUM).round_ties_even() * QUANTUM) as usize;
        match stages.last_mut().filter(|(of, _)| *of == width) {
            Some((_, blocks)) => *blocks += 1,
            None => stages.push((width, 1)),
        }
    }
    let fitted = |(width, blocks): (usize, usize)| {
        let group = group.min(width);
        (multiple(width as f32, group), blocks, group)
    };
    stages.into_iter().map(fitted).collect()
}

const RELU: ConvNormActivation = ConvNormActivation::new(UnaryFn::Relu);

fn build(scope: &Scope, options: &Options, weighed: bool, rule: Rule) -> Result<Seq> {
    let mut inputs = STEM;
    let halving = Window::square(3).stride(2).padding(1);
    let trunk = |s: &Scope| {
        (1..).zip(stages(rule)).try_fold(Seq::new(s), |trunk, (stage, (channels, blocks, group))| {
            trunk.then(&format!("block{stage}"), |s| {
                (0..blocks).try_fold(Seq::new(s), |seq, at| {
                    let shape = Shape { channels: [inputs, channels], stride: if at == 0 { 2 } else { 1 }, group, weighed };
                    inputs = channels;
                    seq.then(&format!("block{stage}-{at}"), |s| block(s, shape))
                })
            })
        })
    };
    Seq::new(scope)
        .then("stem", |s| RELU.numbered(s, [options.input[0], STEM], halving, 1))?
        .then("trunk_output", trunk)?
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .then("fc", |s| Linear::new(s, inputs, options.classes))
}

/// One block: input and output channels, its stride, the channels of each group, and whether it has squeeze-and-excitation.
#[derive(Clone, Copy)]
struct Shape {
    channels: [usize; 2],
    stride: usize,
    group: usize,
    weighed: bool,
}

/// 1×1, 3×3 in groups, squeeze-and-excitation to a quarter of the block's inputs, 1×1; then the sum and a ReLU. The bottleneck is as wide as the
/// block: the paper found that a narrower one does not pay.
fn block(scope: &Scope, Shape { channels: [inputs, outputs], stride, group, weighed }: Shape) -> Result<Residual> {
    let (one, three) = (Window::square(1), Window::square(3).stride(stride).padding(1));
    let branch = Seq::new(scope).then("f", |s| {
        let mut branch = Seq::new(s)
            .then("a", |s| RELU.numbered(s, [inputs, outputs], one, 1))?
            .then("b", |s| RELU.numbered(s, [outputs, outputs], three, outputs / group))?;
        if weighed {
            branch = branch.then("se", |s| SqueezeExcite::new(s, outputs, inputs / 4, UnaryFn::Relu, UnaryFn::Sigmoid))?;
        }
        branch.then("c", |s| RELU.linear().numbered(s, [outputs, outputs], one, 1))
    })?;
    let residual = Residual::new(branch).activation(UnaryFn::Relu);
    if inputs == outputs && stride == 1 {
        return Ok(residual);
    }
    let projection = |s: &Scope| RELU.linear().numbered(s, [inputs, outputs], one.stride(stride), 1);
    Ok(residual.shortcut(Seq::new(scope).then("proj", projection)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_rule_gives_the_papers_stages() {
        assert_eq!(super::stages((22, 24.0, 24.48, 2.54, 16)), [(32, 1, 16), (64, 2, 16), (160, 7, 16), (400, 12, 16)]);
        assert_eq!(super::stages((27, 48.0, 20.71, 2.65, 24)), [(48, 2, 24), (120, 6, 24), (336, 17, 24), (888, 2, 24)]);
    }
}
