//! How the rate changes from step to step. Names and formulas as torch.optim.lr_scheduler has them; a step may be a batch or an epoch.
use serde::Deserialize;
use std::f64::consts::PI;

/// Each gives the rate at step t = 0, 1, … from the base rate.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The base rate at every step. Reference: ConstantLR with a factor of 1.
    Constant,
    /// base · γ^⌊t / step_size⌋. Reference: StepLR.
    Step {
        /// Steps between two changes; 0 counts as 1.
        step_size: usize,
        /// γ, the factor of each change.
        gamma: f64,
    },
    /// base · γ to the number of milestones reached. Reference: MultiStepLR.
    Multistep {
        /// The steps at which the rate changes; step t has reached those up to t.
        milestones: Vec<usize>,
        /// γ, the factor of each change.
        gamma: f64,
    },
    /// base · γᵗ. Reference: ExponentialLR.
    Exponential {
        /// γ, the factor of each step.
        gamma: f64,
    },
    /// From base to `eta_min` in half a cosine over `t_max` steps, and back. Reference: CosineAnnealingLR.
    Cosine {
        /// Steps from the base rate to `eta_min`; 0 counts as 1.
        #[serde(rename = "T_max")]
        t_max: usize,
        /// The rate at step `t_max`.
        eta_min: f64,
    },
    /// The same again and again, every time `t_mult` times as long, without the way back. Source: Loshchilov and Hutter, 2017.
    /// Reference: CosineAnnealingWarmRestarts.
    CosineRestarts {
        /// Steps of the first half cosine; 0 counts as 1.
        #[serde(rename = "T_0")]
        t_0: usize,
        /// How many times as long each is as the one before; 0 counts as 1.
        #[serde(rename = "T_mult")]
        t_mult: usize,
        /// The rate that each half cosine falls towards.
        eta_min: f64,
    },
    /// The base rate times a factor that grows evenly. Reference: LinearLR.
    LinearWarmup {
        /// The factor at step 0.
        start_factor: f64,
        /// The factor from step `total_iters` on.
        end_factor: f64,
        /// Steps from the first factor to the last; 0 counts as 1.
        total_iters: usize,
    },
    /// base · (1 − t / total_iters)^power. Reference: PolynomialLR.
    Polynomial {
        /// The first step at which the rate is 0, where it stays; 0 counts as 1.
        total_iters: usize,
        /// 1 falls evenly, more falls faster at first.
        power: f64,
    },
    /// In half cosines from max_lr / div_factor up to `max_lr` over the part `pct_start` of the steps, and down to what it began with / final_div_factor.
    /// Source: Smith and Topin, 2018. Reference: OneCycleLR.
    Onecycle {
        /// The highest rate, whatever the base rate.
        max_lr: f64,
        /// Steps of the whole cycle; after them the rate stays at its lowest.
        total_steps: usize,
        /// The share of the steps in which the rate rises, from 0 to 1.
        pct_start: f64,
        /// What `max_lr` is divided by to give the first rate.
        div_factor: f64,
        /// What the first rate is divided by to give the last one.
        final_div_factor: f64,
    },
    /// Up from `base_lr` to `max_lr` in `step_size_up` steps and down in as many, again and again. Source: Smith, 2017. Reference: CyclicLR.
    CyclicTriangular {
        /// The lowest rate, whatever the base rate.
        base_lr: f64,
        /// The highest rate.
        max_lr: f64,
        /// Steps from the lowest rate to the highest; 0 counts as 1.
        step_size_up: usize,
    },
    /// `first` for so many steps, and then `second` from its own beginning. Reference: SequentialLR.
    Then {
        /// Steps of the first schedule.
        steps: usize,
        /// The schedule of steps 0 to `steps` − 1.
        first: Box<Schedule>,
        /// The schedule after them, whose step 0 is step `steps` of the whole.
        second: Box<Schedule>,
    },
}

/// From `start` to `end` in half a cosine, `part` of the way from 0 to 1.
fn half_cosine(start: f64, end: f64, part: f64) -> f64 {
    end + (start - end) * (1.0 + (PI * part).cos()) / 2.0
}

impl Schedule {
    /// The learning rate at a step, counted from 0. Some schedules have rates of their own and do not ask for the base rate.
    pub fn rate(&self, base: f64, step: usize) -> f64 {
        let t = step as f64;
        // A length of 0 counts as 1: then all of it is over at once.
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
