//! Wide ResNet: fewer layers than ResNet, but more channels. For photos the insides of bottlenecks are widened.
use super::{
    ModelSpec,
    preresnet::cifar,
    resnet::{self, Block},
    spec::{Family, on_cifar10, torchvision},
};

const FAMILY: Family = Family { paper: "Zagoruyko, Komodakis (2016): Wide residual networks. BMVC 2016", year: 2016 };

/// Table 1 of the paper: WRN-l-k has l = 6n + 4 layers, and stages k times as wide as ResNet's. The errors are those of table 5, without dropout. The width of the
/// options multiplies k. For photos: reference torchvision.models.wide_resnet50_2 and its kin.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("wide_resnet50_2", "Wide ResNet-50-2", (68_883_240, 11_398_021_120), torchvision(78.468, 94.086), &["wide_resnet50_2-95faca4d.pth"],
        |s, o| resnet::build(s, o, [3, 4, 6, 3], Block::bottleneck(1, 128))),
    FAMILY.member("wide_resnet101_2", "Wide ResNet-101-2", (126_886_696, 22_753_050_624), torchvision(78.848, 94.284), &["wide_resnet101_2-32ee1156.pth"],
        |s, o| resnet::build(s, o, [3, 4, 23, 3], Block::bottleneck(1, 128))),
    FAMILY.of_cifar10("wrn_40_4", "Wide ResNet-40-4 for CIFAR-10", (8_949_210, 1_298_582_016), on_cifar10(95.47), |s, o| cifar(s, o, 6, 4.0 * o.width)),
    FAMILY.of_cifar10("wrn_16_8", "Wide ResNet-16-8 for CIFAR-10", (10_961_370, 1_548_145_664), on_cifar10(95.73), |s, o| cifar(s, o, 2, 8.0 * o.width)),
    FAMILY.of_cifar10("wrn_28_10", "Wide ResNet-28-10 for CIFAR-10", (36_479_194, 5_243_328_768), on_cifar10(96.00), |s, o| cifar(s, o, 4, 10.0 * o.width)),
];
