//! Upsampling as a layer: an image becomes a whole number of times as large by interpolation, without weights.
use super::{Cx, Module};
use engine::{
    Result,
    autograd::Var,
    ops::{Grid, Interpolation},
};

/// # Shapes
/// Input N×C×H×W, output N×C×(factor·H)×(factor·W). Reference: torch.nn.Upsample.
pub struct Upsample {
    /// How many times as large each side becomes.
    pub factor: usize,
    /// What stands between the old pixels.
    pub mode: Interpolation,
}

impl Module for Upsample {
    fn describe(&self) -> String {
        format!("{} times as large", self.factor)
    }
    fn torch(&self) -> Option<String> {
        let mode = match self.mode {
            Interpolation::Nearest => "mode='nearest'",
            Interpolation::NearestExact => "mode='nearest-exact'",
            Interpolation::Bilinear(Grid::Edges) => "mode='bilinear'",
            Interpolation::Bilinear(Grid::AlignCorners) => "mode='bilinear', align_corners=True",
            Interpolation::Bicubic(Grid::Edges) => "mode='bicubic'",
            Interpolation::Bicubic(Grid::AlignCorners) => "mode='bicubic', align_corners=True",
            // Grids that no module of PyTorch has.
            _ => return None,
        };
        Some(format!("nn.Upsample(scale_factor={}, {mode})", self.factor))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let [_, height, width, _] = x.shape().axes("upsample")?;
        x.interpolate([height * self.factor, width * self.factor], self.mode)
    }
}
