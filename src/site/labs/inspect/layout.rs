//! The layout of the graph: a node stands in the layer after the last one that it reads, beside what else stands there; an unfolded block is laid out by itself.
//! It is a pure function of the tree and of what is unfolded, and takes time for what is drawn, not for what is folded.
use super::{
    route::{Routes, route},
    rows::{Item, place},
    tree::Part,
};
use crate::workbench::protocol::inspect::{Kind, Node};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// The width and height of a box in units of the drawing.
pub const BOX: [f32; 2] = [152.0, 38.0];
/// The diameter of a sum or a product of two inputs.
pub const DISC: f32 = 28.0;
/// The height of an unfolded block's name.
pub const HEADER: f32 = 22.0;
/// Between the layers, and between a block's frame and what is in it.
const GAP: f32 = 20.0;
/// On each side within a frame.
const SIDE: f32 = 12.0;

/// What is drawn at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A node, by its number in the graph.
    Node(usize),
    /// A folded block.
    Folded(String, Range<usize>),
    /// The frame of an unfolded block.
    Open(String, Range<usize>),
}

/// A box at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// What it is.
    pub what: Shown,
    /// The number of frames around it.
    pub depth: usize,
    /// Its left upper corner.
    pub corner: [f32; 2],
    /// Its width and height.
    pub size: [f32; 2],
}

/// The whole drawing. Frames stand before what is in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Width and height.
    pub size: [f32; 2],
    /// All boxes.
    pub items: Vec<Placed>,
    /// The points of each edge, from what is read down to what reads it.
    pub edges: Vec<Vec<[f32; 2]>>,
}

/// A laid out block, and where from its left edge lines come in and go out.
struct Sheet {
    layout: Layout,
    inlet: f32,
    outlet: f32,
}

/// The graph with the last node that reads each one.
struct Graph<'a> {
    nodes: &'a [Node],
    last_reader: Vec<usize>,
    open: &'a BTreeSet<String>,
}

/// Lays out the tree of these nodes, with these blocks unfolded.
pub fn layout(nodes: &[Node], tree: &[Part], open: &BTreeSet<String>) -> Layout {
    let mut last_reader = vec![0; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        for read in node.reads.iter().filter(|read| **read < at) {
            last_reader[*read] = at;
        }
    }
    let graph = Graph { nodes, last_reader, open };
    graph.sheet(tree, 0..nodes.len(), 0).layout
}

/// The size of a node's shape.
pub fn size(kind: Kind) -> [f32; 2] {
    if matches!(kind, Kind::Sum | Kind::Scale) { [DISC; 2] } else { BOX }
}

impl Graph<'_> {
    /// Lays out what a block consists of. Item 0 is where lines come in; the last one is where they go out.
    fn sheet(&self, parts: &[Part], span: Range<usize>, depth: usize) -> Sheet {
        let inner: Vec<Option<Sheet>> = parts.iter().map(|part| self.unfolded(part, depth)).collect();
        let edges = self.edges(parts, &span);
        let mut items = vec![Item::point()];
        items.extend(parts.iter().zip(&inner).map(|(part, inner)| self.item(part, inner.as_ref())));
        items.push(Item::point());
        let layers = layers(items.len(), &edges);
        let rows = place(&mut items, &layers, &edges);
        // A layer begins under the highest of the one before.
        let framed = depth > 0;
        let mut tops = vec![0.0; rows];
        let mut heights = vec![0.0f32; rows];
        items.iter().zip(&layers).for_each(|(item, layer)| heights[*layer] = heights[*layer].max(item.size[1]));
        for layer in 1..rows {
            let before = if layer == 1 { if framed { HEADER + 8.0 } else { 0.0 } } else { GAP };
            let last = if layer + 1 == rows && !framed { 0.0 } else { before };
            tops[layer] = tops[layer - 1] + heights[layer - 1] + last;
        }
        let Routes { mut edges, left, right } = route(&items, &layers, &tops, &heights, edges);
        let side = if framed { SIDE } else { 1.0 };
        let shift = side - left;
        let height = tops.last().copied().unwrap_or(0.0);
        edges.iter_mut().flatten().for_each(|point| point[0] += shift);
        let mut layout = Layout { size: [right - left + 2.0 * side, height], items: vec![], edges };
        for (at, (part, inner)) in parts.iter().zip(inner).enumerate() {
            let (item, layer) = (&items[at + 1], layers[at + 1]);
            let corner = [item.left() + shift, tops[layer]];
            layout.take(part, inner, item.size, corner, depth);
        }
        let at = |item: Option<&Item>| item.map_or(0.0, |item| item.middle + shift);
        Sheet { layout, inlet: at(items.first()), outlet: at(items.last()) }
    }

    fn unfolded(&self, part: &Part, depth: usize) -> Option<Sheet> {
        match part {
            Part::Block(block) if self.open.contains(&block.path) => Some(self.sheet(&block.parts, block.span.clone(), depth + 1)),
            _ => None,
        }
    }

    fn item(&self, part: &Part, inner: Option<&Sheet>) -> Item {
        match (part, inner) {
            (_, Some(sheet)) => {
                let half = sheet.layout.size[0] / 2.0;
                Item { size: sheet.layout.size, inlet: sheet.inlet - half, outlet: sheet.outlet - half, middle: 0.0 }
            }
            (Part::Node(node), None) => Item::of(size(self.nodes[*node].kind)),
            (Part::Block(_), None) => Item::of(BOX),
        }
    }

    /// Which item reads which, each pair once, with what comes in from outside and what goes out.
    fn edges(&self, parts: &[Part], span: &Range<usize>) -> Vec<(usize, usize)> {
        let mut found = BTreeSet::new();
        let item = |node: usize| 1 + parts.partition_point(|part| part.span().end <= node);
        for node in span.clone() {
            let to = item(node);
            for read in self.nodes[node].reads.iter().copied().filter(|read| *read < node) {
                let from = if read < span.start { 0 } else { item(read) };
                if from != to {
                    found.insert((from, to));
                }
            }
            if self.last_reader[node] >= span.end {
                found.insert((to, parts.len() + 1));
            }
        }
        found.into_iter().collect()
    }
}

