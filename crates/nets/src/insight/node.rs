//! A node of a network's graph, and what it does.
use serde::{Deserialize, Serialize};

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
    /// The elementwise sum of two inputs, such as a residual connection, or of one input and a weight.
    Sum,
    /// The elementwise product of two inputs, such as squeeze-and-excitation's, or of one input and a weight.
    Scale,
    /// A concatenation of its inputs.
    Concatenation,
    /// Slices, padding, and other axes: the same numbers elsewhere.
    Moves,
    /// Everything else.
    Other,
}

/// One node of the graph: an operation, or a layer that is made of several but multiplies only once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The dotted name of the layer, such as `layer1.0.conv1`. An operation without a name of its own has its block's name and its own, such as `layer1.0.add`. It is unique. A layer whose name is the beginning of others, such as timm's `bn1` before `bn1.act`, belongs to the block of its name.
    pub path: String,
    /// The layer's line in the table of the architecture, or PyTorch's name of the operation.
    pub description: String,
    /// The layer as an expression of `torch.nn`. None for an operation, and for a layer that is no module there.
    pub torch: Option<String>,
    /// What it does.
    pub kind: Kind,
    /// The output's shape without the batch: C, H, W.
    pub dims: Vec<usize>,
    /// The nodes that it reads, as indices into the graph, each once, in the order of its inputs.
    pub reads: Vec<usize>,
    /// The number of trainable values that are read for the first time here.
    pub parameters: usize,
    /// The multiply-adds for one picture.
    pub macs: u64,
    /// The bytes of the values that it makes for one picture: its output, and what is made on the way to it. 0 if it shares the memory of its input.
    pub bytes: u64,
}
