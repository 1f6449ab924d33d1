//! A parameter: a value that a network owns and training changes. Nothing else in the engine changes.
use crate::{
    error::{Error, Result},
    tensor::{Layout, Tensor},
};
use std::cell::{Cell, Ref, RefCell};

/// torch.nn.Parameter, and also a buffer such as a running mean: a named tensor that can be replaced by another one of the same shape.
pub struct Param {
    /// Its key in the reference's weight file.
    pub name: String,
    /// How its axes in a weight file map to the engine's.
    pub layout: Layout,
    /// Whether it is trained. False for running statistics, which receive no gradient.
    pub trains: bool,
    value: RefCell<Tensor>,
    version: Cell<u32>,
}

impl Param {
    /// A parameter at version 0. `value` has the engine's axis order.
    pub fn new(name: String, layout: Layout, trains: bool, value: Tensor) -> Param {
        Param { name, layout, trains, value: RefCell::new(value), version: Cell::new(0) }
    }
    /// The present tensor, borrowed: [`Param::set`] panics while the borrow lasts. A clone of the tensor shares its memory.
    pub fn value(&self) -> Ref<'_, Tensor> {
        self.value.borrow()
    }
    /// Replaces the tensor. Refuses another shape. Tapes keep the tensor that they saw.
    pub fn set(&self, value: Tensor) -> Result<()> {
        let expected = self.value.borrow().shape().clone();
        if value.shape() != &expected {
            return Err(Error::weights(&self.name, format!("expected {expected}, found {}", value.shape())));
        }
        self.value.replace(value);
        self.version.set(self.version.get() + 1);
        Ok(())
    }
    /// How often the parameter was set. Values derived from it stay valid until this number changes.
    pub fn version(&self) -> u32 {
        self.version.get()
    }
}
