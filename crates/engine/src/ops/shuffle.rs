//! Moves values between channels and pixels, and channels between groups.
use super::resample::Table;
use crate::{
    autograd::Var,
    error::{Error, Result},
    tensor::Shape,
};

impl Var {
    /// x N×H×W×(C·r²), y N×(H·r)×(W·r)×C: channel c·r² + u·r + v is pixel (u, v) of each r × r square. Reference: torch.nn.PixelShuffle.
    pub fn pixel_shuffle(&self, r: usize) -> Result<Var> {
        let [n, h, w, c] = self.shape().axes("pixel_shuffle")?;
        if r == 0 || c % (r * r) != 0 {
            return Err(Error::shape("pixel_shuffle", format!("{c} channels do not divide into squares of {r}×{r}")));
        }
        let split = self.reshape(Shape::new([n, h, w, c / (r * r), r, r]))?;
        split.permute(&[0, 1, 4, 2, 5, 3])?.reshape(Shape::new([n, h * r, w * r, c / (r * r)]))
    }
    /// The inverse of [`Var::pixel_shuffle`]. x N×(H·r)×(W·r)×C, y N×H×W×(C·r²). Reference: torch.nn.PixelUnshuffle.
    pub fn pixel_unshuffle(&self, r: usize) -> Result<Var> {
        let [n, h, w, c] = self.shape().axes("pixel_unshuffle")?;
        if r == 0 || h % r != 0 || w % r != 0 {
            return Err(Error::shape("pixel_unshuffle", format!("{h}×{w} pixels do not divide into squares of {r}×{r}")));
        }
        let split = self.reshape(Shape::new([n, h / r, r, w / r, r, c]))?;
        split.permute(&[0, 1, 3, 5, 2, 4])?.reshape(Shape::new([n, h / r, w / r, c * r * r]))
    }
    /// Channel shuffle along the last axis, for `groups` groups of k channels: channel g·k + i becomes channel i·groups + g. Reference:
    /// torch.nn.ChannelShuffle.
    pub fn channel_shuffle(&self, groups: usize) -> Result<Var> {
        let (Some(axis), true) = (self.shape().rank().checked_sub(1), groups > 0) else {
            return Err(Error::shape("channel_shuffle", format!("{} in {groups} groups", self.shape())));
        };
        let c = Table::places("channel_shuffle", self.shape(), axis)?;
        if c % groups != 0 {
            return Err(Error::shape("channel_shuffle", format!("{c} channels do not divide into {groups} groups")));
        }
        // A table along one axis, unlike permuted axes, leaves rows and columns where a receptive field can follow them.
        self.resample(axis, Table::picking(c, (0..c).map(|to| to % groups * (c / groups) + to / groups)))
    }
}
