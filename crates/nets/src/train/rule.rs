//! The rules of optimisers: how a gradient becomes a step. Formulas, names of settings and defaults are those of torch.optim.
use engine::{
    Result,
    autograd::run,
    ops::{AdamStep, Binary, BinaryFn, Combine, SecondMoment, Unary, UnaryFn},
    tensor::Tensor,
};

/// An optimiser's rule. All but AdamW begin with g ← g + λw, where λ is the weight decay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// v ← μv + (1 − dampening)·g (v = g at first); w ← w − rate·v, with `nesterov` w ← w − rate·(g + μv). Reference: torch.optim.SGD.
    Sgd {
        /// μ, the share of the last step that is kept; 0 for no momentum.
        momentum: f32,
        /// The share of the gradient that is left out of v, from 0 to 1.
        dampening: f32,
        /// Whether it is Nesterov's momentum, which looks ahead.
        nesterov: bool,
        /// λ, the share of the weight that is added to the gradient.
        weight_decay: f32,
    },
    /// m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − rate · m̂ / (√v̂ + ε). A hat means divided by 1 − βᵗ. With `amsgrad`, v is
    /// replaced by the largest v so far. Source: Kingma and Ba, 2015; Reddi et al., 2018. Reference: torch.optim.Adam.
    Adam {
        /// β₁ and β₂, the shares of m and of v that are kept.
        betas: [f32; 2],
        /// ε, which keeps the division finite.
        epsilon: f32,
        /// λ, the share of the weight that is added to the gradient.
        weight_decay: f32,
        /// Whether the largest v so far replaces v.
        amsgrad: bool,
    },
    /// Adam with decoupled weight decay: first w ← (1 − rate·λ)·w. Source: Loshchilov and Hutter, 2019. Reference: torch.optim.AdamW.
    AdamW {
        /// β₁ and β₂, the shares of m and of v that are kept.
        betas: [f32; 2],
        /// ε, which keeps the division finite.
        epsilon: f32,
        /// λ: the weight is first multiplied by 1 − rate·λ.
        weight_decay: f32,
    },
    /// v ← αv + (1 − α)g²; b ← μb + g / (√v + ε); w ← w − rate·b. With `centered`, the squared mean of g is subtracted from v. Reference: torch.optim.RMSprop.
    RmsProp {
        /// α, the share of v that is kept.
        alpha: f32,
        /// ε, which keeps the division finite.
        epsilon: f32,
        /// μ, the share of b that is kept; 0 for no momentum.
        momentum: f32,
        /// Whether the squared mean of g is subtracted from v.
        centered: bool,
        /// λ, the share of the weight that is added to the gradient.
        weight_decay: f32,
    },
    /// v ← v + g²; w ← w − rate · g / (√v + ε). Source: Duchi et al., 2011. Reference: torch.optim.Adagrad.
    Adagrad {
        /// ε, which keeps the division finite.
        epsilon: f32,
        /// λ, the share of the weight that is added to the gradient.
        weight_decay: f32,
    },
    /// m as in Adam; u ← max(β₂u, |g| + ε); w ← w − rate · m̂ / u. Source: Kingma and Ba, 2015. Reference: torch.optim.Adamax.
    Adamax {
        /// β₁ and β₂, the shares of m and of u that are kept.
        betas: [f32; 2],
        /// ε, which keeps u greater than 0.
        epsilon: f32,
        /// λ, the share of the weight that is added to the gradient.
        weight_decay: f32,
    },
    /// Adam with Nesterov's momentum, which looks ahead. Source: Dozat, 2016. Reference: torch.optim.NAdam.
    NAdam {
        /// The final value of β₁, and β₂.
        betas: [f32; 2],
        /// ε, which keeps the division finite.
        epsilon: f32,
        /// λ, the share of the weight that is added to the gradient.
        weight_decay: f32,
        /// ψ: β₁ of step t is β₁ · (1 − 0.96^(tψ) / 2).
        momentum_decay: f32,
    },
    /// Adam that does not use v until its variance is known. Source: Liu et al., 2020. Reference: torch.optim.RAdam.
    RAdam {
        /// β₁ and β₂, the shares of m and of v that are kept.
        betas: [f32; 2],
        /// ε, which keeps the division finite.
        epsilon: f32,
        /// λ, the share of the weight that is added to the gradient.
        weight_decay: f32,
    },
}

