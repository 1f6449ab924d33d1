//! A recorded forward pass as a graph: the lines of its tape, joined to the nodes that a reader knows by the names of the network's layers.
//!
//! Only the tape and the probe are read, so that a graph holds for layers of any kind.
use super::node::Kind;
use crate::nn::{Cx, Module, Probe};
use engine::{
    Error, Result,
    autograd::{Entry, Tape, Var},
    tensor::Tensor,
};
use std::collections::BTreeSet;

/// A forward pass, and its nodes in the order in which they ran.
pub(super) struct Recorded {
    pub tape: Tape,
    pub input: Var,
    pub output: Var,
    pub nodes: Vec<Made>,
    /// The node of each line; None for a line that is no part of the graph.
    pub of: Vec<Option<usize>>,
}

/// A node: some lines of the tape.
pub(super) struct Made {
    pub path: String,
    pub description: String,
    /// The layer in PyTorch; None for an operation, and for a layer that is no module there.
    pub torch: Option<String>,
    pub kind: Kind,
    /// In the order in which they ran. The value of the last one is the node's output.
    pub lines: Vec<usize>,
    /// The nodes that it reads, each once, in the order of its inputs.
    pub reads: Vec<usize>,
}

impl Made {
    /// The line whose value is the node's output.
    pub(super) fn last(&self) -> usize {
        self.lines.last().copied().unwrap_or(0)
    }
}

/// The node of the picture.
const INPUT: &str = "input";

impl Recorded {
    /// Runs the network on an image (1×H×W×C inside), and records it on this tape, which must be new. Layers that the output does not depend
    /// on, such as auxiliary heads, are no part of the graph.
    pub(super) fn new(network: &dyn Module, image: Tensor, tape: Tape) -> Result<Recorded> {
        let input = tape.input(image);
        let mut probe = Probe::new();
        let output = network.forward(&input, &mut Cx { probe: Some(&mut probe), ..Cx::default() })?;
        let last = output.line().ok_or_else(|| Error::shape("graph", "the output does not depend on the input"))?;
        let mut nodes = Nodes { nodes: vec![], of: vec![], taken: BTreeSet::new() };
        tape.read(|lines| nodes.walk(lines, last, &probe));
        Ok(Recorded { input, output, nodes: nodes.nodes, of: nodes.of, tape })
    }
    /// The node with this path. Refuses an unknown one, and names some that there are.
    pub(super) fn find(&self, path: &str) -> Result<&Made> {
        self.nodes.iter().find(|node| node.path == path).ok_or_else(|| {
            let alike = |node: &&Made| node.path.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
            let most = self.nodes.iter().map(|node| alike(&node)).max().unwrap_or(0);
            let some: Vec<&str> = self.nodes.iter().filter(|node| alike(node) == most).map(|node| node.path.as_str()).take(5).collect();
            Error::data("node", format!("expected one of the network's {}, such as {}, found {path:?}", self.nodes.len(), some.join(", ")))
        })
    }
    /// The variable of a line.
    pub(super) fn var(&self, line: usize) -> Result<Var> {
        self.tape.var(line).ok_or_else(|| Error::shape("graph", format!("the tape has no line {line}")))
    }
}

/// For each line, whether it depends on the first line, and the last line depends on it.
fn used(lines: &[Entry], last: usize) -> Vec<bool> {
    let mut depends = vec![false; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        depends[at] = at == 0 || line.inputs.iter().flatten().any(|input| depends[*input]);
    }
    let mut read = vec![false; lines.len()];
    read[last] = true;
    for at in (0..=last).rev().filter(|at| depends[*at]) {
        if read[at] {
            lines[at].inputs.iter().flatten().for_each(|input| read[*input] = true);
        }
    }
    (0..lines.len()).map(|at| depends[at] && read[at]).collect()
}

fn name(line: &Entry) -> &'static str {
    line.op.as_ref().map_or(INPUT, |op| op.name())
}

fn renames(line: &Entry) -> bool {
    line.op.as_ref().is_some_and(|op| op.renames())
}

/// What an operation does.
pub(super) fn kind_of(line: &Entry) -> Kind {
    match name(line) {
        INPUT => Kind::Input,
        "conv2d" | "conv_transpose2d" => Kind::Convolution,
        "matmul" => Kind::Product,
        "batch_norm" | "affine" | "standardise" => Kind::Norm,
        "max_pool2d" | "avg_pool2d" | "sum" => Kind::Pool,
        "add" => Kind::Sum,
        "mul" => Kind::Scale,
        "concat" => Kind::Concatenation,
        "slice" | "permute" | "expand" | "reshape" => Kind::Moves,
        _ if line.op.as_ref().is_some_and(|op| op.formula().is_some()) => Kind::Activation,
        _ => Kind::Other,
    }
}

/// What a layer does that is made of several operations.
fn kind_of_all(lines: &[&Entry], description: &str) -> Kind {
    let kinds: Vec<Kind> = lines.iter().filter(|line| !renames(line)).map(|line| kind_of(line)).collect();
    let has = |kind| kinds.contains(&kind);
    let only = |few: &[Kind]| kinds.iter().all(|kind| few.contains(kind));
    match kinds[..] {
        [] => Kind::Moves,
        [one] => one,
        _ if has(Kind::Convolution) => Kind::Convolution,
        _ if has(Kind::Product) => Kind::Product,
        _ if has(Kind::Norm) || description.contains("norm") => Kind::Norm,
        _ if has(Kind::Pool) => Kind::Pool,
        _ if only(&[Kind::Moves]) => Kind::Moves,
        _ if only(&[Kind::Activation, Kind::Scale, Kind::Sum, Kind::Other]) && has(Kind::Activation) => Kind::Activation,
        _ => Kind::Other,
    }
}

