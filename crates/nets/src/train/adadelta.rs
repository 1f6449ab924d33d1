//! Adadelta: the step is as long as the steps before it, so that it has the weight's unit. No lab offers it, so it is not one of the rules that every lab carries.
use engine::{
    Result,
    autograd::{Var, run},
    ops::{Combine, SecondMoment, UnaryFn},
    tensor::Tensor,
};

/// v ← ρv + (1 − ρ)g²; d = g · √(u + ε) / √(v + ε); u ← ρu + (1 − ρ)d²; w ← w − rate·d, with g ← g + λw at first. Source: Zeiler, 2012. Reference:
/// torch.optim.Adadelta.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta {
    /// ρ, the share of v and of u that is kept.
    pub rho: f32,
    /// ε, which keeps the division finite and the first steps above 0.
    pub epsilon: f32,
    /// λ, the share of the weight that is added to the gradient.
    pub weight_decay: f32,
}

impl Adadelta {
    /// The weight after a step, and the new memory, v and u. `past` is the memory after the last step, None at first.
    pub fn step(self, rate: f32, weight: &Tensor, gradient: &Tensor, past: Option<&[Tensor; 2]>) -> Result<(Tensor, [Tensor; 2])> {
        let g = Combine::of(&[(1.0, gradient), (self.weight_decay, weight)])?;
        let [v, u] = match past {
            Some(past) => past.clone(),
            None => {
                let zeros = Tensor::full(&weight.device(), weight.shape().clone(), 0.0)?;
                [zeros.clone(), zeros]
            }
        };
        let mean = |past: &Tensor, now: &Tensor| run(&SecondMoment { keep: self.rho, gain: 1.0 - self.rho }, &[past, now]);
        let root = |square: &Tensor| Var::constant(square.clone()).shift(self.epsilon)?.unary(UnaryFn::Sqrt);
        let v = mean(&v, &g)?;
        let step = Var::constant(g).mul(&root(&u)?.div(&root(&v)?)?)?;
        let u = mean(&u, step.value())?;
        Ok((Combine::of(&[(1.0, weight), (-rate, step.value())])?, [v, u]))
    }
}
