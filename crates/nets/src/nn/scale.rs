//! Factors: every value is multiplied by a fixed number, by a learned one, or by a learned one of its channel.
use super::{Cx, Init, Module, Scope};
use engine::{
    Result,
    autograd::{Param, Var},
    tensor::{Layout, Shape},
};
use std::rc::Rc;

/// y = factor · x.
pub struct Scale(pub f32);

impl Module for Scale {
    fn describe(&self) -> String {
        format!("times {}", self.0)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.scale(self.0)
    }
}

/// y = g · x with a learned g: one number, or one for each channel.
pub struct LearnedScale(Rc<Param>);

impl LearnedScale {
    /// One factor for each channel; its PyTorch shape is C×1×1. It begins near 0, so that a deep network begins as the identity. Source:
    /// Touvron et al., 2021 (LayerScale).
    pub fn of_channels(scope: &Scope, name: &str, channels: usize, first: f32) -> Result<LearnedScale> {
        Ok(LearnedScale(scope.param(name, Layout::Plain, &[channels, 1, 1], Init::Constant(first))?))
    }
    /// One factor for all values; its PyTorch shape has no axes. Source: De and Smith, 2020 (SkipInit).
    pub fn single(scope: &Scope, name: &str, first: f32) -> Result<LearnedScale> {
        Ok(LearnedScale(scope.param(name, Layout::Plain, &[], Init::Constant(first))?))
    }
}

impl Module for LearnedScale {
    fn describe(&self) -> String {
        match self.0.value().shape().size() {
            1 => "times a learned number".into(),
            _ => "times a learned number for each channel".into(),
        }
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let factor = x.param(&self.0);
        x.mul(&factor.reshape(Shape::new([factor.shape().size()]))?)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        vec![self.0.clone()]
    }
}
