//! A value that a network owns and training changes: the only thing in the engine that changes.
use crate::{
    error::{Error, Result},
    tensor::{Layout, Tensor},
};
use std::cell::{Cell, Ref, RefCell};

/// torch.nn.Parameter, and a buffer such as a running mean too: a named tensor that can be replaced by another of the same shape.
pub struct Param {
    /// Its key in the reference's weight file.
    pub name: String,
    /// How its axes in a weight file map to the engine's.
    pub layout: Layout,
    /// False for running statistics, which no gradient reaches.
    pub trains: bool,
    value: RefCell<Tensor>,
    version: Cell<u32>,
}

impl Param {
    /// At version 0. `value` has the engine's axis order.
    pub fn new(name: String, layout: Layout, trains: bool, value: Tensor) -> Param {
        Param { name, layout, trains, value: RefCell::new(value), version: Cell::new(0) }
    }
    /// The tensor it holds now, borrowed: [`Param::set`] panics while the borrow lasts. A clone of the tensor shares its memory.
    pub fn value(&self) -> Ref<'_, Tensor> {
        self.value.borrow()
    }
    /// Puts another tensor of the same shape in its place; tapes keep the one they saw.
    pub fn set(&self, value: Tensor) -> Result<()> {
        let expected = self.value.borrow().shape().clone();
        if value.shape() != &expected {
            return Err(Error::weights(&self.name, format!("expected {expected}, found {}", value.shape())));
        }
        self.value.replace(value);
        self.version.set(self.version.get() + 1);
        Ok(())
    }
    /// How often it was set: what is derived from it can be kept until this changes.
    pub fn version(&self) -> u32 {
        self.version.get()
    }
}