/// The nodes so far.
struct Nodes {
    nodes: Vec<Made>,
    of: Vec<Option<usize>>,
    taken: BTreeSet<String>,
}

impl Nodes {
    fn walk(&mut self, lines: &[Entry], last: usize, probe: &Probe) {
        let used = used(lines, last);
        self.of = vec![None; lines.len()];
        // Layers inside another are seen before it, so the first layer that has a line is the innermost.
        let mut owner: Vec<Option<usize>> = vec![None; lines.len()];
        for (at, seen) in probe.iter().enumerate() {
            seen.lines.clone().for_each(|line| owner[line] = owner[line].or(Some(at)));
        }
        let mut own: Vec<Vec<usize>> = vec![vec![]; probe.len()];
        let mut readers = vec![0; lines.len()];
        for line in (0..lines.len()).filter(|line| used[*line]) {
            owner[line].into_iter().for_each(|at| own[at].push(line));
            let read: BTreeSet<usize> = lines[line].inputs.iter().flatten().copied().collect();
            read.into_iter().for_each(|input| readers[input] += 1);
        }
        let blocks: BTreeSet<&str> = probe.iter().flat_map(|seen| seen.path.match_indices('.').map(|(at, _)| &seen.path[..at])).collect();
        // A layer without layers inside is one node, unless it multiplies more than once, as attention does.
        let single = |at: usize| {
            let all = probe[at].lines.clone().filter(|line| used[*line]).count();
            let products = own[at].iter().filter(|line| lines[**line].macs() > 0).count();
            all == own[at].len() && products <= 1
        };
        let single: Vec<bool> = (0..probe.len()).map(single).collect();
        let layers: BTreeSet<&str> = (0..probe.len()).filter(|at| single[*at]).map(|at| probe[at].path.as_str()).collect();
        let mut within = None;
        for line in (0..lines.len()).filter(|line| used[*line]) {
            let entry = &lines[line];
            let layer = owner[line];
            if let Some(at) = layer.filter(|at| single[*at]) {
                if within != layer {
                    let all: Vec<&Entry> = own[at].iter().map(|line| &lines[*line]).collect();
                    let (path, description) = (self.free(probe[at].path.clone(), |_| false), probe[at].description.clone());
                    let kind = kind_of_all(&all, &description);
                    self.nodes.push(Made { path, description, torch: probe[at].torch.clone(), kind, lines: vec![], reads: vec![] });
                }
            } else if renames(entry) {
                // The same numbers with other axes belong to the node that made them.
                self.of[line] = entry.inputs[0].and_then(|input| self.of[input]);
                continue;
            } else {
                let before = self.parts(lines, entry, &readers, layer, &owner);
                let alone = layer.filter(|at| !blocks.contains(probe[*at].path.as_str()));
                let alone = alone.filter(|at| own[*at].iter().all(|own| *own == line || before.contains(own) || renames(&lines[*own])));
                let (path, description) = match (alone, layer) {
                    (Some(at), _) => (probe[at].path.clone(), probe[at].description.clone()),
                    (None, Some(at)) => (format!("{}.{}", probe[at].path, name(entry)), name(entry).into()),
                    (None, None) => (name(entry).into(), name(entry).into()),
                };
                let path = self.free(path, |path| layers.contains(path) || blocks.contains(path));
                let torch = alone.and_then(|at| probe[at].torch.clone());
                self.nodes.push(Made { path, description, torch, kind: kind_of(entry), lines: before, reads: vec![] });
            }
            within = layer;
            let number = self.nodes.len() - 1;
            self.of[line] = Some(number);
            let node = &mut self.nodes[number];
            node.lines.push(line);
            for part in node.lines.clone() {
                self.of[part] = Some(number);
            }
            for read in node.lines.clone().into_iter().flat_map(|line| lines[line].inputs.iter().flatten()) {
                if let Some(read) = self.of[*read].filter(|read| *read != number && !node.reads.contains(read)) {
                    node.reads.push(read);
                }
            }
        }
    }
    /// Removes the nodes just before this one that are parts of the same operation: a concatenation of many is made of smaller ones, and a
    /// long sum of sums over blocks. Returns their lines.
    fn parts(&mut self, lines: &[Entry], of: &Entry, readers: &[usize], layer: Option<usize>, owner: &[Option<usize>]) -> Vec<usize> {
        let mut parts = vec![];
        while let Some(node) = self.nodes.last()
            && matches!(name(of), "concat" | "sum")
            && name(&lines[node.last()]) == name(of)
            && of.inputs.contains(&Some(node.last()))
            && readers[node.last()] == 1
            && owner[node.last()] == layer
        {
            parts.splice(0..0, node.lines.clone());
            self.taken.remove(&self.nodes[self.nodes.len() - 1].path);
            self.nodes.pop();
        }
        parts
    }
    /// A path that no node has, and that is not kept for others: this one, or this one with a number.
    fn free(&mut self, path: String, kept: impl Fn(&str) -> bool) -> String {
        let numbered = (0..).map(|n| if n == 0 { path.clone() } else { format!("{path}_{n}") });
        let found = numbered.into_iter().find(|path| !self.taken.contains(path) && !kept(path)).unwrap_or(path.clone());
        self.taken.insert(found.clone());
        found
    }
}
