//! The graph of a network with the cost of each node, by a dry run on Meta.
use super::{Node, recorded::Recorded};
use crate::{
    models::ModelSpec,
    nn::{Module, Scope},
};
use engine::{
    Result,
    autograd::{Entry, Tape},
    tensor::{Device, Layout, Shape, Tensor},
};

/// All nodes of the paper's network, in the order in which they run. Each one reads only nodes before it. The first one is the input, and the
/// last one the output. Auxiliary heads are left out, since inference does not run them. So the parameters add up to the network's without
/// those heads', the multiply-adds and the bytes to those of one forward pass.
pub fn graph(spec: &ModelSpec) -> Result<Vec<Node>> {
    graph_of(&spec.network(&Scope::new(Device::Meta, 0))?, spec.input)
}

/// The same for a network on Meta that reads channels × height × width.
pub fn graph_of(network: &dyn Module, [channels, height, width]: [usize; 3]) -> Result<Vec<Node>> {
    let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?;
    // Parameters are on this tape, too, so that it tells which node reads which.
    let run = Recorded::new(network, image, Tape::default())?;
    run.tape.read(|lines| {
        let mut counted = vec![false; lines.len()];
        let node = |made: &super::recorded::Made| {
            let mut node = Node {
                path: made.path.clone(),
                description: made.description.clone(),
                torch: made.torch.clone(),
                kind: made.kind,
                dims: dims(lines[made.last()].y.shape()),
                reads: made.reads.clone(),
                parameters: 0,
                macs: 0,
                bytes: 0,
            };
            for line in &made.lines {
                node.macs += lines[*line].macs();
                if !lines[*line].op.as_ref().is_some_and(|op| op.renames()) {
                    node.bytes += (size_of::<f32>() * lines[*line].y.shape().size()) as u64;
                }
                node.parameters += parameters(lines, *line, &run.of, &mut counted);
            }
            node
        };
        Ok(run.nodes.iter().map(node).collect())
    })
}

/// The shape without the batch: C, H, W for an image.
pub(super) fn dims(shape: &Shape) -> Vec<usize> {
    match shape.dims() {
        [1, height, width, channels] => vec![*channels, *height, *width],
        [1, rest @ ..] => rest.to_vec(),
        all => all.to_vec(),
    }
}

/// The number of trainable values that a line reads, through operations on parameters alone, and that have not been counted yet.
fn parameters(lines: &[Entry], line: usize, of: &[Option<usize>], counted: &mut [bool]) -> usize {
    let mut left: Vec<usize> = lines[line].inputs.iter().flatten().copied().collect();
    let mut sum = 0;
    while let Some(at) = left.pop() {
        if of[at].is_some() || std::mem::replace(&mut counted[at], true) {
            continue;
        }
        sum += if lines[at].op.is_none() { lines[at].y.shape().size() } else { 0 };
        left.extend(lines[at].inputs.iter().flatten());
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        insight::Kind,
        models::{MODELS, cost, model},
    };

    #[test]
    fn nodes_add_up_to_the_network_and_hang_together() {
        for spec in MODELS {
            let (nodes, cost) = (graph(spec).unwrap(), cost(spec).unwrap());
            assert_eq!(nodes.iter().map(|node| node.parameters).sum::<usize>(), spec.params - cost.only_for_training, "{}", spec.name);
            // The tables of papers leave out the products of two inputs, such as attention's.
            let weighted = nodes.iter().filter(|node| node.reads.len() < 2);
            assert_eq!(weighted.map(|node| node.macs).sum::<u64>(), spec.macs, "{}", spec.name);
            assert_eq!(nodes.iter().map(|node| node.bytes).sum::<u64>(), 4 * cost.kept as u64, "{}", spec.name);
            assert_eq!((nodes[0].kind, &nodes[0].dims[..]), (Kind::Input, &spec.input[..]), "{}", spec.name);
            assert_eq!(nodes[nodes.len() - 1].dims[0], spec.classes, "{}", spec.name);
            let mut read = vec![false; nodes.len()];
            for (at, node) in nodes.iter().enumerate() {
                assert!(node.reads.iter().all(|from| *from < at) && (at == 0 || !node.reads.is_empty()), "{} {node:?}", spec.name);
                node.reads.iter().for_each(|from| read[*from] = true);
                assert!(nodes[at + 1..].iter().all(|other| other.path != node.path), "{} {}", spec.name, node.path);
            }
            assert!(read[..nodes.len() - 1].iter().all(|read| *read), "{}", spec.name);
        }
    }

    fn found(name: &str, path: &str) -> (Kind, Vec<String>) {
        let nodes = graph(model(name).unwrap()).unwrap();
        let node = nodes
            .iter()
            .find(|node| node.path == path)
            .unwrap_or_else(|| panic!("{:?}", nodes.iter().map(|n| &n.path).collect::<Vec<_>>()));
        (node.kind, node.reads.iter().map(|at| nodes[*at].path.clone()).collect())
    }

    #[test]
    fn operations_without_a_name_have_their_blocks() {
        let names = |all: &[&str]| all.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(found("resnet18", "layer1.0.add"), (Kind::Sum, names(&["layer1.0.bn2", "maxpool"])));
        assert_eq!(found("resnet18", "conv1"), (Kind::Convolution, names(&["input"])));
        assert_eq!(
            found("squeezenet1_1", "features.3.expand").1,
            names(&["features.3.expand1x1_activation", "features.3.expand3x3_activation"])
        );
        assert_eq!(found("googlenet", "inception3a.concat").1.len(), 4);
        let (kind, reads) = found("efficientnet_b0", "features.1.0.block.1.mul");
        assert_eq!((kind, reads.len()), (Kind::Scale, 2));
        assert_eq!(found("alexnet", "classifier.1"), (Kind::Product, names(&["flatten"])));
        // One layer of six operations, which multiplies nothing by a weight.
        assert_eq!(found("densenet121", "features.norm0").0, Kind::Norm);
    }
}
