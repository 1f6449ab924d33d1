//! NASNet-A: two kinds of cells that a search has found on small images, stacked until the network is large enough.
use super::{Accuracy, ModelSpec, Options};
use crate::nn::{Activation, BatchNorm2d, Conv2d, Dropout, Flatten, Graph, Linear, Place, Pool, SamePad, Scope, Seq, ZeroPad};
use engine::{
    Result,
    ops::{Border, UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

const PAPER: &str = "Zoph, Vasudevan, Shlens, Le (2017): Learning transferable architectures for scalable image recognition. CVPR 2018";

/// Table 2 of the paper: cells between reductions @ channels at the end.
pub(super) const MODELS: &[ModelSpec] = &[
    ModelSpec {
        name: "nasnetamobile",
        title: "NASNet-A (4 @ 1056), mobile",
        paper: PAPER,
        year: 2017,
        input: [3, 224, 224],
        classes: 1000,
        params: 5_289_978,
        macs: 568_234_858,
        accuracy: by_the_paper(74.0, 91.6),
        preprocess: Some(Preprocess::plus_minus_one(256, 224, Resampling::Bilinear)),
        weights: &["nasnetamobile-7e03cead.pth"],
        build: |s, o| build(s, o, MOBILE),
    },
    ModelSpec {
        name: "nasnetalarge",
        title: "NASNet-A (6 @ 4032), large",
        paper: PAPER,
        year: 2017,
        input: [3, 331, 331],
        classes: 1000,
        params: 88_753_150,
        macs: 23_783_414_658,
        accuracy: by_the_paper(82.7, 96.2),
        preprocess: Some(Preprocess::plus_minus_one(363, 331, Resampling::Bicubic)),
        weights: &["nasnetalarge-dc4a7b8b.pth"],
        build: |s, o| build(s, o, LARGE),
    },
];

const fn by_the_paper(top1: f32, top5: f32) -> Option<Accuracy> {
    Some(Accuracy { top1, top5: Some(top5), by: "the paper" })
}

/// An operation of a cell.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    /// Twice a depthwise convolution with this kernel and a 1×1.
    Separable(usize),
    /// A pool of 3×3.
    Average,
    Max,
    Nothing,
}

/// What an operation reads.
#[derive(Clone, Copy, PartialEq)]
enum Reads {
    /// The cell's input h_i.
    Here,
    /// The input of the cell before, h_{i−1}.
    Before,
    /// The sum that a block of this cell has made.
    Block(usize),
}
use Does::{Average, Max, Nothing, Separable};
use Reads::{Before, Block, Here};

/// A cell: the two operations of each block, whose results are added, and what is concatenated at the end.
struct Cell {
    blocks: [[(Does, Reads); 2]; 5],
    joined: &'static [Reads],
    /// Whether the operations on the cell's inputs have stride 2.
    reduces: bool,
}

/// Figure 4 of the paper, left.
const NORMAL: Cell = Cell {
    blocks: [
        [(Separable(5), Here), (Separable(3), Before)],
        [(Separable(5), Before), (Separable(3), Before)],
        [(Average, Here), (Nothing, Before)],
        [(Average, Before), (Average, Before)],
        [(Separable(3), Here), (Nothing, Here)],
    ],
    joined: &[Before, Block(0), Block(1), Block(2), Block(3), Block(4)],
    reduces: false,
};

/// Figure 4 of the paper, right.
const REDUCTION: Cell = Cell {
    blocks: [
        [(Separable(5), Here), (Separable(7), Before)],
        [(Max, Here), (Separable(7), Before)],
        [(Average, Here), (Separable(5), Before)],
        [(Nothing, Block(1)), (Average, Block(0))],
        [(Separable(3), Block(0)), (Max, Here)],
    ],
    joined: &[Block(1), Block(2), Block(3), Block(4)],
    reduces: true,
};

/// How the windows of a reduction lie.
#[derive(Clone, Copy, PartialEq)]
enum Padding {
    /// Half the kernel on all sides.
    Symmetric,
    /// A row and a column of zeros come first, and the first row and column of the result are cut away. So windows of stride 2 lie as in TensorFlow.
    Shifted,
    /// TensorFlow's `SAME`, for stride 2.
    Same,
}

/// What the two networks, and their references, differ in.
#[derive(Clone, Copy)]
struct Variant {
    /// The channels of the first convolution, and of the first normal cells.
    stem: usize,
    filters: usize,
    /// The normal cells between reductions.
    cells: usize,
    /// The padding of the first reduction, and of the others.
    padding: [Padding; 2],
    /// Whether the cell after a reduction reads what came before the reduction's input, and not that input.
    skips: bool,
    /// The names of activations: a cell's own, and the two of a separable convolution.
    activations: [&'static str; 3],
    /// The names of the last pool and dropout, and the probability of the dropout.
    last: ([&'static str; 2], f32),
}

/// Reference: pretrainedmodels.nasnetamobile.
const MOBILE: Variant = Variant {
    stem: 32,
    filters: 44,
    cells: 4,
    padding: [Padding::Symmetric, Padding::Shifted],
    skips: false,
    activations: ["relu", "relu", "relu1"],
    last: (["avg_pool", "dropout"], 0.5),
};

/// Reference: timm.models.nasnetalarge.
const LARGE: Variant = Variant {
    stem: 96,
    filters: 168,
    cells: 6,
    padding: [Padding::Same, Padding::Same],
    skips: true,
    activations: ["act", "act_1", "act_2"],
    last: (["global_pool.pool", "head_drop"], 0.0),
};

/// An activation, and its channels.
type Hidden = (Place, usize);

/// How a cell's second input gets the size of the first.
#[derive(Clone, Copy, PartialEq)]
enum Fit {
    /// It has it: both are the same activation.
    Same,
    /// By a 1×1 convolution.
    Channels,
    /// By two 1×1 convolutions that read every other pixel, one of them the pixels between.
    Halved,
}

fn build(scope: &Scope, options: &Options, variant: Variant) -> Result<Seq> {
    // The stem's cells have a quarter and half of these channels.
    let filters = ((variant.filters as f32 * options.width / 4.0).round() as usize * 4).max(4);
    let mut graph = Graph::new(scope);
    let first = graph.then("conv0", Graph::INPUT, None, |s| {
        Seq::new(s)
            .then("conv", |s| Conv2d::without_bias(s, options.input[0], variant.stem, Window::square(3).stride(2), 1))?
            .then("bn", |s| norm(s, variant.stem))
    })?;
    let first = (first, variant.stem);
    let mut add = |name: String, kind: &Cell, inputs: [Hidden; 2], fit: Fit, channels: usize| {
        let place = cell(&mut graph, &name, kind, inputs, (fit, channels), variant)?;
        Ok((place, channels * kind.joined.len()))
    };
    let reduced = add("cell_stem_0".into(), &REDUCTION, [first, first], Fit::Same, filters / 4)?;
    let (mut before, mut here) = (reduced, add("cell_stem_1".into(), &REDUCTION, [reduced, first], Fit::Halved, filters / 2)?);
    for stage in 0..3 {
        let channels = filters << stage;
        if stage > 0 {
            let reduced = add(format!("reduction_cell_{}", stage - 1), &REDUCTION, [here, before], Fit::Channels, channels)?;
            (before, here) = (if variant.skips { before } else { here }, reduced);
        }
        for at in 0..variant.cells {
            let fit = if at == 0 { Fit::Halved } else { Fit::Channels };
            (before, here) = (here, add(format!("cell_{}", 6 * stage + at), &NORMAL, [here, before], fit, channels)?);
        }
    }
    let ([pool, dropout], p) = variant.last;
    Seq::new(scope)
        .add("cells", graph)
        .add(variant.activations[0], Activation(UnaryFn::Relu))
        .add(pool, Pool::Global)
        .add("flatten", Flatten)
        .add(dropout, Dropout(p))
        .then("last_linear", |s| Linear::new(s, here.1, options.classes))
}

/// Appends a cell to the graph: its inputs are fitted to `channels`, then its blocks follow, and their results are concatenated.
fn cell(
    graph: &mut Graph,
    name: &str,
    kind: &Cell,
    [here, before]: [Hidden; 2],
    (fit, channels): (Fit, usize),
    variant: Variant,
) -> Result<Place> {
    let path = |part: &str| format!("{name}.{part}");
    let [activation, ..] = variant.activations;
    let one = |s: &Scope, inputs: usize| {
        Seq::new(s)
            .add(activation, Activation(UnaryFn::Relu))
            .then("conv", |s| Conv2d::without_bias(s, inputs, channels, Window::square(1), 1))?
            .then("bn", |s| norm(s, channels))
    };
    let fitted = (graph.then(&path("conv_1x1"), here.0, None, |s| one(s, here.1))?, channels);
    let before = match fit {
        Fit::Same => before,
        Fit::Channels => (graph.then(&path("conv_prev_1x1"), before.0, None, |s| one(s, before.1))?, channels),
        Fit::Halved => {
            let active = graph.then(&path(activation), before.0, None, |s| Ok(Seq::new(s).add("function", Activation(UnaryFn::Relu))))?;
            let every = |seq: Seq| {
                seq.add("avgpool", Pool::Average(Window::square(1).stride(2)))
                    .then("conv", |s| Conv2d::without_bias(s, before.1, channels / 2, Window::square(1), 1))
            };
            let between = ZeroPad(Border { top: -1, bottom: 1, left: -1, right: 1 });
            let paths = [
                graph.then(&path("path_1"), active, None, |s| every(Seq::new(s)))?,
                graph.then(&path("path_2"), active, None, |s| every(Seq::new(s).add("pad", between)))?,
            ];
            let joined = graph.concat(&path("paths"), &paths);
            (graph.then(&path("final_path_bn"), joined, None, |s| Seq::new(s).then("norm", |_| norm(s, channels)))?, channels)
        }
    };
    let mut made: Vec<Place> = vec![];
    for (n, [left, right]) in kind.blocks.iter().enumerate() {
        let mut side = |side: &str, (does, reads): (Does, Reads), sum: Option<Place>| {
            let (place, inputs) = match reads {
                Here => fitted,
                Before => before,
                Block(block) => (made[block], channels),
            };
            let halves = kind.reduces && matches!(reads, Here | Before);
            let padding = match kind.reduces && (halves || matches!(does, Separable(_))) {
                true => variant.padding[usize::from(fit != Fit::Same)],
                false => Padding::Symmetric,
            };
            let shape = Shape { channels: [inputs, channels], stride: if halves { 2 } else { 1 }, padding };
            if does == Nothing {
                return Ok(place);
            }
            graph.then(&path(&format!("comb_iter_{n}_{side}")), place, sum, |s| operation(s, does, shape, variant))
        };
        // One side is added to the other as it is made.
        let sum = if left.0 == Nothing {
            let sum = side("left", *left, None)?;
            side("right", *right, Some(sum))?
        } else {
            let sum = side("right", *right, None)?;
            side("left", *left, Some(sum))?
        };
        made.push(sum);
    }
    let joined = kind.joined.iter().map(|reads| match reads {
        Here => fitted.0,
        Before => before.0,
        Block(block) => made[*block],
    });
    Ok(graph.concat(name, &joined.collect::<Vec<_>>()))
}

/// Input and output channels of an operation, its stride, and how its windows lie.
#[derive(Clone, Copy)]
struct Shape {
    channels: [usize; 2],
    stride: usize,
    padding: Padding,
}

fn operation(scope: &Scope, does: Does, Shape { channels: [inputs, outputs], stride, padding }: Shape, variant: Variant) -> Result<Seq> {
    let window = |kernel: usize| Window::square(kernel).padding(kernel / 2).stride(stride);
    let seq = Seq::new(scope);
    match (does, padding) {
        (Separable(kernel), _) => {
            let [_, first, second] = variant.activations;
            let start = seq.add(first, Activation(UnaryFn::Relu));
            padded(start, window(kernel), padding, |seq, window| seq.then("separable_1", |s| pair(s, [inputs, outputs], window)))?
                .then("bn_sep_1", |s| norm(s, outputs))?
                .add(second, Activation(UnaryFn::Relu))
                .then("separable_2", |s| pair(s, [outputs, outputs], window(kernel).stride(1)))?
                .then("bn_sep_2", |s| norm(s, outputs))
        }
        (Max, Padding::Same) => Ok(seq.add("pool", Pool::MaxSame(window(3)))),
        (Max, _) => padded(seq, window(3), padding, |seq, window| Ok(seq.add("pool", Pool::Max(window)))),
        // The zeros of `SAME` count here, unlike those of the window's own padding.
        (_, Padding::Same) => padded(seq, window(3), padding, |seq, window| Ok(seq.add("pool", Pool::Average(window)))),
        _ => padded(seq, window(3), padding, |seq, window| Ok(seq.add("pool", Pool::AverageInside(window)))),
    }
}

/// Appends a layer that reads this window, with the rows and columns that its padding needs before and after it.
fn padded(seq: Seq, window: Window, padding: Padding, append: impl FnOnce(Seq, Window) -> Result<Seq>) -> Result<Seq> {
    let corner = |width: isize| ZeroPad(Border { top: width, left: width, ..Border::default() });
    match padding {
        Padding::Shifted => Ok(append(seq.add("padding", corner(1)), window)?.add("cut", corner(-1))),
        Padding::Same if window.stride != [1, 1] => append(seq.add("padding", SamePad(window)), window.padding(0)),
        _ => append(seq, window),
    }
}

/// A depthwise convolution and a 1×1.
fn pair(scope: &Scope, [inputs, outputs]: [usize; 2], window: Window) -> Result<Seq> {
    Seq::new(scope)
        .then("depthwise_conv2d", |s| Conv2d::without_bias(s, inputs, inputs, window, inputs))?
        .then("pointwise_conv2d", |s| Conv2d::without_bias(s, inputs, outputs, Window::square(1), 1))
}

fn norm(scope: &Scope, channels: usize) -> Result<BatchNorm2d> {
    BatchNorm2d::with_epsilon(scope, channels, 1e-3)
}
