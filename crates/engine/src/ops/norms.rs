//! Normalisations that are made of other operations: layer, group and instance norm, local response norm, and kernels of mean 0 and variance 1.
use super::{Table, UnaryFn};
use crate::{
    autograd::Var,
    error::{Error, Result},
    tensor::Shape,
};

/// Local response normalisation: y = x · (k + α/size · Σ x²)^−β, where the sum runs over `size` neighbouring channels. Source: Krizhevsky
/// et al., 2012, who do not divide α. Reference: torch.nn.LocalResponseNorm, which does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResponseNorm {
    /// The number of channels in a sum, the channel itself included. Missing channels count as 0. At least 1.
    pub size: usize,
    /// α, the factor of the mean square; 1e-4 by PyTorch's default.
    pub alpha: f32,
    /// β, the exponent; 0.75 by PyTorch's default.
    pub beta: f32,
    /// k, which is added before the exponent is applied; 1 by PyTorch's default.
    pub k: f32,
}

impl Var {
    /// Layer norm over the last axes of x, as many as `weight` has; bias has the same shape. Source: Ba et al., 2016. Reference:
    /// torch.nn.functional.layer_norm.
    ///
    /// For N×H×W×C with C weights it is ConvNeXt's LayerNorm2d, over the channels of each pixel.
    pub fn layer_norm(&self, weight: &Var, bias: &Var, epsilon: f32) -> Result<Var> {
        let n = weight.shape().size();
        if !self.shape().dims().ends_with(weight.shape().dims()) {
            return Err(Error::shape("layer_norm", format!("{} does not end in the {} of its weight", self.shape(), weight.shape())));
        }
        let flat = |v: &Var| v.reshape(Shape::new([n]));
        let lines = self.reshape(Shape::new([self.shape().size() / n, n]))?;
        lines.standardise(epsilon)?.affine(&flat(weight)?, &flat(bias)?)?.reshape(self.shape().clone())
    }
    /// Group norm over the pixels and the channels of each group; weight and bias C. With as many groups as channels it is instance norm.
    /// Refuses a number of groups that does not divide C. Source: Wu and He, 2018. Reference: torch.nn.functional.group_norm.
    pub fn group_norm(&self, groups: usize, weight: &Var, bias: &Var, epsilon: f32) -> Result<Var> {
        let [n, h, w, c] = self.shape().axes("group_norm")?;
        if groups == 0 || c % groups != 0 {
            return Err(Error::shape("group_norm", format!("{c} channels do not divide into {groups} groups")));
        }
        let k = c / groups;
        let exchange = |x: &Var| if groups == 1 { Ok(x.clone()) } else { x.permute(&[0, 2, 1, 3]) };
        let lines = exchange(&self.reshape(Shape::new([n, h * w, groups, k]))?)?.reshape(Shape::new([n * groups, h * w * k]))?;
        let apart = lines.standardise(epsilon)?.reshape(if groups == 1 {
            Shape::new([n, h * w, 1, k])
        } else {
            Shape::new([n, groups, h * w, k])
        })?;
        exchange(&apart)?.reshape(self.shape().clone())?.affine(weight, bias)
    }
    /// Local response normalisation across the channels of each pixel. x N×H×W×C. Reference: torch.nn.functional.local_response_norm.
    pub fn local_response_norm(&self, norm: ResponseNorm) -> Result<Var> {
        let ResponseNorm { size, alpha, beta, k } = norm;
        self.shape().axes::<4>("local_response_norm")?;
        let c = Table::places("local_response_norm", self.shape(), 3)?;
        if size == 0 {
            return Err(Error::shape("local_response_norm", "expected at least one neighbour, found a size of 0"));
        }
        // The mean over the channel's neighbours. Missing neighbours count as 0.
        let around = |i: usize| i.saturating_sub(size / 2)..(i + size.div_ceil(2)).min(c);
        let rows = (0..c).map(|i| around(i).map(|at| (at, 1.0 / size as f32)).collect()).collect();
        let means = self.unary(UnaryFn::Square)?.resample(3, Table::new(c, rows))?;
        let share = means.scale(alpha)?.shift(k)?.unary(UnaryFn::Pow(-beta))?;
        self.mul(&share)
    }
    /// Weight standardisation: a kernel KH×KW×Ci×Co in which each filter has mean 0 and variance 1. Source: Qiao et al., 2019. Reference: timm's StdConv2d.
    pub fn standardised_kernel(&self, epsilon: f32) -> Result<Var> {
        let [kh, kw, ci, co] = self.shape().axes("standardised kernel")?;
        let filters = self.permute(&[3, 0, 1, 2])?.reshape(Shape::new([co, kh * kw * ci]))?;
        filters.standardise(epsilon)?.reshape(Shape::new([co, kh, kw, ci]))?.permute(&[1, 2, 3, 0])
    }
    /// Scaled weight standardisation: also times gain/√(fan-in), with a gain for each filter, Co. Source: Brock et al., 2021. Reference:
    /// timm's ScaledStdConv2d.
    pub fn scaled_standardised_kernel(&self, gain: &Var, epsilon: f32) -> Result<Var> {
        let [kh, kw, ci, _] = self.shape().axes("standardised kernel")?;
        self.standardised_kernel(epsilon)?.mul(&gain.scale(1.0 / ((kh * kw * ci) as f32).sqrt())?)
    }
}
