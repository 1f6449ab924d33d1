//! The steps of a run that can be shown again: parameters and the optimiser's memory, as many as a bounded memory holds.
use crate::{
    engine::tensor::Tensor,
    error::Result,
    nets::{
        nn::Module,
        train::{Memory, Trainer},
    },
};

/// Copies at most. One of LeNet-5 with momentum is half a megabyte, with Adam three quarters.
const MOST: usize = 48;

/// A network and its optimiser after a step. The tensors are those of the run, which never change: a copy takes no time.
pub struct Kept {
    pub step: u64,
    parameters: Vec<Tensor>,
    memory: Memory,
}

impl Kept {
    pub fn of(step: u64, trainer: &Trainer) -> Kept {
        let parameters = trainer.network.params().iter().map(|param| param.value().clone()).collect();
        Kept { step, parameters, memory: trainer.optimiser.memory() }
    }
    pub fn show(&self, trainer: &Trainer) -> Result<()> {
        trainer.network.params().iter().zip(&self.parameters).try_for_each(|(param, value)| param.set(value.clone()))
    }
    /// The optimiser as it was, too.
    pub fn recall(&self, trainer: &mut Trainer) {
        trainer.optimiser.recall(self.memory.clone());
    }
}

/// Evenly spaced steps from the first on; when there are too many, every second one goes.
pub struct History {
    every: u64,
    kept: Vec<Kept>,
}

impl History {
    /// Of a run that begins.
    pub fn new(trainer: &Trainer) -> History {
        History { every: 1, kept: vec![Kept::of(0, trainer)] }
    }
    /// Keeps this step if it is one of those that are kept.
    pub fn take(&mut self, step: u64, trainer: &Trainer) {
        if !step.is_multiple_of(self.every) {
            return;
        }
        self.kept.push(Kept::of(step, trainer));
        if self.kept.len() > MOST {
            self.every *= 2;
            self.kept.retain(|kept| kept.step.is_multiple_of(self.every));
        }
    }
    pub fn steps(&self) -> Vec<u64> {
        self.kept.iter().map(|kept| kept.step).collect()
    }
    pub fn get(&self, step: u64) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.step == step)
    }
    /// This step as it is now, and nothing after it.
    pub fn end_with(&mut self, last: Kept) {
        self.kept.retain(|kept| kept.step < last.step);
        self.kept.push(last);
    }
}
