//! Channel shuffle as a layer: after it every group of channels holds some of each group before it.
use super::{Cx, Module};
use engine::{Result, autograd::Var};

/// Channel g·k + i of these many groups of k becomes channel i·groups + g. Refuses channels that do not divide into the groups.
/// Source: Zhang et al., 2017. Reference: torch.nn.ChannelShuffle.
pub struct ChannelShuffle(pub usize);

impl Module for ChannelShuffle {
    fn describe(&self) -> String {
        format!("channel shuffle, {} groups", self.0)
    }
    fn torch(&self) -> Option<String> {
        Some(format!("nn.ChannelShuffle({})", self.0))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.channel_shuffle(self.0)
    }
}
