//! Losses that are made of other operations. Each gives the loss of every value or row; `Var::mean` and `Var::sum` reduce it.
use super::{BinaryFn, Table, UnaryFn};
use crate::{
    autograd::Var,
    error::{Error, Result},
    tensor::{Shape, Tensor},
};

/// Options of cross-entropy. Reference: torch.nn.functional.cross_entropy.
#[derive(Clone, Copy, Default)]
pub struct ClassWeights<'a> {
    /// A weight for each class.
    pub weight: Option<&'a Var>,
    /// Label smoothing: this part of every target is spread evenly over all classes.
    pub smoothing: f32,
}

impl Var {
    /// One-hot rows: this has N class numbers as f32, and becomes N × `classes` with 1 at the class and 0 elsewhere. A number that is not a
    /// class, such as PyTorch's −100, becomes a row of zeros.
    pub fn one_hot(&self, classes: usize) -> Result<Var> {
        let [n] = self.shape().axes("one_hot")?;
        Table::places("one_hot", &Shape::new([classes]), 0)?;
        let numbers: Vec<f32> = (0..classes).map(|c| c as f32).collect();
        let numbers = Var::constant(Tensor::new(&self.value().device(), Shape::new([classes]), &numbers)?);
        self.reshape(Shape::new([n, 1]))?.binary(BinaryFn::Equal, &numbers)
    }
    /// Cross-entropy with soft targets: −Σ q · ln softmax(x) for each row; x and q are N × C.
    pub fn cross_entropy_soft(&self, targets: &Var) -> Result<Var> {
        let [n, _] = self.shape().axes("cross_entropy")?;
        if targets.shape() != self.shape() {
            return Err(Error::shape("cross_entropy", format!("expected targets of {}, found {}", self.shape(), targets.shape())));
        }
        self.log_softmax(1)?.mul(targets)?.sum(&[1], false)?.scale(-1.0)?.reshape(Shape::new([n]))
    }
    /// Cross-entropy with weighted classes and label smoothing. x N × C, targets N class numbers; a target that is not a class is ignored.
    /// Gives the loss of each row and the weight of each row. PyTorch's mean divides by the sum of these weights.
    pub fn cross_entropy_weighted(&self, target: &Var, with: ClassWeights) -> Result<[Var; 2]> {
        let [n, classes] = self.shape().axes("cross_entropy")?;
        if target.shape().dims() != [n] {
            return Err(Error::shape("cross_entropy", format!("expected {n} targets, found {}", target.shape())));
        }
        let weigh = |x: &Var| with.weight.map_or_else(|| Ok(x.clone()), |weight| x.mul(weight));
        let hot = target.one_hot(classes)?;
        let own = weigh(&hot)?;
        // Ignored rows stay zero: label smoothing is applied to kept rows only.
        let spread = weigh(&hot.sum(&[1], true)?.expand(Shape::new([n, classes]))?)?.scale(with.smoothing / classes as f32)?;
        let losses = self.cross_entropy_soft(&own.scale(1.0 - with.smoothing)?.add(&spread)?)?;
        Ok([losses, own.sum(&[1], false)?])
    }
    /// `−x[target]` for each row of log-probabilities. Reference: torch.nn.functional.nll_loss.
    pub fn nll_loss(&self, target: &Var) -> Result<Var> {
        let [n, classes] = self.shape().axes("nll_loss")?;
        if target.shape().dims() != [n] {
            return Err(Error::shape("nll_loss", format!("expected {n} targets, found {}", target.shape())));
        }
        self.binary(BinaryFn::Keep, &target.one_hot(classes)?)?.sum(&[1], false)?.scale(-1.0)
    }
    /// (x − t)². Reference: torch.nn.functional.mse_loss.
    pub fn squared_error(&self, target: &Var) -> Result<Var> {
        self.sub(target)?.unary(UnaryFn::Square)
    }
    /// |x − t|. Reference: torch.nn.functional.l1_loss.
    pub fn absolute_error(&self, target: &Var) -> Result<Var> {
        self.sub(target)?.unary(UnaryFn::Abs)
    }
    /// ½ d²/β for d = |x − t| < β, else d − ½β. This equals m · (d − ½m) / β with m = min(d, β). Reference: torch.nn.functional.smooth_l1_loss.
    pub fn smooth_l1(&self, target: &Var, beta: f32) -> Result<Var> {
        if beta <= 0.0 {
            return self.absolute_error(target);
        }
        let d = self.absolute_error(target)?;
        let m = d.unary(UnaryFn::Clamp { min: 0.0, max: beta })?;
        m.mul(&d.sub(&m.scale(0.5)?)?)?.scale(1.0 / beta)
    }
    /// δ times `smooth_l1` with β = δ. Reference: torch.nn.functional.huber_loss.
    pub fn huber(&self, target: &Var, delta: f32) -> Result<Var> {
        self.smooth_l1(target, delta)?.scale(delta)
    }
    /// −t · ln p − (1 − t) · ln(1 − p) for a probability p. Reference: torch.nn.functional.binary_cross_entropy.
    pub fn binary_cross_entropy(&self, target: &Var) -> Result<Var> {
        let rest = |v: &Var| v.scale(-1.0)?.shift(1.0);
        let hit = target.mul(&self.unary(UnaryFn::Log)?)?;
        hit.add(&rest(target)?.mul(&rest(self)?.unary(UnaryFn::Log)?)?)?.scale(-1.0)
    }
    /// Binary cross-entropy for p = σ(x): ln(1 + eˣ) − t · x, which cannot overflow. Reference: torch.nn.functional.binary_cross_entropy_with_logits.
    pub fn binary_cross_entropy_with_logits(&self, target: &Var) -> Result<Var> {
        self.unary(UnaryFn::Softplus { beta: 1.0, threshold: f32::MAX })?.sub(&target.mul(self)?)
    }
    /// KL divergence t · (ln t − x), for log-probabilities x and the logarithm of t. Reference: torch.nn.functional.kl_div with log_target.
    pub fn kl_div(&self, log_target: &Var) -> Result<Var> {
        log_target.unary(UnaryFn::Exp)?.mul(&log_target.sub(self)?)
    }
    /// Dropout: x · mask / (1 − p). The mask of zeros and ones broadcasts: N×1×1×C drops whole channels, N×1×1×1 whole images. Source:
    /// Srivastava et al., 2014; Huang et al., 2016. Reference: torch.nn.functional.dropout, dropout2d, torchvision.ops.stochastic_depth.
    pub fn dropout(&self, mask: &Var, p: f32) -> Result<Var> {
        if !(0.0..1.0).contains(&p) {
            return Err(Error::shape("dropout", format!("the probability {p} is not in 0 ≤ p < 1")));
        }
        self.mul(&mask.scale(1.0 / (1.0 - p))?)
    }
}
