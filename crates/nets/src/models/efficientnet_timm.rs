//! EfficientNet-Lite for mobile devices, without squeeze-and-excitation and with ReLU6; and EfficientNet as TensorFlow computes it. Names are timm's.
use super::{
    Accuracy, ModelSpec, Options,
    channels::divisible,
    efficientnet::{DEEPEST, PAPER, ROWS, deeper},
    spec::timm,
};
use crate::nn::{ConvNormActivation, Flatten, Linear, Pool, Residual, Scope, Seq, SqueezeExcite, StochasticDepth};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// By width and depth. Those named `tf_` have TensorFlow's padding and ε, so that weights trained there fit. Reference:
/// timm.models.efficientnet_lite0 and its kin.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    ModelSpec {
        weights: &["efficientnet_lite0_ra-37913777.pth"],
        accuracy: timm(75.480, 92.522),
        ..lite("efficientnet_lite0", "EfficientNet-Lite0, symmetric padding", 224, 4_652_008, 385_187_552, |s, o| build(s, o, LITE, [1.0, 1.0]))
    },
    lite("efficientnet_lite1", "EfficientNet-Lite1, symmetric padding", 240, 5_416_680, 600_185_232, |s, o| build(s, o, LITE, [1.0, 1.1])),
    lite("efficientnet_lite2", "EfficientNet-Lite2, symmetric padding", 260, 6_092_072, 859_736_272, |s, o| build(s, o, LITE, [1.1, 1.2])),
    ModelSpec {
        weights: &["efficientnet-lite0-57934424.pth", "tf_efficientnet_lite0-0aa007d2.pth"],
        ..tensorflow(75.1, lite("tf_efficientnet_lite0", "EfficientNet-Lite0", 224, 4_652_008, 385_187_552, |s, o| build(s, o, TF_LITE, [1.0, 1.0])))
    },
    ModelSpec {
        weights: &["tf_efficientnet_lite1-bde8b488.pth"],
        ..tensorflow(76.7, lite("tf_efficientnet_lite1", "EfficientNet-Lite1", 240, 5_416_680, 600_185_232, |s, o| build(s, o, TF_LITE, [1.0, 1.1])))
    },
    ModelSpec {
        weights: &["tf_efficientnet_lite2-dcccb7df.pth"],
        ..tensorflow(77.6, lite("tf_efficientnet_lite2", "EfficientNet-Lite2", 260, 6_092_072, 859_736_272, |s, o| build(s, o, TF_LITE, [1.1, 1.2])))
    },
    ModelSpec {
        weights: &["tf_efficientnet_b0-0af12548.pth"],
        accuracy: timm(76.532, 93.008),
        ..lite("tf_efficientnet_b0", "EfficientNet-B0, as in TensorFlow", 224, 5_288_548, 385_814_752, |s, o| build(s, o, TF_B, [1.0, 1.0]))
    },
];

/// A network whose weights were trained in TensorFlow, on values from −1 to 1.
const fn tensorflow(top1: f32, lite: ModelSpec) -> ModelSpec {
    let side = lite.input[1];
    ModelSpec {
        accuracy: Some(Accuracy { top1, top5: None, by: "TensorFlow's authors" }),
        preprocess: Some(Preprocess::plus_minus_one(side + 32, side, Resampling::Bicubic)),
        ..lite
    }
}

const fn lite(
    name: &'static str,
    title: &'static str,
    side: usize,
    params: usize,
    macs: u64,
    build: fn(&Scope, &Options) -> Result<Seq>,
) -> ModelSpec {
    ModelSpec {
        name,
        title,
        paper: PAPER,
        year: 2019,
        input: [3, side, side],
        classes: 1000,
        params,
        macs,
        accuracy: None,
        // 32 pixels of the shorter side are cropped away.
        preprocess: Some(Preprocess::imagenet(side + 32, side, Resampling::Bicubic)),
        weights: &[],
        build,
    }
}

/// The settings in which the variants differ.
#[derive(Clone, Copy)]
struct Manner {
    normed: ConvNormActivation,
    /// Whether it is a Lite network: stem, head and the depth of the first and last stage are not scaled, and there is no squeeze-and-excitation.
    lite: bool,
}

