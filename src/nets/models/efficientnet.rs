//! EfficientNet: MobileNetV2's blocks with squeeze-and-excite, found by search and scaled by rule.
use super::ModelSpec;
use crate::{
    engine::ops::{UnaryFn, Window},
    error::Result,
    nets::nn::{Dropout, Flatten, Linear, Pool, Residual, Scope, Seq, SqueezeExcite, StochasticDepth, conv_norm},
};

/// Table 1 of the paper. Reference: torchvision.models.efficientnet_b0.
pub const EFFICIENTNET_B0: ModelSpec = ModelSpec {
    name: "efficientnet_b0",
    title: "EfficientNet-B0",
    paper: "Tan, Le (2019): EfficientNet: rethinking model scaling for convolutional neural networks. ICML 2019",
    input: [3, 224, 224],
    classes: 1000,
    params: 5_288_548,
    build: |scope| {
        Seq::new(scope)
            .then("features", features)?
            .add("avgpool", Pool::Global)
            .add("flatten", Flatten)
            .then("classifier", |s| Seq::new(s).push(|_| Ok(Dropout(0.2)))?.push(|s| Linear::new(s, 1280, 1000)))
    },
};

/// Expansion, kernel, stride of the first block, channels, blocks.
const ROWS: [(usize, usize, usize, usize, usize); 7] =
    [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)];

/// The probability of stochastic depth grows along the blocks from 0 towards this.
const DEEPEST: f32 = 0.2;

struct Block {
    channels: [usize; 2],
    expansion: usize,
    window: Window,
    /// The probability that the block is passed by.
    skipped: f32,
}

fn features(scope: &Scope) -> Result<Seq> {
    let total: usize = ROWS.iter().map(|row| row.4).sum();
    let stem = Window::square(3).stride(2).padding(1);
    let mut features = Seq::new(scope).push(|s| conv_norm(s, [3, 32], stem, 1, UnaryFn::Silu))?;
    let (mut inputs, mut place) = (32, 0);
    for (expansion, kernel, stride, outputs, blocks) in ROWS {
        features = features.push(|s| {
            let mut stage = Seq::new(s);
            for stride in std::iter::once(stride).chain(vec![1; blocks - 1]) {
                let window = Window::square(kernel).stride(stride).padding(kernel / 2);
                let skipped = DEEPEST * place as f32 / total as f32;
                stage = mb_conv(stage, &Block { channels: [inputs, outputs], expansion, window, skipped })?;
                (inputs, place) = (outputs, place + 1);
            }
            Ok(stage)
        })?;
    }
    features.push(|s| conv_norm(s, [inputs, 1280], Window::square(1), 1, UnaryFn::Silu))
}

/// One more block: with a way around it where the shape stays.
fn mb_conv(stage: Seq, block: &Block) -> Result<Seq> {
    let branch = |s: &Scope| Seq::new(s).then("block", |s| inside(s, block));
    if block.window.stride == [1, 1] && block.channels[0] == block.channels[1] {
        stage.push(|s| Ok(Residual::new(branch(s)?.add("stochastic_depth", StochasticDepth(block.skipped)))))
    } else {
        stage.push(branch)
    }
}

/// Wider by the expansion, depthwise, weighed by channel, narrow again without an activation. Squeezed to a quarter of the block's inputs.
fn inside(scope: &Scope, block: &Block) -> Result<Seq> {
    let [inputs, outputs] = block.channels;
    let wide = inputs * block.expansion;
    let mut inside = Seq::new(scope);
    if block.expansion > 1 {
        inside = inside.push(|s| conv_norm(s, [inputs, wide], Window::square(1), 1, UnaryFn::Silu))?;
    }
    inside
        .push(|s| conv_norm(s, [wide, wide], block.window, wide, UnaryFn::Silu))?
        .push(|s| SqueezeExcite::new(s, wide, (inputs / 4).max(1), UnaryFn::Silu, UnaryFn::Sigmoid))?
        .push(|s| conv_norm(s, [wide, outputs], Window::square(1), 1, None))
}