/// The layer of each item: one more than that of the last one that it reads. The first item has layer 0, the last one a layer of its own.
fn layers(items: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut reads: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    edges.iter().for_each(|(from, to)| reads.entry(*to).or_default().push(*from));
    let mut layers = vec![0; items];
    for item in 1..items - 1 {
        layers[item] = 1 + reads.get(&item).into_iter().flatten().map(|read| layers[*read]).max().unwrap_or(0);
    }
    layers[items - 1] = 1 + layers.iter().copied().max().unwrap_or(0);
    layers
}

impl Layout {
    /// Adds a part, and what is in it if it is unfolded.
    fn take(&mut self, part: &Part, inner: Option<Sheet>, size: [f32; 2], corner: [f32; 2], depth: usize) {
        let what = match part {
            Part::Node(node) => Shown::Node(*node),
            Part::Block(block) if inner.is_some() => Shown::Open(block.path.clone(), block.span.clone()),
            Part::Block(block) => Shown::Folded(block.path.clone(), block.span.clone()),
        };
        self.items.push(Placed { what, depth, corner, size });
        let Some(Sheet { layout, .. }) = inner else { return };
        let moved = |[x, y]: [f32; 2]| [x + corner[0], y + corner[1]];
        self.items.extend(layout.items.into_iter().map(|item| Placed { corner: moved(item.corner), ..item }));
        self.edges.extend(layout.edges.into_iter().map(|points| points.into_iter().map(moved).collect()));
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tree::{
            outline,
            tests::{node, residual},
            tree,
        },
        *,
    };
    use rand::RngExt;
    use rand_pcg::Pcg32;

    /// All blocks of a tree.
    fn all(parts: &[Part]) -> BTreeSet<String> {
        let blocks = parts.iter().filter_map(|part| if let Part::Block(block) = part { Some(block) } else { None });
        blocks.flat_map(|block| all(&block.parts).into_iter().chain([block.path.clone()])).collect()
    }

    fn is_within(inner: &Placed, outer: &Placed) -> bool {
        (0..2).all(|axis| {
            inner.corner[axis] >= outer.corner[axis] - 0.1
                && inner.corner[axis] + inner.size[axis] <= outer.corner[axis] + outer.size[axis] + 0.1
        })
    }

    fn overlap(one: &Placed, other: &Placed) -> bool {
        (0..2).all(|axis| {
            one.corner[axis] < other.corner[axis] + other.size[axis] - 0.1 && other.corner[axis] < one.corner[axis] + one.size[axis] - 0.1
        })
    }

