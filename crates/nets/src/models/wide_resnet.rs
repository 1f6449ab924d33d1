//! Wide ResNet: ResNet with twice the channels inside each bottleneck.
use super::{
    ModelSpec,
    resnet::{self, Block},
    spec::{Family, torchvision},
};

const FAMILY: Family = Family { paper: "Zagoruyko, Komodakis (2016): Wide residual networks. BMVC 2016", year: 2016 };

/// Reference: torchvision.models.wide_resnet50_2 and its kin.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("wide_resnet50_2", "Wide ResNet-50-2", (68_883_240, 11_398_021_120), torchvision(78.468, 94.086), &["wide_resnet50_2-95faca4d.pth"],
        |s, o| resnet::build(s, o, [3, 4, 6, 3], Block::bottleneck(1, 128))),
    FAMILY.member("wide_resnet101_2", "Wide ResNet-101-2", (126_886_696, 22_753_050_624), torchvision(78.848, 94.284), &["wide_resnet101_2-32ee1156.pth"],
        |s, o| resnet::build(s, o, [3, 4, 23, 3], Block::bottleneck(1, 128))),
];
