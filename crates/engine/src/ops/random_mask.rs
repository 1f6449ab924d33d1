//! A random mask for dropout: y[i] = 1 with probability 1 − p, else 0. The same seed gives the same mask on every device.
use super::values_mut;
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// A random mask of zeros and ones. Its input only says on which device the mask is made.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomMask {
    /// The mask's shape, which may differ from the input's.
    pub shape: Shape,
    /// The probability of a 0.
    pub p: f32,
    /// The same seed, probability and shape give the same mask.
    pub seed: u32,
}

/// A hash of 32 bits: one step of a linear congruential generator, followed by a permutation of its bits. Source: O'Neill's PCG as a hash
/// (Jarzynski and Olano, 2020).
fn hash(value: u32) -> u32 {
    let state = value.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

impl Op for RandomMask {
    fn name(&self) -> &'static str {
        "random mask"
    }
    fn shape(&self, _: &[&Shape]) -> Result<Shape> {
        if !(0.0..1.0).contains(&self.p) || self.shape.size() == 0 {
            return Err(Error::shape("random mask", format!("of {} with probability {}: expected 0 ≤ p < 1", self.shape, self.p)));
        }
        Ok(self.shape.clone())
    }
    fn cpu(&self, _: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (first, least) = (hash(self.seed), self.least());
        for (i, y) in values_mut(&mut y).iter_mut().enumerate() {
            *y = f32::from(u8::from(hash(first ^ i as u32) >> 8 >= least));
        }
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let params = Params::default().u(y.size()).u(hash(self.seed) as usize).u(self.least() as usize);
        Ok(Dispatch::flat("random_mask", wgsl!("random_mask.wgsl"), y.size(), params))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![None])
    }
}

impl RandomMask {
    /// The smallest draw that becomes 1. Draws are integers of 24 bits.
    fn least(&self) -> u32 {
        (self.p * 16_777_216.0) as u32
    }
}

impl Var {
    /// A constant mask of zeros and ones on this variable's device, for `dropout`. Refuses p unless 0 ≤ p < 1, and an empty shape.
    pub fn random_mask(&self, shape: Shape, p: f32, seed: u32) -> Result<Var> {
        Ok(Var::constant(run(&RandomMask { shape, p, seed }, &[self.value()])?))
    }
}