const LITE: Manner = Manner { normed: ConvNormActivation::new(UnaryFn::Relu6), lite: true };
const TF_LITE: Manner = Manner { normed: LITE.normed.epsilon(1e-3).same(true), lite: true };
const TF_B: Manner = Manner { normed: ConvNormActivation::new(UnaryFn::Silu).epsilon(1e-3).same(true), lite: false };

#[derive(Clone, Copy)]
struct Block {
    channels: [usize; 2],
    expansion: usize,
    window: Window,
    /// The probability that stochastic depth skips the block.
    skipped: f32,
}

fn build(scope: &Scope, options: &Options, manner: Manner, [width, depth]: [f32; 2]) -> Result<Seq> {
    let Manner { normed, lite } = manner;
    let wide = |channels: usize| divisible(channels as f32 * width * options.width);
    let fixed = |channels: usize| if lite { channels } else { wide(channels) };
    let layers = |i: usize| if lite && (i == 0 || i == ROWS.len() - 1) { ROWS[i].4 } else { deeper(ROWS[i].4, depth) };
    let total: usize = (0..ROWS.len()).map(layers).sum();
    let (mut inputs, mut place) = (fixed(32), 0);
    let stem = Window::square(3).stride(2).padding(1);
    let stem = normed.append(Seq::new(scope), ["conv_stem", "bn1", "bn1.act"], [options.input[0], inputs], stem, 1)?;
    let body = stem.then("blocks", |s| {
        let mut stages = Seq::new(s);
        for (i, (expansion, kernel, stride, channels, _)) in ROWS.into_iter().enumerate() {
            stages = stages.push(|s| {
                let mut stage = Seq::new(s);
                for stride in std::iter::once(stride).chain(vec![1; layers(i) - 1]) {
                    let window = Window::square(kernel).stride(stride).padding(kernel / 2);
                    let skipped = DEEPEST * place as f32 / total as f32;
                    let block = Block { channels: [inputs, wide(channels)], expansion, window, skipped };
                    stage = match stride == 1 && inputs == wide(channels) {
                        true => {
                            stage.push(|s| Ok(Residual::new(inside(s, block, manner)?.add("drop_path", StochasticDepth(block.skipped)))))?
                        }
                        false => stage.push(|s| inside(s, block, manner))?,
                    };
                    (inputs, place) = (wide(channels), place + 1);
                }
                Ok(stage)
            })?;
        }
        Ok(stages)
    })?;
    normed
        .append(body, ["conv_head", "bn2", "bn2.act"], [inputs, fixed(1280)], Window::square(1), 1)?
        .add("global_pool.pool", Pool::Global)
        .add("global_pool.flatten", Flatten)
        .then("classifier", |s| Linear::new(s, fixed(1280), options.classes))
}

/// The branch of a block: expansion, depthwise convolution, squeeze-and-excitation unless Lite, with a quarter of the block's inputs, and
/// projection without an activation.
fn inside(scope: &Scope, Block { channels: [inputs, outputs], expansion, window, .. }: Block, manner: Manner) -> Result<Seq> {
    let (normed, wide) = (manner.normed, inputs * expansion);
    let weigh = |seq: Seq| match manner.lite {
        true => Ok(seq),
        false => seq.then("se", |s| {
            SqueezeExcite::named(s, ["conv_reduce", "conv_expand"], [wide, (inputs / 4).max(1)], [UnaryFn::Silu, UnaryFn::Sigmoid])
        }),
    };
    let one = Window::square(1);
    if expansion == 1 {
        let depthwise = normed.append(Seq::new(scope), ["conv_dw", "bn1", "bn1.act"], [wide, wide], window, wide)?;
        return normed.linear().append(weigh(depthwise)?, ["conv_pw", "bn2", ""], [wide, outputs], one, 1);
    }
    let expanded = normed.append(Seq::new(scope), ["conv_pw", "bn1", "bn1.act"], [inputs, wide], one, 1)?;
    let depthwise = normed.append(expanded, ["conv_dw", "bn2", "bn2.act"], [wide, wide], window, wide)?;
    normed.linear().append(weigh(depthwise)?, ["conv_pwl", "bn3", ""], [wide, outputs], one, 1)
}
