//! Wide ResNet: fewer thoughts about depth, twice the channels inside each bottleneck.
use super::{
    ModelSpec, Options,
    resnet::{self, Block},
    spec::torchvision,
};
use crate::{
    error::Result,
    nets::{
        nn::{Scope, Seq},
        vision::{Preprocess, Resampling},
    },
};

/// Reference: torchvision.models.wide_resnet50_2 and its kin.
#[rustfmt::skip]
pub const MODELS: &[ModelSpec] = &[
    wide("wide_resnet50_2", "Wide ResNet-50-2", 68_883_240, 11_398_021_120, [78.468, 94.086], &["wide_resnet50_2-95faca4d.pth", "wide_resnet50_2-9ba9bcbe.pth"],
        |s, o| resnet::build(s, o, [3, 4, 6, 3], Block::bottleneck(1, 128))),
    wide("wide_resnet101_2", "Wide ResNet-101-2", 126_886_696, 22_753_050_624, [78.848, 94.284], &["wide_resnet101_2-32ee1156.pth", "wide_resnet101_2-d733dc28.pth"],
        |s, o| resnet::build(s, o, [3, 4, 23, 3], Block::bottleneck(1, 128))),
];

const fn wide(
    name: &'static str,
    title: &'static str,
    params: usize,
    macs: u64,
    [top1, top5]: [f32; 2],
    weights: &'static [&'static str],
    build: fn(&Scope, &Options) -> Result<Seq>,
) -> ModelSpec {
    ModelSpec {
        name,
        title,
        paper: "Zagoruyko, Komodakis (2016): Wide residual networks. BMVC 2016",
        year: 2016,
        input: [3, 224, 224],
        classes: 1000,
        params,
        macs,
        accuracy: torchvision(top1, top5),
        preprocess: Some(Preprocess::imagenet(256, 224, Resampling::Bilinear)),
        weights,
        build,
    }
}
