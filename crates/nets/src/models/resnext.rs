//! ResNeXt: ResNet with bottlenecks of many narrow groups.
use super::{
    ModelSpec,
    resnet::{self, Block},
    resnet_cifar,
    spec::{Family, on_cifar10, torchvision},
};
use vision::{Preprocess, Resampling};

const FAMILY: Family = Family {
    paper: "Xie, Girshick, Dollár, Tu, He (2016): Aggregated residual transformations for deep neural networks. CVPR 2017",
    year: 2016,
};

/// By cardinality × width of each group in the first stage. Reference: torchvision.models.resnext50_32x4d and its kin. Those of 29 layers are for CIFAR-10, with
/// the errors of table 7.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("resnext50_32x4d", "ResNeXt-50, 32×4d", (25_028_904, 4_230_479_872), torchvision(77.618, 93.698), &["resnext50_32x4d-7cdf4587.pth"],
        |s, o| resnet::build(s, o, [3, 4, 6, 3], Block::bottleneck(32, 4))),
    FAMILY.member("resnext101_32x8d", "ResNeXt-101, 32×8d", (88_791_336, 16_414_015_488), torchvision(79.312, 94.526), &["resnext101_32x8d-8ba56ff5.pth"],
        |s, o| resnet::build(s, o, [3, 4, 23, 3], Block::bottleneck(32, 8))),
    ModelSpec {
        preprocess: Some(Preprocess::imagenet(232, 224, Resampling::Bilinear)),
        ..FAMILY.member("resnext101_64x4d", "ResNeXt-101, 64×4d", (83_455_272, 15_460_270_080), torchvision(83.246, 96.454), &["resnext101_64x4d-173b62eb.pth"],
            |s, o| resnet::build(s, o, [3, 4, 23, 3], Block::bottleneck(64, 4)))
    },
    FAMILY.of_cifar10("resnext29_8x64d", "ResNeXt-29, 8×64d, for CIFAR-10", (34_426_698, 5_387_266_048), on_cifar10(96.35),
        |s, o| resnet_cifar::build(s, o, 64, 3, Block::bottleneck(8, 64), "fc")),
    FAMILY.of_cifar10("resnext29_16x64d", "ResNeXt-29, 16×64d, for CIFAR-10", (68_155_210, 10_688_866_304), on_cifar10(96.42),
        |s, o| resnet_cifar::build(s, o, 64, 3, Block::bottleneck(16, 64), "fc")),
];
