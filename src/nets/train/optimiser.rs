//! The optimiser: a rule applied to every parameter, and what it remembers of each.
use super::Rule;
use crate::{
    engine::{
        autograd::{Gradients, Param},
        tensor::{Device, Shape, Tensor, read_all},
    },
    error::Result,
};
use std::{collections::BTreeMap, rc::Rc};

/// A rule, its rate (which may change at any time) and what it remembers of each parameter.
pub struct Optimiser {
    pub rule: Rule,
    pub rate: f32,
    steps: i32,
    memory: BTreeMap<String, Vec<Tensor>>,
}

/// An optimiser's memory on the host.
#[derive(Clone, Default)]
pub struct Snapshot {
    steps: i32,
    memory: BTreeMap<String, Vec<(Shape, Vec<f32>)>>,
}

impl Optimiser {
    pub fn new(rule: Rule, rate: f32) -> Optimiser {
        Optimiser { rule, rate, steps: 0, memory: BTreeMap::new() }
    }
    /// How many it has made.
    pub fn steps(&self) -> i32 {
        self.steps
    }
    /// Moves every trainable parameter that has a gradient.
    pub fn step(&mut self, params: &[Rc<Param>], gradients: &Gradients) -> Result<()> {
        self.steps += 1;
        for param in params {
            let Some(gradient) = gradients.params().get(&param.name).filter(|_| param.trains) else { continue };
            let weight = param.value().clone();
            let past = self.memory.get(&param.name).map_or(&[][..], Vec::as_slice);
            let (memory, moved) = self.rule.step(self.rate, self.steps, &weight, gradient, past)?;
            self.memory.insert(param.name.clone(), memory);
            param.set(moved)?;
        }
        Ok(())
    }
    /// What it remembers, copied to the host.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let tensors: Vec<&Tensor> = self.memory.values().flatten().collect();
        let mut values = if tensors.is_empty() { vec![] } else { read_all(&tensors).await? }.into_iter();
        let copy = |tensors: &Vec<Tensor>| tensors.iter().map(|t| t.shape().clone()).zip(values.by_ref()).collect();
        Ok(Snapshot { steps: self.steps, memory: self.memory.keys().cloned().zip(self.memory.values().map(copy)).collect() })
    }
    /// Takes up a memory again, on any device.
    pub fn restore(&mut self, snapshot: &Snapshot, device: &Device) -> Result<()> {
        let tensors = |copies: &Vec<(Shape, Vec<f32>)>| {
            copies.iter().map(|(shape, values)| Tensor::new(device, shape.clone(), values)).collect::<Result<Vec<_>>>()
        };
        self.memory = snapshot.memory.iter().map(|(name, copies)| Ok((name.clone(), tensors(copies)?))).collect::<Result<_>>()?;
        self.steps = snapshot.steps;
        Ok(())
    }
}
