//! What was seen of a network, as plain data: its graph, a layer with its channels by strength, and one number.
use super::tree::{Part, tree};
use crate::workbench::protocol::{
    Array,
    inspect::{Cell, Kind, Node},
};

/// The graph of a network, and its tree of blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    pub model: String,
    pub nodes: Vec<Node>,
    pub tree: Vec<Part>,
}

impl Graph {
    pub fn new(model: String, nodes: Vec<Node>) -> Graph {
        Graph { model, tree: tree(&nodes), nodes }
    }
    /// The number of the node with this path; the first convolution for an empty one. None if there is no such node.
    pub fn find(&self, path: &str) -> Option<usize> {
        if !path.is_empty() {
            return self.nodes.iter().position(|node| node.path == path);
        }
        let first = self.nodes.iter().position(|node| node.kind == Kind::Convolution);
        first.or((!self.nodes.is_empty()).then_some(0))
    }
    /// The multiply-adds of all nodes.
    pub fn macs(&self) -> u64 {
        self.nodes.iter().map(|node| node.macs).sum()
    }
}

/// The milliseconds of each node.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    pub model: String,
    pub device: String,
    pub milliseconds: Vec<f32>,
}

/// A layer on the photo.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What was asked.
    pub key: String,
    pub output: Array,
    /// Channels, height and width.
    pub size: [usize; 3],
    pub values: Vec<f32>,
    pub weight: Option<Array>,
    pub weights: Vec<f32>,
    pub logit: Option<(usize, f32)>,
    /// Whether its weights are random.
    pub drawn: bool,
    /// The channels, the strongest first, each with the mean of its absolute values.
    pub channels: Vec<(usize, f32)>,
}

/// Channels, height and width of an output. What has no places has one; of two axes without channels the whole is one channel.
pub fn size(dims: &[usize]) -> [usize; 3] {
    match dims {
        [] => [1; 3],
        [n] => [*n, 1, 1],
        [outer @ .., height, width] => [outer.iter().product(), *height, *width],
    }
}

impl Layer {
    pub fn new(
        key: String,
        output: Array,
        weight: Option<Array>,
        logit: Option<(usize, f32)>,
        drawn: bool,
        buffers: Vec<Vec<u8>>,
    ) -> Layer {
        let mut buffers = buffers.iter().map(|bytes| floats(bytes));
        let (values, weights) = (buffers.next().unwrap_or_default(), buffers.next().unwrap_or_default());
        let size = size(&output.dims);
        let channels = by_strength(&values, size);
        Layer { key, output, size, values, weight, weights, logit, drawn, channels }
    }
    /// The values of a channel, row by row. Empty for one that there is not.
    pub fn channel(&self, channel: usize) -> &[f32] {
        let places = self.size[1] * self.size[2];
        self.values.get(channel * places..(channel + 1) * places).unwrap_or_default()
    }
    /// The channel that is meant: this one, or the strongest for a negative number. None for one that there is not.
    pub fn chosen(&self, channel: i32) -> Option<usize> {
        match usize::try_from(channel) {
            Ok(channel) => Some(channel).filter(|channel| *channel < self.size[0]),
            Err(_) => self.channels.first().map(|(channel, _)| *channel),
        }
    }
    /// The place that is meant in a channel: this one, or the strongest for negative numbers. None for one that there is not.
    pub fn place(&self, channel: usize, row: i32, column: i32) -> Option<[usize; 2]> {
        let [_, height, width] = self.size;
        match (usize::try_from(row), usize::try_from(column)) {
            (Ok(row), Ok(column)) => Some([row, column]).filter(|_| row < height && column < width),
            _ => {
                let strongest = self.channel(channel).iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?.0;
                Some([strongest / width.max(1), strongest % width.max(1)])
            }
        }
    }
    /// The output of the weight that makes the number at this place: the channel, or the column of a table of tokens.
    pub fn weight_of(&self, channel: usize, [_, column]: [usize; 2]) -> usize {
        if self.output.dims.len() == 2 { column } else { channel }
    }
    /// The weights of the number at this place, by input: their shape and values. None without a weight.
    pub fn kernel(&self, channel: usize, place: [usize; 2]) -> Option<(Vec<usize>, Vec<f32>)> {
        let [first, second, ..] = self.weight.as_ref()?.dims[..] else { return None };
        let (of, inner) = (self.weight_of(channel, place), &self.weight.as_ref()?.dims[2..]);
        let length: usize = inner.iter().product();
        // A transposed convolution has its inputs first.
        let is_transposed =
            !inner.is_empty() && (self.output.description.contains("Transpose") || (first != self.size[0] && second == self.size[0]));
        let (inputs, outputs) = if is_transposed { (first, second) } else { (second, first) };
        let at = |input: usize| if is_transposed { input * outputs + of } else { of * inputs + input };
        let values: Option<Vec<&[f32]>> = (0..inputs).map(|input| self.weights.get(at(input) * length..(at(input) + 1) * length)).collect();
        (of < outputs).then_some(())?;
        Some(([&[inputs], inner].concat(), values?.concat()))
    }
    /// The number at this place as the workbench counts it: without places, by its index.
    pub fn counted(&self, channel: usize, [row, column]: [usize; 2]) -> (usize, [usize; 2]) {
        match self.output.dims.len() {
            0 | 1 => (channel, [0, 0]),
            2 => (row * self.size[2] + column, [0, 0]),
            _ => (channel, [row, column]),
        }
    }
    /// The class with the largest value.
    pub fn likeliest(&self) -> Option<usize> {
        self.values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class)
    }
}

