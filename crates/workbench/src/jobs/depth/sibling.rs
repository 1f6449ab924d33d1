//! One of the twins in training: its network, its optimiser, and the results of a step that are read later.
use super::digits::Batch;
use crate::protocol::depth::{Options, TwinStep};
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

/// The value, or None if it is not finite.
pub(super) fn finite(value: f32) -> Option<f32> {
    value.is_finite().then_some(value)
}

/// The Euclidean norm √Σ x², in 64 bits, because the squares of vanished gradients underflow in 32 bits.
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
    /// The share of wrong answers. Block `left_out` is skipped if it is given.
    pub(super) async fn error(&self, batch: &Batch, left_out: Option<usize>) -> Result<f32> {
        let (_, logits) = self.network.stages(&Var::constant(batch.images.clone()), left_out, &mut Cx::default())?;
        Ok(1.0 - score(&logits.value().values().await?, &batch.labels))
    }
    /// A copy of what would be lost with the device.
    pub(super) async fn copy(&self) -> Result<Copy> {
        Copy::of(&self.network, &self.optimiser).await
    }
    /// The running statistics, to be restored after a measurement that must not change them.
    pub(super) fn statistics(&self) -> Vec<Tensor> {
        self.network.params().iter().filter(|p| !p.trains).map(|p| p.value().clone()).collect()
    }
    pub(super) fn put_back(&self, statistics: Vec<Tensor>) -> Result<()> {
        self.network.params().iter().filter(|p| !p.trains).zip(statistics).try_for_each(|(param, value)| param.set(value))
    }
}

impl Outcome {
    /// Reads the results of both twins' steps, with one wait.
    pub(super) async fn read(outcomes: [Outcome; 2], labels: &[f32]) -> Result<[TwinStep; 2]> {
        let tensors: Vec<&Tensor> = outcomes.iter().flat_map(|o| [&o.loss, &o.logits].into_iter().chain(&o.gradients)).collect();
        let mut values = read_all(&tensors).await?.into_iter();
        Ok(outcomes.each_ref().map(|outcome| {
            let loss = values.next().and_then(|loss| finite(loss[0]));
            let error = 1.0 - score(&values.next().unwrap_or_default(), labels);
            let norms = values.by_ref().take(outcome.gradients.len()).map(|gradient| norm(&gradient)).collect();
            TwinStep { loss, error, norms }
        }))
    }
}
