//! A value that a network owns and training changes: the only thing in the engine that changes.
use crate::{
    error::{Error, Result},
    tensor::{Layout, Tensor},
};
use std::cell::{Cell, Ref, RefCell};

pub struct Param {
    /// Its key in the reference's weight file.
    pub name: String,
    pub layout: Layout,
    /// False for running statistics, which no gradient reaches.
    pub trains: bool,
    value: RefCell<Tensor>,
    version: Cell<u32>,
}

impl Param {
    pub fn new(name: String, layout: Layout, trains: bool, value: Tensor) -> Param {
        Param { name, layout, trains, value: RefCell::new(value), version: Cell::new(0) }
    }
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
