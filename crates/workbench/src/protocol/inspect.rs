//! A network opened: its graph, one layer on a photo, and one number of a layer down to the products that made it.
use super::Array;
use serde::{Deserialize, Serialize};

/// What is looked at in one network of the zoo. It is the loaded network, or one with random weights if none is loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Look {
    /// The graph and the cost of each node, by a dry run. It needs neither a photo nor weights. Answered by `Seen::Graph`.
    Graph,
    /// The time of each node in one forward pass on the photo. Answered by `Seen::Times`.
    Times,
    /// A layer on the photo. Answered by `Seen::Layer`.
    Layer {
        /// The path of its node.
        node: String,
        /// The class whose logit is differentiated with respect to the layer's output. None for the activation itself.
        class: Option<usize>,
    },
    /// One number of a layer's output. Answered by `Seen::Cell`.
    Cell {
        /// The path of its node.
        node: String,
        /// The channel, from 0; for a layer without places the index of the number.
        channel: usize,
        /// Row and column, from 0. [0, 0] for a layer without places.
        place: [usize; 2],
    },
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Seen {
    /// All nodes in the order in which they run. Each one reads only nodes before it; node 0 is the input.
    Graph(Vec<Node>),
    /// Milliseconds of each node, in the order of the graph; 0 for a node that only renames axes.
    Times {
        /// The device, in words.
        device: String,
        /// One number for each node.
        milliseconds: Vec<f32>,
    },
    /// A layer. Buffer 0: its output C, H, W as f32, or the gradient of a logit with respect to it. Buffer 1: its weight as f32, empty without one.
    Layer {
        /// The path of its node, and the output's shape without the batch.
        output: Array,
        /// The layer's weight, O, I, H, W or out, in. None for a layer without one.
        weight: Option<Array>,
        /// The class whose logit was differentiated, and the logit. None for the activation itself.
        logit: Option<(usize, f32)>,
        /// Whether the weights are random.
        drawn: bool,
    },
    /// One number and how it was made.
    Cell(Box<Cell>),
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The picture.
    Input,
    /// A convolution or a transposed convolution.
    Convolution,
    /// A dense layer, or another product of matrices.
    Product,
    /// A norm.
    Norm,
    /// An elementwise function of one input.
    Activation,
    /// A pooling.
    Pool,
    /// The elementwise sum of two inputs, such as a residual connection.
    Sum,
    /// The elementwise product of two inputs, such as squeeze-and-excitation's.
    Scale,
    /// A concatenation of its inputs.
    Concatenation,
    /// Slices, padding, and other axes: the same numbers elsewhere.
    Moves,
    /// Everything else.
    Other,
}

/// One node of the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The dotted name of the layer, such as `layer1.0.conv1`. An operation without a name of its own has its block's name and its own, such as `layer1.0.add`. Unique in the graph; blocks fold by the dots.
    pub path: String,
    /// The layer's line in the table of the architecture, or PyTorch's name of the operation.
    pub description: String,
    /// What it does.
    pub kind: Kind,
    /// The output's shape without the batch: C, H, W.
    pub dims: Vec<usize>,
    /// The nodes that it reads, as indices into the graph, in the order of its inputs.
    pub reads: Vec<usize>,
    /// The number of trainable values that are read for the first time here.
    pub parameters: usize,
    /// The multiply-adds for one picture.
    pub macs: u64,
    /// The bytes of its output for one picture. 0 if it shares the memory of its input.
    pub bytes: u64,
}

/// One number of a layer's output, made again from what the layer read. Buffers, all f32: the patch that was read (for a convolution I, H, W of the kernel, zeros where padding is read), the kernel of this channel in the same shape, and the products summed by input channel, one number each. For a node that is no convolution and no dense layer the buffers are empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The path of its node.
    pub node: String,
    /// The channel.
    pub channel: usize,
    /// Row and column.
    pub place: [usize; 2],
    /// The number as the engine computed it.
    pub value: f32,
    /// The shape of patch and kernel: I, H, W. Empty for a node that is no convolution and no dense layer.
    pub dims: Vec<usize>,
    /// The row and column of the patch's first value in the layer's input; negative where padding is read.
    pub corner: [isize; 2],
    /// Row and column between neighbouring values of the patch.
    pub dilation: [usize; 2],
    /// The first input channel of the group that is read.
    pub first_channel: usize,
    /// The bias. None for a layer without one.
    pub bias: Option<f32>,
    /// The sum of all products and the bias, in the order of the table.
    pub sum: f32,
    /// What becomes of this number in the nodes after it that read only it: norm, activation. Each with the node's path, the formula with its numbers, and the engine's value.
    pub then: Vec<Then>,
    /// The numbers that a node which is no convolution read for this one: the path of the input's node, the value. Empty if they are more than 64.
    pub read: Vec<(String, f32)>,
    /// The rows and columns of the network's input that it can depend on, from the first to the one after the last, padding included.
    pub field: [[isize; 2]; 2],
    /// Height and width of what the network read.
    pub seen: [usize; 2],
}

/// A node after the sum, which reads only it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Then {
    /// The node's path.
    pub node: String,
    /// The formula with its numbers, such as `(x − 0.12) / √(0.9 + 0.00001) · 1.1 + 0.3`.
    pub formula: String,
    /// The engine's value.
    pub value: f32,
}
