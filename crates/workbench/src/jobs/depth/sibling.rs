//! One of the twins as it learns: its network, its optimiser, and what a step leaves to be read.
use super::digits::Batch;
use crate::protocol::depth::{Learned, Options};
use engine::{
    Result,
    autograd::{Tape, Var},
    tensor::{Device, Tensor, read_all},
};
use nets::{
    models::Twin,
    nn::{Cx, Module, Norm, Scope},
    train::{Copy, Optimiser, Rule, score},
};

pub(super) const CLASSES: usize = 10;

pub(super) struct Sibling {
    pub network: Twin,
    pub optimiser: Optimiser,
    weights: Vec<String>,
}

/// A step's loss and logits, and the gradients of its weights.
pub(super) struct Outcome {
    loss: Tensor,
    logits: Tensor,
    gradients: Vec<Tensor>,
}

/// None for what is no number, or none that can be written.
pub(super) fn finite(value: f32) -> Option<f32> {
    value.is_finite().then_some(value)
}

/// √Σ x², in 64 bits: squares of what has vanished are no numbers in 32.
fn norm(values: &[f32]) -> Option<f32> {
    finite(values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>().sqrt() as f32)
}

impl Sibling {
    pub(super) fn new(options: &Options, adds: bool, device: &Device) -> Result<Sibling> {
        let network = Twin::new(&Scope::new(device.clone(), options.seed), &options.recipe, adds, 1, CLASSES)?;
        Ok(Sibling { network, optimiser: Optimiser::new(Rule::sgd(0.0), options.rate), weights: options.recipe.weights() })
    }
    pub(super) fn step(&mut self, batch: &Batch) -> Result<Outcome> {
        let tape = Tape::default();
        let logits = self.network.forward(&tape.constant(batch.images.clone()), &mut Cx { norm: Norm::Batch, ..Cx::default() })?;
        let loss = logits.cross_entropy(&batch.targets)?.mean(&[0], false)?;
        let gradients = tape.backward(&loss, &[])?;
        self.optimiser.step(&self.network.params(), &gradients)?;
        let of = |name: &String| gradients.params().get(name).cloned();
        Ok(Outcome { loss: loss.value().clone(), logits: logits.value().clone(), gradients: self.weights.iter().filter_map(of).collect() })
    }
    /// The share of wrong answers, all blocks but `left_out` taking part.
    pub(super) async fn error(&self, batch: &Batch, left_out: Option<usize>) -> Result<f32> {
        let (_, logits) = self.network.stages(&Var::constant(batch.images.clone()), left_out, &mut Cx::default())?;
        Ok(1.0 - score(&logits.value().values().await?, &batch.labels))
    }
    /// What a lost device would take along.
    pub(super) async fn copy(&self) -> Result<Copy> {
        Copy::of(&self.network, &self.optimiser).await
    }
    /// Running statistics as they are, to be put back after something that must not move them.
    pub(super) fn statistics(&self) -> Vec<Tensor> {
        self.network.params().iter().filter(|p| !p.trains).map(|p| p.value().clone()).collect()
    }
    pub(super) fn put_back(&self, statistics: Vec<Tensor>) -> Result<()> {
        self.network.params().iter().filter(|p| !p.trains).zip(statistics).try_for_each(|(param, value)| param.set(value))
    }
}

impl Outcome {
    /// What both twins' steps have left, with one wait.
    pub(super) async fn read(outcomes: [Outcome; 2], labels: &[f32]) -> Result<[Learned; 2]> {
        let tensors: Vec<&Tensor> = outcomes.iter().flat_map(|o| [&o.loss, &o.logits].into_iter().chain(&o.gradients)).collect();
        let mut values = read_all(&tensors).await?.into_iter();
        Ok(outcomes.each_ref().map(|outcome| {
            let loss = values.next().and_then(|loss| finite(loss[0]));
            let error = 1.0 - score(&values.next().unwrap_or_default(), labels);
            let norms = values.by_ref().take(outcome.gradients.len()).map(|gradient| norm(&gradient)).collect();
            Learned { loss, error, norms }
        }))
    }
}
