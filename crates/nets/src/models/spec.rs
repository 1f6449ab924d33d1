//! What the zoo knows of a network before it is built: its paper, its published numbers, what it reads, and how to build it.
use crate::nn::{Cx, Module, Scope, Seq};
use engine::{
    Result,
    autograd::Tape,
    tensor::{Device, Layout, Tensor},
};
use vision::{Preprocess, Resampling};

/// One network of the zoo.
#[derive(Clone, Copy)]
pub struct ModelSpec {
    /// The reference's.
    pub name: &'static str,
    /// What a reader sees.
    pub title: &'static str,
    /// Authors, year, title, venue.
    pub paper: &'static str,
    /// Of the paper.
    pub year: u16,
    /// Channels, height, width.
    pub input: [usize; 3],
    /// How many classes it tells apart: the length of its logits.
    pub classes: usize,
    /// Trainable parameters of the reference.
    pub params: usize,
    /// Multiply-adds of convolutions and dense layers for one image, without auxiliary heads.
    pub macs: u64,
    /// As published; None where it is not.
    pub accuracy: Option<Accuracy>,
    /// None for networks that read digits.
    pub preprocess: Option<Preprocess>,
    /// Names under which published weights of exactly this network are known.
    pub weights: &'static [&'static str],
    /// How often the published weights are right.
    pub build: fn(&Scope, &Options) -> Result<Seq>,
}

/// Of one network on one crop of each image, unless `by` says otherwise; in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// In how many per cent of the images the likeliest class is the right one.
    pub top1: f32,
    /// In how many per cent the right class is among the five likeliest; None where it is not published.
    pub top5: Option<f32>,
    /// Who measured it, and on what.
    pub by: &'static str,
}

/// What of a network may be another's: the number of classes, how wide it is, what it reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The number of classes: the length of the logits.
    pub classes: usize,
    /// Times the channels of the table. Only networks whose paper widens them take another than 1.
    pub width: f32,
    /// Channels, height, width.
    pub input: [usize; 3],
    /// The probability with which outputs of hidden dense layers are dropped while it learns. Only networks that read digits take another than 0:
    /// the others drop as their papers do.
    pub dropout: f32,
}

/// What the networks of one paper share.
pub(super) struct Family {
    /// Authors, year, title, venue.
    pub paper: &'static str,
    pub year: u16,
}

impl Family {
    /// One that reads photos as torchvision's networks do: 224 pixels from the middle of 256.
    pub(super) const fn member(
        &self,
        name: &'static str,
        title: &'static str,
        (params, macs): (usize, u64),
        accuracy: Option<Accuracy>,
        weights: &'static [&'static str],
        build: fn(&Scope, &Options) -> Result<Seq>,
    ) -> ModelSpec {
        ModelSpec {
            name,
            title,
            paper: self.paper,
            year: self.year,
            input: [3, 224, 224],
            classes: 1000,
            params,
            macs,
            accuracy,
            preprocess: Some(Preprocess::imagenet(256, 224, Resampling::Bilinear)),
            weights,
            build,
        }
    }
}

/// torchvision's own measurement of its first weights, on ImageNet's validation images.
pub(super) const fn torchvision(top1: f32, top5: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: Some(top5), by: "torchvision, IMAGENET1K_V1" })
}

impl ModelSpec {
    /// The network of the paper.
    pub fn options(&self) -> Options {
        Options { classes: self.classes, width: 1.0, input: self.input, dropout: 0.0 }
    }
    /// The network of the paper with fresh parameters, their names and device as `scope` says.
    pub fn network(&self, scope: &Scope) -> Result<Seq> {
        (self.build)(scope, &self.options())
    }
    /// Whether it reads MNIST's digits: what the training lab offers.
    pub fn reads_digits(&self) -> bool {
        self.input == [1, 28, 28]
    }
}

/// Multiply-adds of one image's forward pass, counted by a dry run on Meta.
pub fn macs(spec: &ModelSpec) -> Result<u64> {
    count_macs(spec, &spec.options())
}

/// The same for a network with other options.
pub fn count_macs(spec: &ModelSpec, options: &Options) -> Result<u64> {
    let network = (spec.build)(&Scope::new(Device::Meta, 0), options)?;
    let [channels, height, width] = options.input;
    let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?;
    let tape = Tape::default();
    network.forward(&tape.input(image), &mut Cx::default())?;
    Ok(tape.macs())
}