    /// What is wrong with a layout.
    fn faults(nodes: &[Node], open: &BTreeSet<String>) -> Vec<String> {
        let found = layout(nodes, &tree(nodes), open);
        let mut faults = vec![];
        let span = |item: &Placed| match &item.what {
            Shown::Node(node) => *node..node + 1,
            Shown::Folded(_, span) | Shown::Open(_, span) => span.clone(),
        };
        let holds = |outer: &Placed, inner: &Placed| {
            matches!(outer.what, Shown::Open(..))
                && outer.depth < inner.depth
                && span(outer).start <= span(inner).start
                && span(inner).end <= span(outer).end
        };
        let whole = Placed { what: Shown::Node(0), depth: 0, corner: [0.0; 2], size: found.size };
        for (at, one) in found.items.iter().enumerate() {
            if !is_within(one, &whole) {
                faults.push(format!("{:?} stands outside", one.what));
            }
            for other in &found.items[at + 1..] {
                match holds(one, other) {
                    true if !is_within(other, one) => faults.push(format!("{:?} leaves {:?}", other.what, one.what)),
                    false if overlap(one, other) => faults.push(format!("{:?} lies over {:?}", other.what, one.what)),
                    _ => {}
                }
            }
        }
        for points in &found.edges {
            if points.windows(2).any(|pair| pair[1][1] < pair[0][1] - 0.01) || points[0][1] >= points[points.len() - 1][1] {
                faults.push(format!("an edge goes up: {points:?}"));
            }
            // The straight parts of an edge cross no box: they end at its rim at most.
            for pair in points.windows(2).filter(|pair| pair[0][0] == pair[1][0]) {
                let [x, from, to] = [pair[0][0], pair[0][1], pair[1][1]];
                let crossed = found.items.iter().filter(|item| !matches!(item.what, Shown::Open(..))).find(|item| {
                    let ([left, top], [width, height]) = (item.corner, item.size);
                    x > left + 0.1 && x < left + width - 0.1 && from < top + height - 0.1 && to > top + 0.1
                });
                if let Some(item) = crossed {
                    faults.push(format!("an edge crosses {:?}", item.what));
                }
            }
        }
        faults
    }

    #[test]
    fn folded_and_unfolded_nothing_lies_over_anything_and_all_edges_go_down() {
        let nodes = residual();
        let parts = tree(&nodes);
        for open in [BTreeSet::new(), outline(&parts), all(&parts)] {
            assert_eq!(faults(&nodes, &open), Vec::<String>::new(), "{open:?}");
        }
        let found = layout(&nodes, &parts, &BTreeSet::new());
        assert_eq!((found.items.len(), found.edges.len()), (4, 3));
        let found = layout(&nodes, &parts, &all(&parts));
        // Nine nodes and three frames; a residual block has its chain, its shortcut, what comes in and what goes out.
        assert_eq!((found.items.len(), found.edges.len()), (12, 3 + 3 + 6 + 4));
    }

    #[test]
    fn branches_stand_side_by_side() {
        let paths = ["input", "a.one", "b.one", "b.two", "c.one", "cat"];
        let reads: [&[usize]; 6] = [&[], &[0], &[0], &[2], &[0], &[1, 3, 4]];
        let nodes: Vec<Node> = paths.into_iter().zip(reads).map(|(path, reads)| node(path, Kind::Other, reads)).collect();
        let found = layout(&nodes, &tree(&nodes), &BTreeSet::new());
        let of = |node: usize| found.items.iter().find(|item| item.what == Shown::Node(node)).unwrap().corner;
        assert_eq!(of(1)[1], of(4)[1]);
        assert!(of(1)[0] < of(4)[0]);
        assert!(of(5)[1] > of(1)[1]);
        assert_eq!(faults(&nodes, &BTreeSet::new()), Vec::<String>::new());
    }

    #[test]
    fn any_graph_with_any_blocks_has_a_layout() {
        let mut random = Pcg32::new(3, 0);
        let mut below = |n: usize| random.random_range(0..n.max(1));
        for case in 0..60 {
            let count = 2 + below(40);
            let (mut nodes, mut block) = (vec![], String::new());
            for at in 0..count {
                if below(4) == 0 {
                    block = ["", "a.", "a.b.", "c.", "c.d.", "c.d.e."][below(6)].into();
                }
                let reads: Vec<usize> = if at == 0 { vec![] } else { (0..1 + below(3)).map(|_| at - 1 - below(at.min(6))).collect() };
                let kind = if reads.len() == 2 { Kind::Sum } else { Kind::Convolution };
                nodes.push(node(&format!("{block}n{at}"), kind, &reads));
            }
            let parts = tree(&nodes);
            for open in [BTreeSet::new(), outline(&parts), all(&parts)] {
                assert_eq!(faults(&nodes, &open), Vec::<String>::new(), "case {case}, {open:?}");
            }
        }
    }

    #[test]
    fn a_network_of_thousands_of_nodes_is_laid_out_at_once_while_it_is_folded() {
        let chain = |at: usize| {
            node(&format!("cell_{}.part_{}.n{at}", at / 100, at / 10 % 10), Kind::Convolution, &[at.saturating_sub(1)][..at.min(1)])
        };
        let nodes: Vec<Node> = (0..5000).map(chain).collect();
        let parts = tree(&nodes);
        let start = std::time::Instant::now();
        let found = layout(&nodes, &parts, &outline(&parts));
        assert_eq!(found.items.len(), 50);
        assert!(start.elapsed().as_millis() < 200, "{:?}", start.elapsed());
    }
}
