//! The cost of a network: parameters, multiply-adds and memory, counted by a dry run on Meta.
use super::ModelSpec;
use crate::nn::{Cx, Module, Scope, parameter_count};
use engine::{
    Result,
    autograd::{Entry, Tape},
    tensor::{Device, Layout, Tensor},
};

/// The cost of a network for one image. A value takes 4 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// The number of trainable values.
    pub parameters: usize,
    /// Of those, the values that only training reads: the auxiliary heads'.
    pub only_for_training: usize,
    /// The number of trainable values and running statistics: the content of a weight file.
    pub values: usize,
    /// The number of multiply-adds of convolutions and dense layers.
    pub macs: u64,
    /// The largest number of values that are in memory at once during a forward pass.
    pub widest: usize,
    /// The number of values that a forward pass keeps for the backward pass.
    pub kept: usize,
}

/// Copies of the weights in memory: the weights themselves, and the same values packed for the kernels.
const COPIES: usize = 2;
const BYTES: usize = size_of::<f32>();

impl Cost {
    /// The memory for loading the network and for inference, in bytes.
    pub fn inference_bytes(&self) -> u64 {
        (BYTES * (COPIES * self.values + self.widest)) as u64
    }
    /// The memory for attribution, too: the forward pass keeps its values, and the backward pass needs as much again as the forward pass at its largest.
    pub fn attribution_bytes(&self) -> u64 {
        (BYTES * (COPIES * self.values + self.kept + self.widest)) as u64
    }
    /// The number of images that one forward pass without a tape can take in the memory of `attribution_bytes`.
    pub fn images_at_once(&self) -> usize {
        1 + self.kept / self.widest.max(1)
    }
}

/// The cost of the paper's network, for one image of its input size.
pub fn cost(spec: &ModelSpec) -> Result<Cost> {
    let network = spec.network(&Scope::new(Device::Meta, 0))?;
    let [channels, height, width] = spec.input;
    let tape = Tape::frozen();
    let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?;
    network.forward(&tape.input(image), &mut Cx::default())?;
    Ok(Cost {
        parameters: parameter_count(&network),
        only_for_training: network.only_for_training().iter().filter(|p| p.trains).map(|p| p.value().shape().size()).sum(),
        values: network.params().iter().map(|p| p.value().shape().size()).sum(),
        macs: tape.macs_of_weights(),
        widest: tape.read(widest),
        kept: tape.read(|lines| lines.iter().map(size).sum()),
    })
}

/// The number of values that a line of the tape makes. A view makes none.
fn size(line: &Entry) -> usize {
    if line.op.as_ref().is_some_and(|op| op.renames()) { 0 } else { line.y.shape().size() }
}

/// The largest number of values at once. The values of a line are in memory from the line itself to the last line that reads them.
fn widest(lines: &[Entry]) -> usize {
    let mut last: Vec<usize> = (0..lines.len()).collect();
    for (at, line) in lines.iter().enumerate() {
        line.inputs.iter().flatten().for_each(|input| last[*input] = at);
    }
    let (mut alive, mut most) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        alive += size(line);
        most = most.max(alive);
        let mut read: Vec<usize> = line.inputs.iter().flatten().copied().filter(|input| last[*input] == at).collect();
        read.sort_unstable();
        read.dedup();
        alive -= read.into_iter().map(|input| size(&lines[input])).sum::<usize>();
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::model;

    #[test]
    fn lenet_is_counted_by_hand() {
        let cost = cost(model("lenet5").expect("in the zoo")).expect("a dry run");
        assert_eq!((cost.parameters, cost.values, cost.macs), (61_706, 61_706, 416_520));
        // The 6 × 28 × 28 sums of the first layer, and as many after its activation.
        assert_eq!(cost.widest, 2 * 6 * 28 * 28);
        assert!(cost.kept > cost.widest && cost.attribution_bytes() > cost.inference_bytes());
    }
}
