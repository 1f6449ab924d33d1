//! MobileNetV2: blocks that are wide inside and narrow between, their 3×3 convolutions depthwise.
use super::ModelSpec;
use crate::{
    engine::ops::{UnaryFn, Window},
    error::Result,
    nets::nn::{BatchNorm2d, Conv2d, Dropout, Flatten, Linear, Pool, Residual, Scope, Seq, conv_norm},
};

/// Table 2 of the paper. Reference: torchvision.models.mobilenet_v2.
pub const MOBILENET_V2: ModelSpec = ModelSpec {
    name: "mobilenet_v2",
    title: "MobileNetV2",
    paper: "Sandler, Howard, Zhu, Zhmoginov, Chen (2018): MobileNetV2: inverted residuals and linear bottlenecks. CVPR 2018",
    input: [3, 224, 224],
    classes: 1000,
    params: 3_504_872,
    build: |scope| {
        Seq::new(scope)
            .then("features", features)?
            .add("avgpool", Pool::Global)
            .add("flatten", Flatten)
            .then("classifier", |s| Seq::new(s).push(|_| Ok(Dropout(0.2)))?.push(|s| Linear::new(s, 1280, 1000)))
    },
};

/// Expansion t, channels c, blocks n, stride of the first s.
const ROWS: [(usize, usize, usize, usize); 7] =
    [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

fn features(scope: &Scope) -> Result<Seq> {
    let stem = Window::square(3).stride(2).padding(1);
    let mut features = Seq::new(scope).push(|s| conv_norm(s, [3, 32], stem, 1, UnaryFn::Relu6))?;
    let mut inputs = 32;
    for (expansion, channels, blocks, stride) in ROWS {
        for stride in std::iter::once(stride).chain(vec![1; blocks - 1]) {
            let block = |s: &Scope| inverted_residual(s, [inputs, channels], expansion, stride);
            features = match stride == 1 && inputs == channels {
                true => features.push(|s| Ok(Residual::new(block(s)?)))?,
                false => features.push(block)?,
            };
            inputs = channels;
        }
    }
    features.push(|s| conv_norm(s, [inputs, 1280], Window::square(1), 1, UnaryFn::Relu6))
}

/// Wider by the expansion, depthwise, narrow again without an activation.
fn inverted_residual(scope: &Scope, [inputs, outputs]: [usize; 2], expansion: usize, stride: usize) -> Result<Seq> {
    let wide = inputs * expansion;
    let depthwise = Window::square(3).stride(stride).padding(1);
    Seq::new(scope).then("conv", |s| {
        let mut conv = Seq::new(s);
        if expansion > 1 {
            conv = conv.push(|s| conv_norm(s, [inputs, wide], Window::square(1), 1, UnaryFn::Relu6))?;
        }
        conv.push(|s| conv_norm(s, [wide, wide], depthwise, wide, UnaryFn::Relu6))?
            .push(|s| Conv2d::without_bias(s, wide, outputs, Window::square(1), 1))?
            .push(|s| BatchNorm2d::new(s, outputs))
    })
}
