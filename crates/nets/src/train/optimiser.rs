//! The optimiser: a rule that is applied to every parameter, and what it remembers of each (torch.optim's state).
use super::Rule;
use engine::{
    Error, Result,
    autograd::{Gradients, Param},
    tensor::{Device, Shape, Tensor, read_all},
};
use std::{collections::BTreeMap, rc::Rc};

/// A rule, its rate, which may change at any time, and what it remembers of each parameter.
pub struct Optimiser {
    /// The rule by which a gradient becomes a step.
    pub rule: Rule,
    /// The learning rate, torch.optim's `lr`.
    pub rate: f32,
    past: Memory,
}

/// The number of steps, and what the optimiser remembers of each parameter. A clone shares the tensors, which never change.
#[derive(Clone, Default)]
pub struct Memory {
    steps: i32,
    tensors: BTreeMap<String, Vec<Tensor>>,
}

/// An optimiser's memory, copied to the host.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// The number of steps.
    pub(super) steps: i32,
    /// For each parameter what is remembered, in the engine's layout.
    pub(super) memory: BTreeMap<String, Vec<(Shape, Vec<f32>)>>,
}

impl Optimiser {
    /// An optimiser without memory: its next step is its first.
    pub fn new(rule: Rule, rate: f32) -> Optimiser {
        Optimiser { rule, rate, past: Memory::default() }
    }
    /// The number of steps that it has made.
    pub fn steps(&self) -> i32 {
        self.past.steps
    }
    /// The present memory, without a copy. Go back to it later with [`recall`](Optimiser::recall).
    pub fn memory(&self) -> Memory {
        self.past.clone()
    }
    /// Goes back to an earlier memory.
    pub fn recall(&mut self, past: Memory) {
        self.past = past;
    }
    /// Updates every trainable parameter that has a gradient.
    pub fn step(&mut self, params: &[Rc<Param>], gradients: &Gradients) -> Result<()> {
        self.past.steps += 1;
        for param in params {
            let Some(gradient) = gradients.params().get(&param.name).filter(|_| param.trains) else { continue };
            let weight = param.value().clone();
            let past = self.past.tensors.get(&param.name).map_or(&[][..], Vec::as_slice);
            let (memory, moved) = self.rule.step(self.rate, self.past.steps, &weight, gradient, past)?;
            self.past.tensors.insert(param.name.clone(), memory);
            param.set(moved)?;
        }
        Ok(())
    }
    /// The memory, copied to the host.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let tensors: Vec<&Tensor> = self.past.tensors.values().flatten().collect();
        let mut values = if tensors.is_empty() { vec![] } else { read_all(&tensors).await? }.into_iter();
        let copy = |tensors: &Vec<Tensor>| tensors.iter().map(|t| t.shape().clone()).zip(values.by_ref()).collect();
        let memory = self.past.tensors.keys().cloned().zip(self.past.tensors.values().map(copy)).collect();
        Ok(Snapshot { steps: self.past.steps, memory })
    }
    /// Restores a memory onto any device.
    pub fn restore(&mut self, snapshot: &Snapshot, device: &Device) -> Result<()> {
        let tensors = |copies: &Vec<(Shape, Vec<f32>)>| {
            copies.iter().map(|(shape, values)| Tensor::new(device, shape.clone(), values)).collect::<Result<Vec<_>>>()
        };
        let remembered = snapshot.memory.iter().map(|(name, copies)| Ok((name.clone(), tensors(copies)?))).collect::<Result<_>>()?;
        self.past = Memory { steps: snapshot.steps, tensors: remembered };
        Ok(())
    }
}

impl Snapshot {
    /// Refuses if the memory has a parameter that is not among these, or one in another shape.
    pub(super) fn check(&self, params: &[Rc<Param>]) -> Result<()> {
        for (name, tensors) in &self.memory {
            let Some(param) = params.iter().find(|param| param.name == *name) else {
                return Err(Error::weights(name, "the optimiser remembers a parameter of this name, and the network has none"));
            };
            let expected = param.value().shape().clone();
            if let Some((found, _)) = tensors.iter().find(|(shape, _)| *shape != expected) {
                return Err(Error::weights(name, format!("expected an optimiser's memory of shape {expected}, found {found}")));
            }
        }
        Ok(())
    }
}
