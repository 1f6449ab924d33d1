//! U-Net: an encoder that halves the image, a decoder that doubles it, and concatenations across. It answers for every pixel.
use super::{ModelSpec, Options};
use crate::nn::{Activation, Conv2d, ConvTranspose2d, DenseConcat, Pool, Scope, Seq};
use engine::{
    Error, Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// Figure 1 of the paper with padding, so that the answer is as large as the image, and an eighth of its channels. Neither torchvision nor
/// timm has it; the names are this project's.
pub(super) const PADDED: ModelSpec = ModelSpec {
    name: "unet",
    title: "U-Net, padded, 8 channels",
    paper: PAPER,
    year: 2015,
    input: [3, 64, 64],
    classes: 2,
    params: 485_826,
    macs: 47_874_048,
    accuracy: None,
    preprocess: Some(Preprocess::imagenet(64, 64, Resampling::Bilinear)),
    weights: &[],
    build,
};

/// Authors, year, title, venue.
pub(super) const PAPER: &str =
    "Ronneberger, Fischer, Brox (2015): U-Net: convolutional networks for biomedical image segmentation. MICCAI 2015";

/// The channels of the encoder, from the image down.
const CHANNELS: [usize; 4] = [8, 16, 32, 64];
/// The channels at the bottom.
const BOTTOM: usize = 128;

/// Refuses sides that cannot be halved as often as the network halves them.
pub(super) fn divides(options: &Options, by: usize) -> Result<()> {
    let [_, height, width] = options.input;
    if height == 0 || width == 0 || !height.is_multiple_of(by) || !width.is_multiple_of(by) {
        return Err(Error::shape("U-Net", format!("expected a height and a width that are multiples of {by}, found {height}×{width}")));
    }
    Ok(())
}

fn build(scope: &Scope, options: &Options) -> Result<Seq> {
    divides(options, 1 << CHANNELS.len())?;
    level(scope, 0, options.input[0])?.then("head", |s| Conv2d::new(s, CHANNELS[0], options.classes, Window::square(1)))
}

/// From the image of one level to an image of the same size: its encoder, everything below it beside a copy, and its decoder.
fn level(scope: &Scope, at: usize, inputs: usize) -> Result<Seq> {
    let Some(&channels) = CHANNELS.get(at) else {
        return Seq::new(scope).then("bottom", |s| double(s, [inputs, BOTTOM]));
    };
    let number = at + 1;
    let below = CHANNELS.get(number).copied().unwrap_or(BOTTOM);
    let halves = Window::square(2).stride(2);
    let down = Seq::new(scope)
        .add(&format!("pool{number}"), Pool::Max(halves))
        .add(&format!("level{}", number + 1), level(scope, number, channels)?)
        .then(&format!("up{number}"), |s| ConvTranspose2d::new(s, [below, channels], halves, true))?;
    Seq::new(scope)
        .then(&format!("enc{number}"), |s| double(s, [inputs, channels]))?
        .add(&format!("skip{number}"), DenseConcat(down))
        .then(&format!("dec{number}"), |s| double(s, [2 * channels, channels]))
}

/// Two convolutions 3×3, each with a ReLU.
fn double(scope: &Scope, [inputs, outputs]: [usize; 2]) -> Result<Seq> {
    let window = Window::square(3).padding(1);
    Ok(Seq::new(scope)
        .then("conv1", |s| Conv2d::new(s, inputs, outputs, window))?
        .add("relu1", Activation(UnaryFn::Relu))
        .then("conv2", |s| Conv2d::new(s, outputs, outputs, window))?
        .add("relu2", Activation(UnaryFn::Relu)))
}
