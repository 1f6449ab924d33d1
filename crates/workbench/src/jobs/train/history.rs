//! The history of a run: the parameters and the optimiser's memory at steps that can be shown again. Its size is bounded.
use engine::{Result, tensor::Tensor};
use nets::{
    nn::Module,
    train::{Memory, Thinned, Trainer},
};

/// The largest number of copies. A copy of LeNet-5 takes half a megabyte with momentum, and three quarters with Adam.
const MOST: usize = 48;

/// A network and its optimiser after a step. It shares the run's tensors, which never change, so a copy takes no time.
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
    /// Restores the network and the optimiser.
    pub(super) fn recall(&self, trainer: &mut Trainer) {
        trainer.optimiser.recall(self.memory.clone());
    }
}

/// An earlier step that is shown, and meanwhile the present state of the run.
pub(super) struct Replay {
    pub step: u64,
    pub last: Kept,
}

/// The history from step 0 on.
pub(super) type History = Thinned<Kept, MOST>;
