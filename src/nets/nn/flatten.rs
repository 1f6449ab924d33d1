//! An image as one long vector, channel by channel, as published dense weights expect it.
use super::{Cx, Module};
use crate::{engine::autograd::Var, error::Result};

pub struct Flatten;

impl Module for Flatten {
    fn describe(&self) -> String {
        "flatten".into()
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.flatten_image()
    }
}
