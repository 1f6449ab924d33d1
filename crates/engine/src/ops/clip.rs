//! Clipping of gradients by their norm.
use super::UnaryFn;
use crate::{
    autograd::{Gradients, Var},
    error::Result,
    tensor::Tensor,
};

impl Gradients {
    /// The same, with the parameters' gradients shortened by one factor so that together they are at most `longest` long. Reference:
    /// torch.nn.utils.clip_grad_norm_.
    pub fn clipped(&self, longest: f32) -> Result<Gradients> {
        let mut squares = None;
        for gradient in self.params.values() {
            let square = Var::constant(gradient.clone()).norm()?.unary(UnaryFn::Square)?;
            squares = Some(squares.map_or(Ok(square.clone()), |sum: Var| sum.add(&square))?);
        }
        let Some(squares) = squares else { return Ok(self.clone()) };
        // PyTorch adds 10⁻⁶ to the length.
        let share = squares.unary(UnaryFn::Sqrt)?.shift(1e-6)?.unary(UnaryFn::Reciprocal)?.scale(longest)?;
        let share = share.unary(UnaryFn::Clamp { min: 0.0, max: 1.0 })?;
        let shortened =
            |(name, gradient): (&String, &Tensor)| Ok((name.clone(), Var::constant(gradient.clone()).mul(&share)?.value().clone()));
        Ok(Gradients { params: self.params.iter().map(shortened).collect::<Result<_>>()?, kept: self.kept.clone() })
    }
}
