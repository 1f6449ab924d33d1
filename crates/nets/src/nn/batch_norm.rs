//! Batch normalisation, with its running statistics.
use super::{Cx, Init, Module, Norm, Part, Scope, module::Fixed};
use engine::{
    Result,
    autograd::{Param, Var},
};
use std::rc::Rc;

/// y = (x − mean) / √(variance + ε) · w + b for each channel.
///
/// # Shapes
/// Input and output N×C×H×W; weight, bias, running mean and variance C. Source: Ioffe and Szegedy, 2015. Reference: torch.nn.BatchNorm2d.
/// Its `num_batches_tracked` is left out, since it matters only for a momentum of None.
pub struct BatchNorm2d {
    weight: Rc<Param>,
    bias: Rc<Param>,
    mean: Rc<Param>,
    variance: Rc<Param>,
    epsilon: f32,
    /// How far a batch moves the running statistics, from 0 to 1, as in PyTorch.
    momentum: f32,
}

/// PyTorch's defaults.
const MOMENTUM: f32 = 0.1;
const EPSILON: f32 = 1e-5;

impl BatchNorm2d {
    /// PyTorch's defaults: ε = 10⁻⁵ and momentum 0.1. At first weight 1, bias 0, running mean 0, running variance 1.
    pub fn new(scope: &Scope, channels: usize) -> Result<BatchNorm2d> {
        BatchNorm2d::with_epsilon(scope, channels, EPSILON)
    }
    /// Like [`BatchNorm2d::new`], with another ε.
    pub fn with_epsilon(scope: &Scope, channels: usize, epsilon: f32) -> Result<BatchNorm2d> {
        Ok(BatchNorm2d {
            weight: scope.vector("weight", channels, Init::Constant(1.0))?,
            bias: scope.vector("bias", channels, Init::Constant(0.0))?,
            mean: scope.buffer("running_mean", channels, 0.0)?,
            variance: scope.buffer("running_var", channels, 1.0)?,
            epsilon,
            momentum: MOMENTUM,
        })
    }
    /// Sets another momentum m, from 0 to 1: running ← (1 − m)·running + m·batch.
    pub fn momentum(self, momentum: f32) -> BatchNorm2d {
        BatchNorm2d { momentum, ..self }
    }
}

impl Module for BatchNorm2d {
    fn describe(&self) -> String {
        "batch norm".into()
    }
    fn torch(&self) -> Option<String> {
        let momentum = if self.momentum == MOMENTUM { String::new() } else { format!(", momentum={:?}", self.momentum) };
        let epsilon = if self.epsilon == EPSILON { String::new() } else { format!(", eps={:?}", self.epsilon) };
        Some(format!("nn.BatchNorm2d({}{epsilon}{momentum})", self.weight.value().shape().size()))
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        let (weight, bias) = (x.param(&self.weight), x.param(&self.bias));
        match cx.norm {
            Norm::Running => x.batch_norm_fixed(&weight, &bias, &x.param(&self.mean), &x.param(&self.variance), self.epsilon),
            Norm::Batch => {
                let stats = x.value().channel_stats()?;
                let y = x.batch_norm(&weight, &bias, &stats, self.epsilon)?;
                let rows = x.shape().size() / weight.shape().size();
                let [mean, variance] = stats.running_stats(rows, [&self.mean.value(), &self.variance.value()], self.momentum)?;
                self.mean.set(mean)?;
                self.variance.set(variance)?;
                Ok(y)
            }
        }
    }
    fn params(&self) -> Vec<Rc<Param>> {
        [&self.weight, &self.bias, &self.mean, &self.variance].map(Rc::clone).into()
    }
    fn part(&self) -> Part<'_> {
        Part::Norm(Fixed { params: [&self.weight, &self.bias, &self.mean, &self.variance], epsilon: self.epsilon })
    }
}
