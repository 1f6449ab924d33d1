//! A border of zeros as a layer, or a cut where its widths are negative.
use super::{Cx, Module};
use engine::{
    Result,
    autograd::Var,
    ops::{Border, PadMode},
};

/// Adds rows and columns of zeros; a negative width cuts rows or columns away. Reference: torch.nn.ZeroPad2d.
pub struct ZeroPad(pub Border);

impl Module for ZeroPad {
    fn describe(&self) -> String {
        let Border { top, bottom, left, right } = self.0;
        format!("zero rows {top} and {bottom}, columns {left} and {right}")
    }
    fn torch(&self) -> Option<String> {
        let Border { top, bottom, left, right } = self.0;
        Some(format!("nn.ZeroPad2d(({left}, {right}, {top}, {bottom}))"))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.pad(self.0, PadMode::Constant(0.0))
    }
}
