//! MobileNetV3: MobileNetV2's blocks with squeeze-and-excitation, arranged by a search and finished by hand.
use super::{
    ModelSpec, Options,
    channels::divisible,
    spec::{Family, torchvision},
};
use crate::nn::{Activation, ConvNormActivation, Dropout, Flatten, Linear, Pool, Residual, Scope, Seq, SqueezeExcite};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

const FAMILY: Family = Family {
    paper: "Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le, Adam (2019): Searching for MobileNetV3. ICCV 2019",
    year: 2019,
};

/// Reference: torchvision.models.mobilenet_v3_large and mobilenet_v3_small.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("mobilenet_v3_large", "MobileNetV3, large", (5_483_032, 216_589_760), torchvision(74.042, 91.340), &["mobilenet_v3_large-8738ca79.pth"],
        |s, o| build(s, o, LARGE, 1280)),
    FAMILY.member("mobilenet_v3_small", "MobileNetV3, small", (2_542_856, 56_510_400), torchvision(67.668, 87.402), &["mobilenet_v3_small-047dcff4.pth"],
        |s, o| build(s, o, SMALL, 1024)),
];

/// Kernel, exp size, #out, SE, NL, s of tables 1 and 2.
type Row = (usize, usize, usize, bool, UnaryFn, usize);

const RE: UnaryFn = UnaryFn::Relu;
const HS: UnaryFn = UnaryFn::HardSwish;

const LARGE: &[Row] = &[
    (3, 16, 16, false, RE, 1),
    (3, 64, 24, false, RE, 2),
    (3, 72, 24, false, RE, 1),
    (5, 72, 40, true, RE, 2),
    (5, 120, 40, true, RE, 1),
    (5, 120, 40, true, RE, 1),
    (3, 240, 80, false, HS, 2),
    (3, 200, 80, false, HS, 1),
    (3, 184, 80, false, HS, 1),
    (3, 184, 80, false, HS, 1),
    (3, 480, 112, true, HS, 1),
    (3, 672, 112, true, HS, 1),
    (5, 672, 160, true, HS, 2),
    (5, 960, 160, true, HS, 1),
    (5, 960, 160, true, HS, 1),
];

const SMALL: &[Row] = &[
    (3, 16, 16, true, RE, 2),
    (3, 72, 24, false, RE, 2),
    (3, 88, 24, false, RE, 1),
    (5, 96, 40, true, HS, 2),
    (5, 240, 40, true, HS, 1),
    (5, 240, 40, true, HS, 1),
    (5, 120, 48, true, HS, 1),
    (5, 144, 48, true, HS, 1),
    (5, 288, 96, true, HS, 2),
    (5, 576, 96, true, HS, 1),
    (5, 576, 96, true, HS, 1),
];

const fn normed(activation: UnaryFn) -> ConvNormActivation {
    ConvNormActivation::new(activation).epsilon(1e-3).momentum(0.01)
}

fn build(scope: &Scope, options: &Options, rows: &[Row], hidden: usize) -> Result<Seq> {
    let wide = |channels: usize| divisible(channels as f32 * options.width);
    let mut inputs = wide(16);
    let features = Seq::new(scope).then("features", |s| {
        let stem = Window::square(3).stride(2).padding(1);
        let mut features = Seq::new(s).push(|s| normed(HS).numbered(s, [options.input[0], inputs], stem, 1))?;
        for &row in rows {
            let (_, expanded, channels, _, _, stride) = row;
            let outputs = wide(channels);
            let block = |s: &Scope| bottleneck(s, [inputs, wide(expanded), outputs], row);
            features = match stride == 1 && inputs == outputs {
                true => features.push(|s| Ok(Residual::new(block(s)?)))?,
                false => features.push(block)?,
            };
            inputs = outputs;
        }
        features.push(|s| normed(HS).numbered(s, [inputs, 6 * inputs], Window::square(1), 1))
    })?;
    features.add("avgpool", Pool::Global).add("flatten", Flatten).then("classifier", |s| {
        Seq::new(s)
            .push(|s| Linear::new(s, 6 * inputs, wide(hidden)))?
            .push(|_| Ok(Activation(HS)))?
            .push(|_| Ok(Dropout(0.2)))?
            .push(|s| Linear::new(s, wide(hidden), options.classes))
    })
}

/// Expansion, depthwise convolution, squeeze-and-excitation if SE says so, projection without an activation.
fn bottleneck(scope: &Scope, [inputs, expanded, outputs]: [usize; 3], (kernel, _, _, weighed, function, stride): Row) -> Result<Seq> {
    let window = Window::square(kernel).stride(stride).padding(kernel / 2);
    Seq::new(scope).then("block", |s| {
        let mut block = Seq::new(s);
        if expanded != inputs {
            block = block.push(|s| normed(function).numbered(s, [inputs, expanded], Window::square(1), 1))?;
        }
        block = block.push(|s| normed(function).numbered(s, [expanded, expanded], window, expanded))?;
        if weighed {
            let squeezed = divisible(expanded as f32 / 4.0);
            block = block.push(|s| SqueezeExcite::new(s, expanded, squeezed, UnaryFn::Relu, UnaryFn::HardSigmoid))?;
        }
        block.push(|s| normed(function).linear().numbered(s, [expanded, outputs], Window::square(1), 1))
    })
}
