//! The network as a tree: blocks fold by the dots of the paths.
use crate::workbench::protocol::inspect::Node;
use std::{collections::BTreeSet, ops::Range};

/// So many boxes are shown at first, if the network has blocks to unfold; and at most so many, so that a block with most of the nodes is unfolded, too.
const FEW: usize = 6;
const MANY: usize = 24;

/// A node, or a block of nodes that run one after another.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A node, by its number in the graph.
    Node(usize),
    /// Two nodes or more whose paths begin alike.
    Block(Block),
}

/// A block. Its nodes are neighbours in the order in which they run, so that a folded block never both feeds and reads another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What their paths begin with, without the last dot.
    pub path: String,
    /// Its nodes, by their numbers in the graph.
    pub span: Range<usize>,
    /// What it consists of, in the order in which it runs.
    pub parts: Vec<Part>,
}

impl Part {
    /// Its nodes.
    pub fn span(&self) -> Range<usize> {
        match self {
            Part::Node(node) => *node..node + 1,
            Part::Block(block) => block.span.clone(),
        }
    }
}

/// The tree of all nodes.
pub fn tree(nodes: &[Node]) -> Vec<Part> {
    parts(nodes, 0..nodes.len(), 0)
}

/// What stands between two dots of a path. None after its last part.
fn step(path: &str, depth: usize) -> Option<&str> {
    path.split('.').nth(depth)
}

fn parts(nodes: &[Node], span: Range<usize>, depth: usize) -> Vec<Part> {
    let (mut found, mut first) = (vec![], span.start);
    while first < span.end {
        let name = step(&nodes[first].path, depth);
        let is_alike = |node: &Node| name.is_some() && step(&node.path, depth) == name;
        let end = first + nodes[first..span.end].iter().take_while(|node| is_alike(node)).count().max(1);
        found.push(if end - first == 1 { Part::Node(first) } else { block(nodes, first..end, depth) });
        first = end;
    }
    found
}

fn block(nodes: &[Node], span: Range<usize>, depth: usize) -> Part {
    let mut inside = parts(nodes, span.clone(), depth + 1);
    // A block of one block is that block.
    if let [Part::Block(_)] = &inside[..] {
        return inside.remove(0);
    }
    let path = nodes[span.start].path.split('.').take(depth + 1).collect::<Vec<_>>().join(".");
    Part::Block(Block { path, span, parts: inside })
}

/// The blocks that are unfolded at first: the largest, as long as only a few boxes are shown or it has most of the nodes.
pub fn outline(tree: &[Part]) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    loop {
        let shown = shown(tree, &open);
        let blocks = shown.iter().filter_map(|part| if let Part::Block(block) = part { Some(block) } else { None });
        let largest = blocks.max_by_key(|block| block.span.len());
        let all: usize = tree.iter().map(|part| part.span().len()).sum();
        let is_due = |block: &&&Block| shown.len() < FEW || (2 * block.span.len() > all && shown.len() + block.parts.len() <= MANY);
        match largest.as_ref().filter(is_due) {
            Some(block) => open.insert(block.path.clone()),
            None => return open,
        };
    }
}

/// The parts that are drawn as one box each.
pub fn shown<'a>(tree: &'a [Part], open: &BTreeSet<String>) -> Vec<&'a Part> {
    let inside = |part: &'a Part| match part {
        Part::Block(block) if open.contains(&block.path) => shown(&block.parts, open),
        part => vec![part],
    };
    tree.iter().flat_map(inside).collect()
}

/// The paths of the blocks around a node, from the outermost to the innermost.
pub fn around(tree: &[Part], node: usize) -> Vec<String> {
    let block =
        tree.iter().find_map(|part| if let Part::Block(block) = part { Some(block).filter(|b| b.span.contains(&node)) } else { None });
    block.map_or(vec![], |block| [vec![block.path.clone()], around(&block.parts, node)].concat())
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::workbench::protocol::inspect::Kind;

    /// A node that reads these.
    pub fn node(path: &str, kind: Kind, reads: &[usize]) -> Node {
        let (path, reads) = (path.into(), reads.to_vec());
        Node { path, description: String::new(), torch: None, kind, dims: vec![8, 4, 4], reads, parameters: 2, macs: 3, bytes: 512 }
    }

    /// A stem, a stage of two residual blocks, and a head.
    pub fn residual() -> Vec<Node> {
        let paths =
            ["input", "stem", "stage.0.conv1", "stage.0.relu", "stage.0.conv2", "stage.0.add", "stage.1.conv1", "stage.1.add", "fc"];
        let reads: [&[usize]; 9] = [&[], &[0], &[1], &[2], &[3], &[4, 1], &[5], &[6, 5], &[7]];
        let kind = |path: &str| match path {
            "input" => Kind::Input,
            "fc" => Kind::Product,
            path if path.ends_with("add") => Kind::Sum,
            path if path.ends_with("relu") => Kind::Activation,
            _ => Kind::Convolution,
        };
        paths.into_iter().zip(reads).map(|(path, reads)| node(path, kind(path), reads)).collect()
    }

    #[test]
    fn blocks_fold_by_the_dots_and_a_block_of_one_is_what_is_in_it() {
        let nodes = residual();
        let tree = tree(&nodes);
        let name = |part: &Part| match part {
            Part::Node(node) => nodes[*node].path.clone(),
            Part::Block(block) => format!("{} {:?}", block.path, block.span),
        };
        let names = |parts: &[Part]| parts.iter().map(name).collect::<Vec<_>>();
        assert_eq!(names(&tree), ["input", "stem", "stage 2..8", "fc"]);
        let Part::Block(stage) = &tree[2] else { panic!("a block") };
        assert_eq!(names(&stage.parts), ["stage.0 2..6", "stage.1 6..8"]);
        assert_eq!(around(&tree, 4), ["stage", "stage.0"]);
        assert_eq!(around(&tree, 1), Vec::<String>::new());
        // A chain of names is one block; a path that is the beginning of another one is a node of its own.
        let deep = ["a.b.c.pad", "a.b.c", "a.b.d"].map(|path| node(path, Kind::Other, &[]));
        let Part::Block(block) = &super::tree(&deep)[0] else { panic!("a block") };
        assert_eq!((block.path.as_str(), block.parts.len()), ("a.b", 2));
    }

    #[test]
    fn a_block_that_runs_in_two_pieces_is_two() {
        let nodes = ["a.x", "a.y", "b", "a.z", "a.w"].map(|path| node(path, Kind::Other, &[]));
        let spans: Vec<_> = tree(&nodes).iter().map(Part::span).collect();
        assert_eq!(spans, [0..2, 2..3, 3..5]);
    }

    #[test]
    fn at_first_a_few_boxes_are_shown() {
        let tree = tree(&residual());
        let open = outline(&tree);
        assert_eq!(open, BTreeSet::from(["stage".to_string(), "stage.0".into()]), "four boxes, then five");
        assert_eq!(shown(&tree, &open).len(), 8);
        assert_eq!(shown(&tree, &BTreeSet::new()).len(), 4);
        assert!(outline(&[]).is_empty());
    }
}