impl Rule {
    /// SGD with momentum 0.9.
    pub fn sgd(weight_decay: f32) -> Rule {
        Rule::momentum(0.9, weight_decay)
    }
    /// SGD with momentum μ, without dampening; μ = 0 is plain gradient descent.
    pub fn momentum(momentum: f32, weight_decay: f32) -> Rule {
        Rule::Sgd { momentum, dampening: 0.0, nesterov: false, weight_decay }
    }
    /// SGD with Nesterov's momentum μ, without dampening.
    pub fn nesterov(momentum: f32, weight_decay: f32) -> Rule {
        Rule::Sgd { momentum, dampening: 0.0, nesterov: true, weight_decay }
    }
    /// Adam with torch.optim's β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, without AMSGrad.
    pub fn adam(weight_decay: f32) -> Rule {
        Rule::Adam { betas: [0.9, 0.999], epsilon: 1e-8, weight_decay, amsgrad: false }
    }
    /// AdamW with torch.optim's β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.
    pub fn adamw(weight_decay: f32) -> Rule {
        Rule::AdamW { betas: [0.9, 0.999], epsilon: 1e-8, weight_decay }
    }
    /// RMSprop with torch.optim's α = 0.99, ε = 10⁻⁸, neither centred nor with momentum.
    pub fn rms_prop(weight_decay: f32) -> Rule {
        Rule::RmsProp { alpha: 0.99, epsilon: 1e-8, momentum: 0.0, centered: false, weight_decay }
    }

    /// λ if it is added to the gradient, else 0.
    fn decay(self) -> f32 {
        match self {
            Rule::AdamW { .. } => 0.0,
            Rule::Sgd { weight_decay, .. }
            | Rule::Adam { weight_decay, .. }
            | Rule::RmsProp { weight_decay, .. }
            | Rule::Adagrad { weight_decay, .. }
            | Rule::Adamax { weight_decay, .. }
            | Rule::NAdam { weight_decay, .. }
            | Rule::RAdam { weight_decay, .. } => weight_decay,
        }
    }