/// The channels, the strongest first.
fn by_strength(values: &[f32], [channels, height, width]: [usize; 3]) -> Vec<(usize, f32)> {
    let places = (height * width).max(1);
    let mean = |channel: &[f32]| channel.iter().map(|value| value.abs()).sum::<f32>() / places as f32;
    let mut found: Vec<(usize, f32)> = values.chunks(places).take(channels).map(mean).enumerate().collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

/// One number, with what it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub key: String,
    pub cell: Cell,
    pub patch: Vec<f32>,
    pub kernel: Vec<f32>,
    /// The sum of the products of each input channel.
    pub sums: Vec<f32>,
}

impl Number {
    pub fn new(key: String, cell: Cell, buffers: Vec<Vec<u8>>) -> Number {
        let mut buffers = buffers.iter().map(|bytes| floats(bytes));
        let mut next = || buffers.next().unwrap_or_default();
        Number { key, cell, patch: next(), kernel: next(), sums: next() }
    }
    /// The input channels with the sum of their products, the largest contribution first.
    pub fn contributions(&self) -> Vec<(usize, f32)> {
        let mut found: Vec<(usize, f32)> = self.sums.iter().copied().enumerate().collect();
        found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        found
    }
    /// The patch and the kernel of an input channel of the group, and the number of their columns.
    pub fn of(&self, channel: usize) -> Option<(&[f32], &[f32], usize)> {
        let &[_, height, width] = &self.cell.dims[..] else { return None };
        let span = channel * height * width..(channel + 1) * height * width;
        Some((self.patch.get(span.clone())?, self.kernel.get(span)?, width))
    }
    /// The sum of all products and the bias, made here from patch and kernel.
    pub fn own_sum(&self) -> f64 {
        let products = self.patch.iter().zip(&self.kernel).map(|(x, w)| f64::from(*x) * f64::from(*w));
        products.sum::<f64>() + f64::from(self.cell.bias.unwrap_or(0.0))
    }
    /// Whether the sum agrees with the engine's number. Sums of single-precision products differ in their order alone.
    pub fn agrees(&self) -> bool {
        let scale: f64 = self.patch.iter().zip(&self.kernel).map(|(x, w)| (f64::from(*x) * f64::from(*w)).abs()).sum();
        (self.own_sum() - f64::from(self.cell.value)).abs() <= 1e-5 * scale.max(1e-3)
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|word| f32::from_le_bytes(*word)).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::tree::tests::residual, *};

    fn bytes(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn layer() -> Layer {
        let array = |dims: &[usize]| Array { name: "conv".into(), description: String::new(), dims: dims.into() };
        let values = [0.0, 1.0, -1.0, 0.0, 3.0, 0.0, -5.0, 0.0];
        Layer::new(
            "key".into(),
            array(&[2, 2, 2]),
            Some(array(&[2, 1, 1, 2])),
            None,
            true,
            vec![bytes(&values), bytes(&[1.0, 2.0, 3.0, 4.0])],
        )
    }

    #[test]
    fn channels_stand_by_strength_and_a_place_is_the_strongest_unless_it_is_named() {
        let layer = layer();
        assert_eq!(layer.channels, [(1, 2.0), (0, 0.5)]);
        assert_eq!((layer.chosen(-1), layer.chosen(0), layer.chosen(2)), (Some(1), Some(0), None));
        assert_eq!((layer.place(1, -1, -1), layer.place(1, 0, 1), layer.place(1, 0, 2)), (Some([1, 0]), Some([0, 1]), None));
        assert_eq!(layer.kernel(1, [0, 0]), Some((vec![1, 1, 2], vec![3.0, 4.0])));
        assert_eq!(layer.kernel(2, [0, 0]), None);
        assert_eq!(layer.counted(1, [1, 0]), (1, [1, 0]));
        assert_eq!([&[][..], &[7], &[3, 4], &[5, 6, 7], &[2, 5, 6, 7]].map(size), [[1; 3], [7, 1, 1], [1, 3, 4], [5, 6, 7], [10, 6, 7]]);
    }

    #[test]
    fn a_node_is_found_by_its_path_or_is_the_first_convolution() {
        let graph = Graph::new("net".into(), residual());
        assert_eq!((graph.find(""), graph.find("stage.1.add"), graph.find("nothing")), (Some(1), Some(7), None));
        assert_eq!(Graph::new(String::new(), vec![]).find(""), None);
    }

    #[test]
    fn tokens_are_counted_through_and_a_transposed_convolution_has_its_inputs_first() {
        let array = |dims: &[usize]| Array { name: "x".into(), description: String::new(), dims: dims.into() };
        let new = |output: &[usize], weight: &[usize], weights: &[f32]| {
            let values = vec![0.0; output.iter().product()];
            Layer::new(String::new(), array(output), Some(array(weight)), None, true, vec![bytes(&values), bytes(weights)])
        };
        let tokens = new(&[2, 3], &[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!((tokens.size, tokens.counted(0, [1, 2])), ([1, 2, 3], (5, [0, 0])));
        assert_eq!(tokens.kernel(0, [1, 2]), Some((vec![2], vec![5.0, 6.0])));
        let up = new(&[2, 1, 1], &[3, 2, 1, 1], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(up.kernel(1, [0, 0]), Some((vec![3, 1, 1], vec![2.0, 4.0, 6.0])));
    }

    fn number(value: f32) -> Number {
        let cell = Cell {
            node: "conv".into(),
            channel: 0,
            place: [0, 0],
            value,
            dims: vec![2, 1, 2],
            corner: [0, 0],
            dilation: [1, 1],
            first_channel: 0,
            bias: Some(0.5),
            sum: value,
            then: vec![],
            read: vec![],
            field: [[0, 1], [0, 2]],
            seen: [4, 4],
        };
        Number::new("key".into(), cell, vec![bytes(&[1.0, 2.0, 3.0, 4.0]), bytes(&[1.0, -1.0, 2.0, 0.0]), bytes(&[-1.0, 6.0])])
    }

    #[test]
    fn a_number_is_made_again_from_its_products() {
        let made = number(5.5);
        assert_eq!(made.own_sum(), 5.5);
        assert!(made.agrees() && !number(5.51).agrees());
        assert_eq!(made.contributions(), [(1, 6.0), (0, -1.0)]);
        assert_eq!(made.of(1), Some((&[3.0, 4.0][..], &[2.0, 0.0][..], 2)));
        assert_eq!(made.of(2), None);
    }
}
