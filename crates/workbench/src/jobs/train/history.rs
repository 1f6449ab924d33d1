//! The steps of a run that can be shown again: parameters and the optimiser's memory, as many as a bounded memory holds.
use engine::{Result, tensor::Tensor};
use nets::{
    nn::Module,
    train::{Memory, Thinned, Trainer},
};

/// Copies at most. One of LeNet-5 with momentum is half a megabyte, with Adam three quarters.
const MOST: usize = 48;

/// A network and its optimiser after a step. The tensors are those of the run, which never change: a copy takes no time.
pub(super) struct Kept {
    parameters: Vec<Tensor>,
    memory: Memory,
}

impl Kept {
    pub(super) fn of(trainer: &Trainer) -> Kept {
        let parameters = trainer.network.params().iter().map(|param| param.value().clone()).collect();
        Kept { parameters, memory: trainer.optimiser.memory() }
    }
    pub(super) fn show(&self, trainer: &Trainer) -> Result<()> {
        trainer.network.params().iter().zip(&self.parameters).try_for_each(|(param, value)| param.set(value.clone()))
    }
    /// The optimiser as it was, too.
    pub(super) fn recall(&self, trainer: &mut Trainer) {
        trainer.optimiser.recall(self.memory.clone());
    }
}

/// An earlier step that is shown, and the run as it stands meanwhile.
pub(super) struct Replay {
    pub step: u64,
    pub last: Kept,
}

/// From step 0 on.
pub(super) type History = Thinned<Kept, MOST>;
