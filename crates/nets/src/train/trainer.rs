//! One training step: forward, loss, backward, optimiser.
use super::Optimiser;
use crate::nn::{Cx, Module, Norm, Seq};
use engine::{
    Result,
    autograd::{Tape, Var},
    tensor::{Device, Layout, Shape, Tensor},
};

/// A network that learns classes by cross-entropy, with the optimiser that moves it.
pub struct Trainer {
    /// From images, N×C×H×W, to logits, N×classes.
    pub network: Seq,
    /// Its rate may change between steps.
    pub optimiser: Optimiser,
    /// Where the batches go, and where the network's parameters lie.
    pub device: Device,
    /// The seed of what dropout and stochastic depth drop; None turns them off.
    pub dropout: Option<u32>,
}

/// How far a step's seed lies from the last one's: more masks than a network draws, and odd, so that no seed comes twice.
const SEEDS_A_STEP: u32 = 1021;

/// What a step or a test batch leaves to be read when there is time.
pub struct Outcome {
    /// The mean loss (one number) of a step; the loss of each image of a test batch.
    pub loss: Tensor,
    /// N × classes.
    pub logits: Tensor,
}

impl Trainer {
    /// `images` in PyTorch's order, of shape `dims` (N, C, H, W); `labels` class numbers.
    fn batch(&self, dims: &[usize], images: &[f32], labels: &[f32]) -> Result<(Tensor, Var)> {
        let images = Tensor::from_outside(&self.device, Layout::Image, dims, images)?;
        Ok((images, Var::constant(Tensor::new(&self.device, Shape::new([labels.len()]), labels)?)))
    }
    /// Learns from one batch.
    pub fn step(&mut self, dims: &[usize], images: &[f32], labels: &[f32]) -> Result<Outcome> {
        let (images, labels) = self.batch(dims, images, labels)?;
        let tape = Tape::default();
        let dropout = self.dropout.map(|seed| seed.wrapping_add(SEEDS_A_STEP.wrapping_mul(self.optimiser.steps() as u32)));
        let mut cx = Cx { norm: Norm::Batch, dropout, ..Cx::default() };
        let logits = self.network.forward(&tape.constant(images), &mut cx)?;
        let loss = logits.cross_entropy(&labels)?.mean(&[0], false)?;
        let gradients = tape.backward(&loss, &[])?;
        self.optimiser.step(&self.network.params(), &gradients)?;
        Ok(Outcome { loss: loss.value().clone(), logits: logits.value().clone() })
    }
    /// Looks at one batch without learning from it.
    pub fn test(&self, dims: &[usize], images: &[f32], labels: &[f32]) -> Result<Outcome> {
        let (images, labels) = self.batch(dims, images, labels)?;
        let logits = self.network.forward(&Var::constant(images), &mut Cx::default())?;
        let loss = logits.cross_entropy(&labels)?;
        Ok(Outcome { loss: loss.value().clone(), logits: logits.value().clone() })
    }
}
