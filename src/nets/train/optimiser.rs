//! Optimisers: how a gradient becomes a step. Formulas and defaults as torch.optim has them.
use crate::{
    engine::{
        autograd::{Gradients, Param, run},
        ops::{AdamStep, Combine, SecondMoment},
        tensor::{Device, Shape, Tensor, read_all},
    },
    error::Result,
};
use std::{collections::BTreeMap, rc::Rc};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// g ← g + λw; v ← μv + g (v = g at first); w ← w − rate·v. Reference: torch.optim.SGD.
    Sgd { momentum: f32, weight_decay: f32 },
    /// g ← g + λw; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − rate · m̂ / (√v̂ + ε). Reference: torch.optim.Adam.
    Adam { betas: [f32; 2], epsilon: f32, weight_decay: f32 },
}

impl Rule {
    pub fn sgd(weight_decay: f32) -> Rule {
        Rule::Sgd { momentum: 0.9, weight_decay }
    }
    pub fn adam(weight_decay: f32) -> Rule {
        Rule::Adam { betas: [0.9, 0.999], epsilon: 1e-8, weight_decay }
    }
}

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
    /// Moves every trainable parameter that has a gradient.
    pub fn step(&mut self, params: &[Rc<Param>], gradients: &Gradients) -> Result<()> {
        self.steps += 1;
        for param in params {
            let Some(gradient) = gradients.params().get(&param.name).filter(|_| param.trains) else { continue };
            let weight = param.value().clone();
            let decay = match self.rule {
                Rule::Sgd { weight_decay, .. } | Rule::Adam { weight_decay, .. } => weight_decay,
            };
            let gradient = if decay == 0.0 { gradient.clone() } else { Combine::of(&[(1.0, gradient), (decay, &weight)])? };
            let past = self.memory.get(&param.name).map_or(&[][..], Vec::as_slice);
            let (memory, moved) = match self.rule {
                Rule::Sgd { momentum, .. } => {
                    let velocity = match past {
                        [v] if momentum != 0.0 => Combine::of(&[(momentum, v), (1.0, &gradient)])?,
                        _ => gradient,
                    };
                    let moved = Combine::of(&[(1.0, &weight), (-self.rate, &velocity)])?;
                    (vec![velocity], moved)
                }
                Rule::Adam { betas: [beta1, beta2], epsilon, .. } => {
                    let (mean, square) = match past {
                        [m, v] => (m.clone(), v.clone()),
                        _ => {
                            let zero = Tensor::full(&weight.device(), weight.shape().clone(), 0.0)?;
                            (zero.clone(), zero)
                        }
                    };
                    let mean = Combine::of(&[(beta1, &mean), (1.0 - beta1, &gradient)])?;
                    let square = run(&SecondMoment { beta2 }, &[&square, &gradient])?;
                    let rate = self.rate / (1.0 - beta1.powi(self.steps));
                    let step = AdamStep { rate, correction2: 1.0 - beta2.powi(self.steps), epsilon };
                    let moved = run(&step, &[&weight, &mean, &square])?;
                    (vec![mean, square], moved)
                }
            };
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
