//! What a network costs: parameters, multiply-adds and memory, counted by a dry run on Meta.
use super::ModelSpec;
use crate::nn::{Cx, Module, Scope, parameter_count};
use engine::{
    Result,
    autograd::{Entry, Tape},
    tensor::{Device, Layout, Tensor},
};

/// Of one image. Numbers are of 4 bytes each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Numbers that training moves.
    pub parameters: usize,
    /// And the running statistics, too: what a weight file holds.
    pub values: usize,
    /// Multiply-adds.
    pub macs: u64,
    /// Numbers that are alive at once during a forward pass at its widest place.
    pub widest: usize,
    /// Numbers that a forward pass keeps for the backward one.
    pub kept: usize,
}

/// The weights' own numbers, and as often again in the order in which the kernels read them.
const COPIES: usize = 2;
const BYTES: usize = size_of::<f32>();

impl Cost {
    /// Bytes to load the network and to ask it.
    pub fn inference_bytes(&self) -> u64 {
        (BYTES * (COPIES * self.values + self.widest)) as u64
    }
    /// Bytes to ask it why, too: what was computed forward is kept, and at the widest place as much again goes backward.
    pub fn attribution_bytes(&self) -> u64 {
        (BYTES * (COPIES * self.values + self.kept + self.widest)) as u64
    }
}

/// The cost of the paper's network, for one image of the size that it reads.
pub fn cost(spec: &ModelSpec) -> Result<Cost> {
    let network = spec.network(&Scope::new(Device::Meta, 0))?;
    let [channels, height, width] = spec.input;
    let tape = Tape::frozen();
    let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?;
    network.forward(&tape.input(image), &mut Cx::default())?;
    Ok(Cost {
        parameters: parameter_count(&network),
        values: network.params().iter().map(|p| p.value().shape().size()).sum(),
        macs: tape.macs(),
        widest: tape.read(widest),
        kept: tape.read(|lines| lines.iter().map(size).sum()),
    })
}

/// Numbers that a line makes: one that only gives its input other axes makes none.
fn size(line: &Entry) -> usize {
    if line.op.as_ref().is_some_and(|op| op.renames()) { 0 } else { line.y.shape().size() }
}

/// A line's numbers are alive from where it is written to where it is last read.
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
        // The first layer's 6 × 28 × 28 sums, and as many of the function after it.
        assert_eq!(cost.widest, 2 * 6 * 28 * 28);
        assert!(cost.kept > cost.widest && cost.attribution_bytes() > cost.inference_bytes());
    }
}
