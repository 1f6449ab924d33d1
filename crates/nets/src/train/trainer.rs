//! One training step: forward pass, loss, backward pass, optimiser.
use super::Optimiser;
use crate::nn::{Cx, Module, Norm, Seq};
use engine::{
    Result,
    autograd::{Tape, Var},
    tensor::{Device, Layout, Shape, Tensor},
};

/// A classifier that is trained by cross-entropy, and its optimiser.
pub struct Trainer {
    /// From images, N×C×H×W, to logits, N×classes.
    pub network: Seq,
    /// The optimiser. Its rate may change between steps.
    pub optimiser: Optimiser,
    /// The device of the network's parameters and of the batches.
    pub device: Device,
    /// The seed of dropout and stochastic depth. None turns them off.
    pub dropout: Option<u32>,
}

/// The difference between the seeds of two steps. It is larger than the number of masks in a network, and odd, so that no seed occurs twice.
const SEEDS_A_STEP: u32 = 1021;

/// The result of a step or a test batch, which can be read later.
pub struct Outcome {
    /// For a step the mean loss (one number), for a test batch the loss of each image.
    pub loss: Tensor,
    /// The logits, N × classes.
    pub logits: Tensor,
}

impl Trainer {
    /// Uploads a batch: `images` in PyTorch's order with shape `dims` (N, C, H, W), `labels` as class numbers.
    fn batch(&self, dims: &[usize], images: &[f32], labels: &[f32]) -> Result<(Tensor, Var)> {
        let images = Tensor::from_outside(&self.device, Layout::Image, dims, images)?;
        Ok((images, Var::constant(Tensor::new(&self.device, Shape::new([labels.len()]), labels)?)))
    }
    /// Trains on one batch: `images` have shape `dims` (N, C, H, W), `labels` are class numbers.
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
    /// Tests one batch, without training on it.
    pub fn test(&self, dims: &[usize], images: &[f32], labels: &[f32]) -> Result<Outcome> {
        let (images, labels) = self.batch(dims, images, labels)?;
        let logits = self.network.forward(&Var::constant(images), &mut Cx::default())?;
        let loss = logits.cross_entropy(&labels)?;
        Ok(Outcome { loss: loss.value().clone(), logits: logits.value().clone() })
    }
}
