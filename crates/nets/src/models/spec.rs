//! What is known of a network before it is built: its paper, its published numbers, its input, and its builder.
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
    /// The reference's name for it.
    pub name: &'static str,
    /// The name that readers see.
    pub title: &'static str,
    /// Authors, year, title, venue.
    pub paper: &'static str,
    /// The year of the paper.
    pub year: u16,
    /// The input of one image: channels, height, width.
    pub input: [usize; 3],
    /// The number of classes, which is the length of its logits, or their channels if it answers for every pixel.
    pub classes: usize,
    /// The number of trainable values in the reference.
    pub params: usize,
    /// Multiply-adds of convolutions and dense layers for one image, without auxiliary heads and without attention's products of two tokens.
    pub macs: u64,
    /// The published accuracy, if there is one.
    pub accuracy: Option<Accuracy>,
    /// The preprocessing of photos. None for networks that read digits.
    pub preprocess: Option<Preprocess>,
    /// The names of published weight files for exactly this network.
    pub weights: &'static [&'static str],
    /// Builds the network.
    pub build: fn(&Scope, &Options) -> Result<Seq>,
}

/// The published accuracy of one network on one crop of each image, unless `by` says otherwise; in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// Top-1: in how many per cent of the images the likeliest class is the right one.
    pub top1: f32,
    /// Top-5: in how many per cent the right class is among the five likeliest. None if it is not published.
    pub top5: Option<f32>,
    /// Who measured it, and on which data.
    pub by: &'static str,
}

/// Options of a network: the number of classes, its width, and its input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The number of classes, which is the length of the logits.
    pub classes: usize,
    /// The factor on the channels of the table. It must be 1 unless the paper widens the network.
    pub width: f32,
    /// The input of one image: channels, height, width.
    pub input: [usize; 3],
    /// The probability of dropout after hidden dense layers in training. It must be 0 unless the network reads digits; the others have the
    /// dropout of their papers.
    pub dropout: f32,
}

/// The fields that the networks of one paper share.
pub(super) struct Family {
    /// Authors, year, title, venue.
    pub paper: &'static str,
    pub year: u16,
}

impl Family {
    /// A network that reads photos as torchvision's networks do: the middle 224 pixels of 256.
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
    /// A network for CIFAR-10's pictures of 32 × 32.
    pub(super) const fn of_cifar10(
        &self,
        name: &'static str,
        title: &'static str,
        counts: (usize, u64),
        accuracy: Option<Accuracy>,
        build: fn(&Scope, &Options) -> Result<Seq>,
    ) -> ModelSpec {
        ModelSpec {
            input: [3, 32, 32],
            classes: 10,
            preprocess: Some(Preprocess::imagenet(32, 32, Resampling::Bilinear)),
            ..self.member(name, title, counts, accuracy, &[], build)
        }
    }
}

/// A paper's own measurement on CIFAR-10, in per cent.
pub(super) const fn on_cifar10(top1: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: None, by: "the paper, on CIFAR-10's test pictures" })
}

/// torchvision's own measurement of its first weights, on ImageNet's validation set.
pub(super) const fn torchvision(top1: f32, top5: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: Some(top5), by: "torchvision, IMAGENET1K_V1" })
}

/// timm's own measurement, on ImageNet's validation set.
pub(super) const fn timm(top1: f32, top5: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: Some(top5), by: "timm" })
}

impl ModelSpec {
    /// The same network with this preprocessing of photos, whose crop is its input.
    pub(super) const fn seeing(self, preprocess: Preprocess) -> ModelSpec {
        ModelSpec { input: [3, preprocess.crop, preprocess.crop], preprocess: Some(preprocess), ..self }
    }
    /// The options of the paper's network.
    pub fn options(&self) -> Options {
        Options { classes: self.classes, width: 1.0, input: self.input, dropout: 0.0 }
    }
    /// The paper's network with fresh parameters. `scope` gives their names and device.
    pub fn network(&self, scope: &Scope) -> Result<Seq> {
        (self.build)(scope, &self.options())
    }
    /// Whether it reads MNIST's digits, and so appears in the training lab.
    pub fn reads_digits(&self) -> bool {
        self.input == [1, 28, 28]
    }
}

/// The multiply-adds of one image's forward pass, counted by a dry run on Meta as [`ModelSpec::macs`] counts them.
pub fn macs(spec: &ModelSpec) -> Result<u64> {
    count_macs(spec, &spec.options())
}

/// Like [`macs`], with other options.
pub fn count_macs(spec: &ModelSpec, options: &Options) -> Result<u64> {
    let network = (spec.build)(&Scope::new(Device::Meta, 0), options)?;
    let [channels, height, width] = options.input;
    let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?;
    let tape = Tape::default();
    network.forward(&tape.input(image), &mut Cx::default())?;
    Ok(tape.macs_of_weights())
}
