//! EfficientNetV2: EfficientNet with full 3×3 convolutions in its first stages, where depthwise ones are slow.
use super::{
    ModelSpec, Options,
    efficientnet::{Row, Table, network},
    spec::{Family, torchvision},
};
use crate::nn::{ConvNormActivation, Scope, Seq};
use engine::{Result, ops::UnaryFn};
use vision::{Preprocess, Resampling};

const FAMILY: Family = Family { paper: "Tan, Le (2021): EfficientNetV2: smaller models and faster training. ICML 2021", year: 2021 };

/// Reference: torchvision.models.efficientnet_v2_s. With random weights the larger M and L amplify rounding too far to be checked.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("efficientnet_v2_s", "EfficientNetV2-S", (21_458_488, 8_365_617_152), torchvision(84.228, 96.878),
        &["efficientnet_v2_s-dd5fe13b.pth"], |s, o| build(s, o, 24, &S, 0.2)).seeing(Preprocess::imagenet(384, 384, Resampling::Bilinear)),
];

/// Table 4 of the paper: expansion, kernel, stride of the first block, channels, layers. The first three rows are fused.
#[rustfmt::skip]
const S: [Row; 6] = [
    Row::fused(1, 3, 1, 24, 2), Row::fused(4, 3, 2, 48, 4), Row::fused(4, 3, 2, 64, 4),
    Row::new(4, 3, 2, 128, 6), Row::new(6, 3, 1, 160, 9), Row::new(6, 3, 2, 256, 15),
];
/// The channels after the last convolution.
const LAST: usize = 1280;

fn build(scope: &Scope, options: &Options, stem: usize, rows: &[Row], dropout: f32) -> Result<Seq> {
    let normed = ConvNormActivation::new(UnaryFn::Silu).epsilon(1e-3);
    network(scope, options, Table { stem, rows, last: LAST }, dropout, normed)
}
