//! The zoo: one family a file, one entry a network. Navigation, tables, tests and the shell walk `MODELS`.
mod efficientnet;
mod lenet;
mod mobilenet_v2;
mod resnet;

use super::nn::{Cx, Module, Scope, Seq};
use crate::{
    engine::{
        autograd::Tape,
        tensor::{Device, Layout, Tensor},
    },
    error::{Error, Result},
};

pub struct ModelSpec {
    pub name: &'static str,
    /// What a reader sees.
    pub title: &'static str,
    /// Authors, year, title, venue.
    pub paper: &'static str,
    /// Channels, height, width.
    pub input: [usize; 3],
    pub classes: usize,
    /// Trainable parameters of the reference.
    pub params: usize,
    pub build: fn(&Scope) -> Result<Seq>,
}

pub const MODELS: &[ModelSpec] = &[
    lenet::LENET5,
    lenet::LENET5_RELU,
    resnet::RESNET_CIFAR20,
    resnet::CIFAR10_RESNET20,
    resnet::RESNET18,
    mobilenet_v2::MOBILENET_V2,
    efficientnet::EFFICIENTNET_B0,
];

impl ModelSpec {
    /// Whether it reads MNIST's digits: what the training lab offers.
    pub fn reads_digits(&self) -> bool {
        self.input == [1, 28, 28]
    }
}

/// The entry of this name, or an error that lists the names.
pub fn model(name: &str) -> Result<&'static ModelSpec> {
    MODELS.iter().find(|m| m.name == name).ok_or_else(|| {
        let names: Vec<&str> = MODELS.iter().map(|m| m.name).collect();
        Error::unsupported(format!("model {name:?}"), format!("the zoo has {}", names.join(", ")))
    })
}

/// Multiply-adds of one image's forward pass, counted by a dry run on Meta.
pub fn macs(spec: &ModelSpec) -> Result<u64> {
    let network = (spec.build)(&Scope::new(Device::Meta, 0))?;
    let [channels, height, width] = spec.input;
    let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?;
    let tape = Tape::default();
    network.forward(&tape.input(image), &mut Cx::default())?;
    Ok(tape.macs())
}
