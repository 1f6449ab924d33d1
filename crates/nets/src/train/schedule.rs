//! Schedules of the learning rate. Names and formulas are those of torch.optim.lr_scheduler. A step may be a batch or an epoch.
use serde::Deserialize;
use std::f64::consts::PI;

/// A schedule gives the rate at step t = 0, 1, … from the base rate.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Schedule {
    /// The base rate at every step. Reference: ConstantLR with a factor of 1.
    Constant,
    /// base · γ^⌊t / step_size⌋. Reference: StepLR.
    Step {
        /// The number of steps between two changes; 0 counts as 1.
        step_size: usize,
        /// γ, the factor of each change.
        gamma: f64,
    },
    /// base · γⁿ after n milestones. Reference: MultiStepLR.
    Multistep {
        /// The steps at which the rate changes. Step t has reached all milestones up to t.
        milestones: Vec<usize>,
        /// γ, the factor of each change.
        gamma: f64,
    },
    /// base · γᵗ. Reference: ExponentialLR.
    Exponential {
        /// γ, the factor of each step.
        gamma: f64,
    },
    /// Half a cosine from base to `eta_min` over `t_max` steps, and back. Reference: CosineAnnealingLR.
    Cosine {
        /// The number of steps from the base rate to `eta_min`; 0 counts as 1.
        #[serde(rename = "T_max")]
        t_max: usize,
        /// The rate at step `t_max`.
        eta_min: f64,
    },
    /// Half a cosine from base to `eta_min`, repeated with restarts. Each one is `t_mult` times as long as the one before. Source:
    /// Loshchilov and Hutter, 2017. Reference: CosineAnnealingWarmRestarts.
    CosineRestarts {
        /// The length of the first half cosine in steps; 0 counts as 1.
        #[serde(rename = "T_0")]
        t_0: usize,
        /// The length of each half cosine over the length of the one before; 0 counts as 1.
        #[serde(rename = "T_mult")]
        t_mult: usize,
        /// The rate at the end of each half cosine.
        eta_min: f64,
    },
    /// The base rate times a factor that changes linearly. Reference: LinearLR.
    LinearWarmup {
        /// The factor at step 0.
        start_factor: f64,
        /// The factor from step `total_iters` on.
        end_factor: f64,
        /// The number of steps from the first factor to the last; 0 counts as 1.
        total_iters: usize,
    },
    /// base · (1 − t / total_iters)^power. Reference: PolynomialLR.
    Polynomial {
        /// The first step at which the rate is 0. It stays 0 then. A value of 0 counts as 1.
        total_iters: usize,
        /// The exponent. With 1 the rate falls linearly; with more it falls faster at first.
        power: f64,
    },
    /// Half a cosine up from max_lr / div_factor to `max_lr` over the share `pct_start` of the steps, then half a cosine down to the first
    /// rate / final_div_factor. Source: Smith and Topin, 2018. Reference: OneCycleLR.
    Onecycle {
        /// The highest rate. The base rate is not used.
        max_lr: f64,
        /// The number of steps of the whole cycle. After it the rate stays at its lowest.
        total_steps: usize,
        /// The share of the steps in which the rate rises, from 0 to 1.
        pct_start: f64,
        /// `max_lr` divided by this is the first rate.
        div_factor: f64,
        /// The first rate divided by this is the last rate.
        final_div_factor: f64,
    },
    /// Linearly up from `base_lr` to `max_lr` in `step_size_up` steps, down in as many, and repeated. Source: Smith, 2017. Reference: CyclicLR.
    CyclicTriangular {
        /// The lowest rate. The base rate is not used.
        base_lr: f64,
        /// The highest rate.
        max_lr: f64,
        /// The number of steps from the lowest rate to the highest; 0 counts as 1.
        step_size_up: usize,
    },
    /// `first` for `steps` steps, then `second` from its own beginning. Reference: SequentialLR.
    Then {
        /// The number of steps of the first schedule.
        steps: usize,
        /// The schedule of steps 0 to `steps` − 1.
        first: Box<Schedule>,
        /// The schedule after them. Its step 0 is step `steps` of the whole.
        second: Box<Schedule>,
    },
}

/// Half a cosine from `start` to `end`, at `part` of the way from 0 to 1.
fn half_cosine(start: f64, end: f64, part: f64) -> f64 {
    end + (start - end) * (1.0 + (PI * part).cos()) / 2.0
}

impl Schedule {
    /// The learning rate at a step, counted from 0. Some schedules have their own rates and do not use the base rate.
    pub fn rate(&self, base: f64, step: usize) -> f64 {
        let t = step as f64;
        // A length of 0 counts as 1, so it is over after one step.
        let part = |steps: usize| t / steps.max(1) as f64;
        match self {
            Schedule::Constant => base,
            Schedule::Step { step_size, gamma } => base * gamma.powf((step / (*step_size).max(1)) as f64),
            Schedule::Multistep { milestones, gamma } => base * gamma.powf(milestones.iter().filter(|m| **m <= step).count() as f64),
            Schedule::Exponential { gamma } => base * gamma.powf(t),
            Schedule::Cosine { t_max, eta_min } => half_cosine(base, *eta_min, part(*t_max)),
            Schedule::CosineRestarts { t_0, t_mult, eta_min } => {
                let (mut start, mut length) = (0, (*t_0).max(1));
                while step - start >= length {
                    start += length;
                    length = length.saturating_mul((*t_mult).max(1));
                }
                half_cosine(base, *eta_min, (step - start) as f64 / length as f64)
            }
            Schedule::LinearWarmup { start_factor, end_factor, total_iters } => {
                base * (start_factor + (end_factor - start_factor) * part(*total_iters).min(1.0))
            }
            Schedule::Polynomial { total_iters, power } => base * (1.0 - part(*total_iters).min(1.0)).powf(*power),
            Schedule::Onecycle { max_lr, total_steps, pct_start, div_factor, final_div_factor } => {
                let first = max_lr / div_factor;
                let (top, end) = (pct_start * *total_steps as f64 - 1.0, *total_steps as f64 - 1.0);
                if t <= top {
                    half_cosine(first, *max_lr, t / top.max(1e-9))
                } else {
                    half_cosine(*max_lr, first / final_div_factor, ((t - top) / (end - top).max(1e-9)).min(1.0))
                }
            }
            Schedule::CyclicTriangular { base_lr, max_lr, step_size_up } => {
                let along = part(*step_size_up) % 2.0;
                base_lr + (max_lr - base_lr) * (1.0 - (along - 1.0).abs())
            }
            Schedule::Then { steps, first, second } => match step.checked_sub(*steps) {
                None => first.rate(base, step),
                Some(step) => second.rate(base, step),
            },
        }
    }
}
