//! Local response normalisation as a layer: large values in neighbouring channels make a channel smaller.
use super::{Cx, Module};
use engine::{Result, autograd::Var, ops::ResponseNorm};

/// Source: Krizhevsky et al., 2012. Reference: torch.nn.LocalResponseNorm.
pub struct LocalResponseNorm(pub ResponseNorm);

impl Module for LocalResponseNorm {
    fn describe(&self) -> String {
        format!("local response norm over {} channels", self.0.size)
    }
    fn torch(&self) -> Option<String> {
        let ResponseNorm { size, alpha, beta, k } = self.0;
        Some(format!("nn.LocalResponseNorm({size}, alpha={alpha:?}, beta={beta:?}, k={k:?})"))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.local_response_norm(self.0)
    }
}
