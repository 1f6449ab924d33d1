//! One number of a node's output, and how it was made.
use serde::{Deserialize, Deserializer, Serialize};

/// One number of a layer's output, made again from what the layer read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The path of its node.
    pub node: String,
    /// The channel, from 0; for a node without places the index of the number.
    pub channel: usize,
    /// Row and column, from 0.
    pub place: [usize; 2],
    /// The number as the engine computed it. For a convolution or a dense layer it is the sum itself, before anything in `then`.
    #[serde(deserialize_with = "maybe")]
    pub value: f32,
    /// The shape of patch and kernel: I, H, W. Empty for a node that is no convolution and no dense layer.
    pub dims: Vec<usize>,
    /// The row and column of the patch's first value in the node's input; negative where padding is read.
    pub corner: [isize; 2],
    /// Rows and columns between neighbouring values of the patch.
    pub dilation: [usize; 2],
    /// The first input channel of the group that is read.
    pub first_channel: usize,
    /// The bias. None for a layer without one.
    pub bias: Option<f32>,
    /// The sum of all products and the bias, added in 64 bits.
    #[serde(deserialize_with = "maybe")]
    pub sum: f32,
    /// What becomes of this number in the operations after it, as long as each one is all that reads it, and reads nothing else: norm, activation.
    pub then: Vec<Then>,
    /// The numbers that a node which is no convolution and no dense layer read for this one: the path of the input's node, and the value. Empty
    /// if they are more than 64, or if the operation mixes them in another way than a pool, a sum, a product, a concatenation or an elementwise function does.
    pub read: Vec<(String, f32)>,
    /// The rows and columns of the network's input that it can depend on, from the first to the one after the last, padding included.
    pub field: [[isize; 2]; 2],
    /// Height and width of what the network read.
    pub seen: [usize; 2],
}

/// An operation that reads only the number before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Then {
    /// The path of its node; of the cell's own node if the layer does more than multiply.
    pub node: String,
    /// The formula with its numbers, where x is the number before, such as `(x − 0.12) / √0.90001 · 1.1 + 0.3`. The number under a norm's root
    /// is the variance with its ε.
    pub formula: String,
    /// The engine's value.
    #[serde(deserialize_with = "maybe")]
    pub value: f32,
}

/// A number that is not finite is null in JSON.
fn maybe<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<f32, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or(f32::NAN))
}
