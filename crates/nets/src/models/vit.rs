//! Vision transformer: an image as a sequence of patches, which attention mixes. It has no convolution but the one that makes the patches.
use super::{ModelSpec, Options, spec::timm};
use crate::nn::{Activation, Conv2d, Dropout, FirstToken, LayerNorm, Linear, Residual, Scope, Seq, Tokens, attention};
use engine::{
    Error, Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// Reference: timm.models.vit_tiny_patch16_224. The paper has Base, Large and Huge; Tiny is Touvron et al.'s (2021), and its accuracy that of
/// Steiner et al.'s weights (2021), which saw ImageNet-21k first.
pub(super) const MODELS: &[ModelSpec] = &[ModelSpec {
    name: "vit_tiny_patch16_224",
    title: "ViT-Tiny/16",
    paper: "Dosovitskiy, Beyer, Kolesnikov, Weissenborn, Zhai, Unterthiner and others (2020): An image is worth 16×16 words: transformers for image recognition at scale. ICLR 2021",
    year: 2020,
    input: [3, 224, 224],
    classes: 1000,
    params: 5_717_416,
    macs: 1_074_851_328,
    accuracy: timm(75.454, 92.844),
    preprocess: Some(Preprocess::plus_minus_one(248, 224, Resampling::Bicubic)),
    weights: &[],
    build: |scope, options| build(scope, options, Size { patch: 16, channels: 192, blocks: 12, heads: 3 }),
}];

/// The numbers in which the members of the family differ.
#[derive(Clone, Copy)]
struct Size {
    /// The side of a patch in pixels.
    patch: usize,
    /// The features of a token.
    channels: usize,
    blocks: usize,
    heads: usize,
}

/// ε of every layer norm.
const EPSILON: f32 = 1e-6;
/// The hidden features of a block's dense layers over the token's.
const EXPANSION: usize = 4;

/// A network for images of exactly the options' height and width, since each patch has a position vector of its own. Refuses sides below a patch.
fn build(scope: &Scope, options: &Options, size: Size) -> Result<Seq> {
    let Size { patch, channels, blocks, heads } = size;
    let [inputs, height, width] = options.input;
    if height < patch || width < patch {
        return Err(Error::shape(
            "vision transformer",
            format!("expected sides of at least one patch, {patch} pixels, found {height}×{width}"),
        ));
    }
    let window = Window::square(patch).stride(patch);
    Seq::new(scope)
        .then("patch_embed", |s| Seq::new(s).then("proj", |s| Conv2d::new(s, inputs, channels, window)))?
        .add("tokens", Tokens::new(scope, (height / patch) * (width / patch), channels)?)
        .add("pos_drop", Dropout(0.0))
        .then("blocks", |s| (0..blocks).try_fold(Seq::new(s), |all, _| all.push(|s| block(s, channels, heads))))?
        .then("norm", |s| LayerNorm::new(s, channels, EPSILON))?
        .add("pool", FirstToken)
        .then("head", |s| Linear::new(s, channels, options.classes))
}

/// y = x + attention(norm(x)), then z = y + two dense layers(norm(y)).
fn block(scope: &Scope, channels: usize, heads: usize) -> Result<Seq> {
    let normed = |name| Seq::new(scope).then(name, |s| LayerNorm::new(s, channels, EPSILON));
    let mixing = normed("norm1")?.then("attn", |s| attention(s, channels, heads))?;
    let thinking = normed("norm2")?.then("mlp", |s| {
        Seq::new(s)
            .then("fc1", |s| Linear::new(s, channels, EXPANSION * channels))?
            .add("act", Activation(UnaryFn::Gelu))
            .then("fc2", |s| Linear::new(s, EXPANSION * channels, channels))
    })?;
    Ok(Seq::new(scope).add("sum1", Residual::new(mixing)).add("sum2", Residual::new(thinking)))
}
