//! A network opened: its graph, one layer on a photo, and one number of a layer down to the products that made it.
use super::Array;
pub use nets::insight::{Cell, Kind, Node, Then};
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
    /// All nodes in the order in which they run. Each one reads only nodes before it; node 0 is the input, the last one the output. Auxiliary heads
    /// are left out, since inference does not run them.
    Graph(Vec<Node>),
    /// Milliseconds of each node, in the order of the graph; 0 for the input and for a node that only renames axes. `nets::insight::node_times` says what
    /// is measured.
    Times {
        /// The device, in words.
        device: String,
        /// One number for each node.
        milliseconds: Vec<f32>,
    },
    /// A layer. Buffer 0: its output C, H, W as f32, or the gradient of a logit with respect to it. Buffer 1: its weight as f32, as the layer uses it
    /// (a standardised one after its standardisation); empty without one.
    Layer {
        /// The path of its node, and the output's shape without the batch.
        output: Array,
        /// The weight of a convolution (O, I, H, W; a transposed one I, O, H, W) or of a dense layer (out, in). None for other layers, and for more
        /// than `nets::insight::MOST_WEIGHTS` values.
        weight: Option<Array>,
        /// The class whose logit was differentiated, and the logit. None for the activation itself.
        logit: Option<(usize, f32)>,
        /// Whether the weights are random.
        drawn: bool,
    },
    /// One number and how it was made. Buffers, all f32: the patch that was read (I, H, W of the kernel, zeros where padding is read), the kernel of this
    /// channel in the same shape, and the products summed by input channel, one number each. They are empty for a node that is no convolution and no
    /// dense layer.
    Cell(Box<Cell>),
}
