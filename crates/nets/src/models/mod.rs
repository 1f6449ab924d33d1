//! The zoo of models. Each family has a file, written as its paper's table. Navigation, tables, tests and the shell walk `MODELS`.
mod alexnet;
mod channels;
mod classes;
#[cfg(feature = "weights")]
mod converted;
mod convnext;
mod cost;
mod densenet;
mod efficientnet;
mod efficientnet_timm;
mod efficientnet_v2;
mod fit;
mod googlenet;
mod inception_v3;
mod later;
mod lenet;
mod mnasnet;
mod mobile_unet;
mod mobilenet_v1;
mod mobilenet_v2;
mod mobilenet_v3;
mod nasnet;
mod nfnet;
mod of_file;
mod per_pixel;
mod preresnet;
mod regnet;
mod renaming;
pub mod resnet;
mod resnet_cifar;
mod resnext;
mod se_resnet;
mod shufflenet_v2;
mod spec;
mod squeezenet;
mod twins;
mod unet;
mod vgg;
mod vit;
mod whose;
mod wide_resnet;
mod xception;
mod zfnet;

#[cfg(feature = "weights")]
pub use converted::{Converted, converted};
pub use cost::{Cost, cost};
pub use fit::Fit;
pub use later::{LATER, Later};
pub use of_file::{OfFile, Reading};
pub use spec::{Accuracy, ModelSpec, Options, count_macs, macs};
pub use twins::{FirstValues, Order, Recipe, Twin};
pub use whose::{fitted, load_weights, load_weights_of, twins, whose};

use engine::{Error, Result};

/// The families, in the order of their papers.
const FAMILIES: &[&[ModelSpec]] = &[
    lenet::MODELS,
    alexnet::MODELS,
    zfnet::MODELS,
    vgg::MODELS,
    googlenet::MODELS,
    inception_v3::MODELS,
    per_pixel::MODELS,
    resnet::MODELS,
    resnet_cifar::MODELS,
    squeezenet::MODELS,
    preresnet::MODELS,
    wide_resnet::MODELS,
    resnext::MODELS,
    densenet::MODELS,
    xception::MODELS,
    mobilenet_v1::MODELS,
    se_resnet::MODELS,
    nasnet::MODELS,
    mobilenet_v2::MODELS,
    shufflenet_v2::MODELS,
    mnasnet::MODELS,
    mobilenet_v3::MODELS,
    efficientnet::MODELS,
    efficientnet_timm::MODELS,
    regnet::MODELS,
    vit::MODELS,
    nfnet::MODELS,
    efficientnet_v2::MODELS,
    convnext::MODELS,
];

/// The whole zoo, family after family in the order of their papers.
pub static MODELS: &[ModelSpec] = &joined::<{ count(FAMILIES) }>(FAMILIES);

/// The networks that read MNIST's digits. A program that names only this list does not contain the other networks.
pub static DIGITS: &[ModelSpec] = lenet::MODELS;

const fn count(families: &[&[ModelSpec]]) -> usize {
    let (mut n, mut i) = (0, 0);
    while i < families.len() {
        n += families[i].len();
        i += 1;
    }
    n
}

const fn joined<const N: usize>(families: &[&[ModelSpec]]) -> [ModelSpec; N] {
    let mut all = [families[0][0]; N];
    let (mut n, mut i) = (0, 0);
    while i < families.len() {
        let mut j = 0;
        while j < families[i].len() {
            all[n] = families[i][j];
            n += 1;
            j += 1;
        }
        i += 1;
    }
    all
}

/// The entry with this name. Refuses an unknown name, and lists those that begin like it.
pub fn model(name: &str) -> Result<&'static ModelSpec> {
    model_of(MODELS, name)
}

/// The same in a part of the zoo. A program that only looks there carries no other networks.
pub fn model_of(zoo: &'static [ModelSpec], name: &str) -> Result<&'static ModelSpec> {
    zoo.iter().find(|m| m.name == name).ok_or_else(|| {
        let alike = |m: &ModelSpec| m.name.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        let most = zoo.iter().map(alike).max().unwrap_or(0);
        let names: Vec<&str> = zoo.iter().filter(|m| alike(m) == most).map(|m| m.name).take(8).collect();
        Error::unsupported(format!("model {name:?}"), format!("expected one of {} networks, among them {}", zoo.len(), names.join(", ")))
    })
}