    /// The weight after step `t` (1, 2, …), and the new memory. `past` is the memory after the last step, empty at first.
    pub(super) fn step(self, rate: f32, t: i32, weight: &Tensor, gradient: &Tensor, past: &[Tensor]) -> Result<(Vec<Tensor>, Tensor)> {
        let g = match self.decay() {
            0.0 => gradient.clone(),
            decay => Combine::of(&[(1.0, gradient), (decay, weight)])?,
        };
        let remembered = |i: usize| match past.get(i) {
            Some(tensor) => Ok(tensor.clone()),
            None => Tensor::full(&weight.device(), weight.shape().clone(), 0.0),
        };
        // β·past + (1 − β)·now
        let mean = |i, beta: f32, now: &Tensor| Combine::of(&[(beta, &remembered(i)?), (1.0 - beta, now)]);
        let squares = |i, keep: f32, gain: f32| run(&SecondMoment { keep, gain }, &[&remembered(i)?, &g]);
        let divided = |step: AdamStep, from: &Tensor, m: &Tensor, v: &Tensor| run(&step, &[from, m, v]);
        let less = |rate: f32, step: &Tensor| Combine::of(&[(1.0, weight), (-rate, step)]);
        Ok(match self {
            Rule::Sgd { momentum: 0.0, .. } => (vec![], less(rate, &g)?),
            Rule::Sgd { momentum, dampening, nesterov, .. } => {
                let velocity = match past.first() {
                    Some(v) => Combine::of(&[(momentum, v), (1.0 - dampening, &g)])?,
                    None => g.clone(),
                };
                let moved = if nesterov {
                    Combine::of(&[(1.0, weight), (-rate, &g), (-rate * momentum, &velocity)])?
                } else {
                    less(rate, &velocity)?
                };
                (vec![velocity], moved)
            }
            Rule::Adam { betas: [beta1, beta2], epsilon, .. } | Rule::AdamW { betas: [beta1, beta2], epsilon, .. } => {
                let keep = if let Rule::AdamW { weight_decay, .. } = self { 1.0 - rate * weight_decay } else { 1.0 };
                let (m, v) = (mean(0, beta1, &g)?, squares(1, beta2, 1.0 - beta2)?);
                let step = AdamStep { keep, rate: rate / (1.0 - beta1.powi(t)), correction: 1.0 - beta2.powi(t), epsilon };
                if let Rule::Adam { amsgrad: true, .. } = self {
                    let largest = run(&Binary(BinaryFn::Maximum), &[&remembered(2)?, &v])?;
                    let moved = divided(step, weight, &m, &largest)?;
                    (vec![m, v, largest], moved)
                } else {
                    let moved = divided(step, weight, &m, &v)?;
                    (vec![m, v], moved)
                }
            }
            Rule::RmsProp { alpha, epsilon, momentum, centered, .. } => {
                let v = squares(0, alpha, 1.0 - alpha)?;
                // The memory is b, followed by the mean of g if it is needed.
                let (spread, middle) = if centered {
                    let middle = mean(2, alpha, &g)?;
                    let square = run(&Unary(UnaryFn::Square), &[&middle])?;
                    (Combine::of(&[(1.0, &v), (-1.0, &square)])?, Some(middle))
                } else {
                    (v.clone(), None)
                };
                let b = divided(AdamStep { keep: momentum, rate: -1.0, correction: 1.0, epsilon }, &remembered(1)?, &g, &spread)?;
                let moved = less(rate, &b)?;
                ([v, b].into_iter().chain(middle).collect(), moved)
            }
            Rule::Adagrad { epsilon, .. } => {
                let v = squares(0, 1.0, 1.0)?;
                let moved = divided(AdamStep { keep: 1.0, rate, correction: 1.0, epsilon }, weight, &g, &v)?;
                (vec![v], moved)
            }
            Rule::Adamax { betas: [beta1, beta2], epsilon, .. } => {
                let m = mean(0, beta1, &g)?;
                let size = run(&Unary(UnaryFn::Shift(epsilon)), &[&run(&Unary(UnaryFn::Abs), &[&g])?])?;
                let u = run(&Binary(BinaryFn::Maximum), &[&Combine::of(&[(beta2, &remembered(1)?)])?, &size])?;
                let moved = less(rate / (1.0 - beta1.powi(t)), &run(&Binary(BinaryFn::Div), &[&m, &u])?)?;
                (vec![m, u], moved)
            }
            Rule::NAdam { betas: [beta1, beta2], epsilon, momentum_decay, .. } => {
                let (m, v) = (mean(0, beta1, &g)?, squares(1, beta2, 1.0 - beta2)?);
                let momentum = |t: i32| f64::from(beta1) * (1.0 - 0.5 * 0.96f64.powf(f64::from(t) * f64::from(momentum_decay)));
                // After a few hundred steps f32 cannot tell it from 0.
                let product: f64 = (1..=t.min(2000)).map(momentum).product();
                let (now, next) = (momentum(t), momentum(t + 1));
                let ahead = [(1.0 - now) / (1.0 - product), next / (1.0 - product * next)].map(|share| share as f32);
                let m_ahead = Combine::of(&[(ahead[0], &g), (ahead[1], &m)])?;
                let moved = divided(AdamStep { keep: 1.0, rate, correction: 1.0 - beta2.powi(t), epsilon }, weight, &m_ahead, &v)?;
                (vec![m, v], moved)
            }
            Rule::RAdam { betas: [beta1, beta2], epsilon, .. } => {
                let (m, v) = (mean(0, beta1, &g)?, squares(1, beta2, 1.0 - beta2)?);
                let rate = rate / (1.0 - beta1.powi(t));
                let (beta, power) = (f64::from(beta2), f64::from(beta2).powi(t));
                let last = 2.0 / (1.0 - beta) - 1.0;
                let length = last - 2.0 * f64::from(t) * power / (1.0 - power);
                let moved = if length > 5.0 {
                    let known = (length - 4.0) * (length - 2.0) * last / ((last - 4.0) * (last - 2.0) * length);
                    let rate = rate * (known * (1.0 - power)).sqrt() as f32;
                    divided(AdamStep { keep: 1.0, rate, correction: 1.0, epsilon }, weight, &m, &v)?
                } else {
                    less(rate, &m)?
                };
                (vec![m, v], moved)
            }
        })
    }
}
