//! One number of a node's output, made again: patch × kernel, the products summed by input channel, bias, and what becomes of the sum.
use super::{
    cell::Cell,
    follow::Follow,
    formula,
    node_values::number,
    recorded::{Made, Recorded},
};
use crate::nn::Seq;
use engine::{
    Error, Result,
    autograd::{Tape, run},
    ops::{Along, Slice},
    tensor::{Shape, Tensor},
};

/// A number of a node's output for one image (1×H×W×C inside), and three lists in the order of its `dims`: the patch that was read (0 where
/// padding is read), the kernel of this channel, and the products summed by input channel. They are empty for a node that is no convolution
/// and no dense layer. Refuses an unknown node, a channel or a place that it does not have, and transposed convolutions.
pub async fn node_cell(network: &Seq, image: Tensor, node: &str, channel: usize, place: [usize; 2]) -> Result<(Cell, [Vec<f32>; 3])> {
    let run = Recorded::new(network, image, Tape::frozen())?;
    cell_of(&Follow { run: &run, network }, node, channel, place).await
}

async fn cell_of(follow: &Follow<'_>, node: &str, channel: usize, place: [usize; 2]) -> Result<(Cell, [Vec<f32>; 3])> {
    let run = follow.run;
    let [_, height, width, _] = run.input.shape().axes("cell")?;
    let made = run.find(node)?;
    let output = run.var(made.last())?;
    let at = position(output.shape(), channel, place)?;
    let places = place.map(|at| [at as isize, at as isize + 1]);
    let cell = Cell {
        node: node.into(),
        channel,
        place,
        value: 0.0,
        dims: vec![],
        corner: [0, 0],
        dilation: [1, 1],
        first_channel: 0,
        bias: None,
        sum: 0.0,
        then: vec![],
        read: vec![],
        field: run.tape.reach(&output, places, &run.input).unwrap_or(places),
        seen: [height, width],
    };
    let (mut cell, lists, line) = match follow.products(made)? {
        Some(line) => {
            let (cell, lists) = follow.made_again(made, line, at, cell).await?;
            (cell, lists, line)
        }
        None => {
            let value = number(output.value(), at).await?;
            let read = follow.read(made, at, places).await?;
            (Cell { value, read, ..cell }, [vec![], vec![], vec![]], made.last())
        }
    };
    cell.then = follow.then(line, at).await?;
    Ok((cell, lists))
}

/// The position of a number in the engine's order.
fn position(shape: &Shape, channel: usize, [row, column]: [usize; 2]) -> Result<usize> {
    let (most, sides) = match *shape.dims() {
        [1, height, width, channels] => (channels, [height, width]),
        _ => (shape.size(), [1, 1]),
    };
    if channel >= most || row >= sides[0] || column >= sides[1] {
        let expected = format!("a channel below {most}, a row below {} and a column below {}", sides[0], sides[1]);
        return Err(Error::data("cell", format!("expected {expected}, found channel {channel}, row {row}, column {column}")));
    }
    Ok((row * sides[1] + column) * most + channel)
}

impl Follow<'_> {
    /// The line of a node that multiplies by a weight, if what the node does after it keeps every number in its place.
    fn products(&self, made: &Made) -> Result<Option<usize>> {
        let found = made.lines.iter().position(|line| self.run.tape.read(|lines| lines[*line].macs() > 0));
        let Some(found) = found.filter(|found| self.line(made.lines[*found]).inputs[1].is_none()) else { return Ok(None) };
        if self.line(made.lines[found]).name == "conv_transpose2d" {
            let why = "each of its numbers gathers from several places of the kernel; choose a convolution or a dense layer";
            return Err(Error::unsupported(format!("the products of {}, a transposed convolution", made.path), why));
        }
        let keeps = |line: &usize| {
            let line = self.line(*line);
            line.renames || line.formula.is_some() || line.name == "affine" || formula::binary(line.name, 0.0, true).is_some()
        };
        Ok(made.lines[found + 1..].iter().all(keeps).then_some(made.lines[found]))
    }
    /// Patch, kernel and products of the number at `at` of a line.
    async fn made_again(&self, made: &Made, at_line: usize, at: usize, cell: Cell) -> Result<(Cell, [Vec<f32>; 3])> {
        let line = self.line(at_line);
        let (x, weight) = (&line.x[0], &line.x[1]);
        let outputs = line.y.shape().dims().last().copied().unwrap_or(1);
        let (channel, pixel) = (at % outputs, at / outputs);
        let along = |start: isize, length: usize, step: usize| Along { length, start, step: step as isize, every: 1 };
        let (sizes, patch, cell) = match (weight.shape().dims(), line.y.shape().dims()) {
            (&[height, width, inputs, _], &[_, _, across, _]) => {
                let place = [pixel / across, pixel % across].map(|at| [at as isize, at as isize + 1]);
                let reach = |from: Option<usize>| {
                    let from = from.map(|from| self.run.var(from)).transpose()?;
                    let reached = from.and_then(|from| self.run.tape.reach(&self.run.var(at_line).ok()?, place, &from));
                    reached.ok_or_else(|| Error::shape("cell", format!("{} does not depend on its input", made.path)))
                };
                let (own, outer) = (reach(line.inputs[0])?, reach(self.outer(made))?);
                let dilation = [0, 1].map(|axis| match [height, width][axis] {
                    1 => 1,
                    taps => (own[axis][1] - own[axis][0] - 1) as usize / (taps - 1),
                });
                let groups = x.shape()[3] / inputs;
                let first_channel = channel / (outputs / groups) * inputs;
                let axes = vec![
                    Along::whole(1),
                    along(own[0][0], height, dilation[0]),
                    along(own[1][0], width, dilation[1]),
                    Along::from(first_channel as isize, inputs),
                ];
                ([inputs, height, width], axes, Cell { corner: [outer[0][0], outer[1][0]], dilation, first_channel, ..cell })
            }
            _ => ([weight.shape()[0], 1, 1], vec![Along::from(pixel as isize, 1), Along::whole(weight.shape()[0])], cell),
        };
        let mut kernel: Vec<Along> = weight.shape().dims().iter().map(|length| Along::whole(*length)).collect();
        kernel.pop();
        kernel.push(Along::from(channel as isize, 1));
        let [inputs, height, width] = sizes;
        // From H, W, I to I, H, W.
        let outside = |inside: Vec<f32>| -> Vec<f32> {
            (0..inside.len()).map(|i| inside[i % (height * width) * inputs + i / (height * width)]).collect()
        };
        let patch = outside(run(&Slice { axes: patch, fill: 0.0 }, &[x])?.values().await?);
        let kernel = outside(run(&Slice { axes: kernel, fill: 0.0 }, &[weight])?.values().await?);
        let product = |(x, w): (&f32, &f32)| f64::from(*x) * f64::from(*w);
        let taps = height * width;
        let sums: Vec<f64> = patch.chunks(taps).zip(kernel.chunks(taps)).map(|(x, w)| x.iter().zip(w).map(product).sum()).collect();
        let bias = match line.x.get(2) {
            Some(bias) => Some(number(bias, channel).await?),
            None => None,
        };
        let sum = (sums.iter().sum::<f64>() + bias.map_or(0.0, f64::from)) as f32;
        let value = number(&line.y, at).await?;
        Ok((Cell { value, dims: sizes.to_vec(), bias, sum, ..cell }, [patch, kernel, sums.iter().map(|sum| *sum as f32).collect()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        insight::{Kind, Then},
        models::model,
        nn::{Module, Scope},
    };
    use engine::tensor::{Device, Layout};
    use pollster::block_on;

    fn near(a: f32, b: f32, most: f32) -> bool {
        (a - b).abs() <= 1e-5 * (1.0 + most)
    }

    /// The formula's value at x. It is written again here, from its text.
    fn at(formula: &str, x: f32) -> f32 {
        let text = formula.replace('−', "-").replace("- ", "-");
        let numbers: Vec<f32> = text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').filter_map(|n| n.parse().ok()).collect();
        match (formula, &numbers[..]) {
            ("max(x, 0)", _) => x.max(0.0),
            ("min(max(x, 0), 6)", _) => x.clamp(0.0, 6.0),
            ("x / (1 + e⁻ˣ)", _) => x / (1.0 + (-x).exp()),
            ("tanh x", _) => x.tanh(),
            ("1 / (1 + e⁻ˣ)", _) => 1.0 / (1.0 + (-x).exp()),
            (norm, [shift, root, weight, bias]) if norm.contains('√') => (x + shift) / root.sqrt() * weight + bias,
            (scale, [factor]) if scale.starts_with("x · ") => x * factor,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_number_is_the_engines() {
        let mut kinds = vec![];
        for (name, side) in [
            ("squeezenet1_1", 64),
            ("mobilenet_v2", 64),
            ("efficientnet_b0", 64),
            ("googlenet", 64),
            ("tf_efficientnet_lite0", 65),
            ("lenet5", 28),
        ] {
            let spec = model(name).unwrap();
            let network = spec.network(&Scope::new(Device::Cpu, 3)).unwrap();
            for param in network.params() {
                // First statistics and norms are 0 and 1, with which many faults cannot be seen.
                let size = param.value().shape().size();
                let values: Vec<f32> = (0..size)
                    .map(|i| {
                        ((i * 37) % 11) as f32 * 0.02
                            + if param.name.ends_with("var") || param.name.ends_with("bn.weight") { 0.9 } else { -0.1 }
                    })
                    .collect();
                if param.value().shape().rank() == 1 {
                    let shape = param.value().shape().clone();
                    param.set(Tensor::new(&Device::Cpu, shape, &values).unwrap()).unwrap();
                }
            }
            let channels = spec.input[0];
            let values: Vec<f32> = (0..channels * side * side).map(|at| ((at * 7919) % 1013) as f32 / 506.5 - 1.0).collect();
            let image = Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, channels, side, side], &values).unwrap();
            let run = Recorded::new(&network, image, Tape::frozen()).unwrap();
            let follow = Follow { run: &run, network: &network };
            for made in &run.nodes {
                let y = run.var(made.last()).unwrap();
                let (most, [rows, columns]) = if let [1, h, w, c] = *y.shape().dims() { (c, [h, w]) } else { (y.shape().size(), [1, 1]) };
                for (channel, place) in [(0, [0, 0]), (most - 1, [rows - 1, columns - 1]), (most / 2, [rows / 2, columns / 3])] {
                    let (cell, [patch, kernel, sums]) = block_on(cell_of(&follow, &made.path, channel, place)).unwrap();
                    let here = format!("{name} {} {channel} {place:?}: {cell:?}", made.path);
                    if !cell.dims.is_empty() {
                        kinds.push(made.kind);
                        let products: f32 = patch.iter().zip(&kernel).map(|(x, w)| (x * w).abs()).sum();
                        assert!(near(cell.sum, cell.value, products), "{here}");
                        let added: f32 = sums.iter().sum::<f32>() + cell.bias.unwrap_or(0.0);
                        assert!(near(added, cell.sum, products) && sums.len() == cell.dims[0] && patch.len() == kernel.len(), "{here}");
                    } else {
                        let values = y.value().on_cpu().unwrap();
                        assert_eq!(cell.value, values[(place[0] * columns + place[1]) * most + channel], "{here}");
                    }
                    let mut x = cell.value;
                    for Then { node, formula, value } in &cell.then {
                        assert!(near(at(formula, x), *value, 2.0 * value.abs()), "{node} {formula} of {x}: {here}");
                        x = *value;
                    }
                    let read: Vec<f32> = cell.read.iter().map(|(_, value)| *value).collect();
                    let pads = made.path.ends_with("pad");
                    match made.kind {
                        Kind::Sum => assert!(near(read.iter().sum(), cell.value, 1.0) && read.len() == 2, "{here}"),
                        Kind::Scale => assert!(near(read[0] * read[1], cell.value, 1.0), "{here}"),
                        Kind::Concatenation => assert_eq!(read, [cell.value], "{here}"),
                        Kind::Moves if pads => assert!(read == [cell.value] || read.is_empty() && cell.value == 0.0, "{here}"),
                        Kind::Moves => assert_eq!(read, [cell.value], "{here}"),
                        Kind::Pool if made.description.starts_with("max") => {
                            assert_eq!(read.iter().copied().fold(f32::MIN, f32::max), cell.value, "{here}")
                        }
                        Kind::Pool if !read.is_empty() => {
                            assert!(near(read.iter().sum::<f32>() / read.len() as f32, cell.value, 1.0), "{here}")
                        }
                        Kind::Activation | Kind::Norm => assert_eq!(read.len(), 1, "{here}"),
                        _ => {}
                    }
                    kinds.extend((!read.is_empty()).then_some(made.kind));
                }
            }
        }
        use Kind::*;
        for kind in [Convolution, Product, Norm, Activation, Pool, Sum, Scale, Concatenation, Moves] {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
    }

    #[test]
    fn corners_count_from_what_the_layer_reads() {
        let spec = model("mobilenet_v2").unwrap();
        let network = spec.network(&Scope::new(Device::Cpu, 3)).unwrap();
        let image = Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, 3, 64, 64], &vec![0.5; 3 * 64 * 64]).unwrap();
        let asked = |node: &str, channel, place| block_on(node_cell(&network, image.clone(), node, channel, place));
        // A convolution of 3 × 3 with stride 2 and padding 1.
        let (cell, [patch, ..]) = asked("features.0.0", 5, [0, 3]).unwrap();
        assert_eq!((cell.corner, cell.field, cell.seen, &cell.dims[..]), ([-1, 5], [[-1, 2], [5, 8]], [64, 64], &[3, 3, 3][..]));
        assert_eq!(patch[..9], [0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
        assert_eq!(cell.then.iter().map(|then| then.node.as_str()).collect::<Vec<_>>(), ["features.0.1", "features.0.2"]);
        // Depthwise: the group of its own channel.
        let (cell, _) = asked("features.1.conv.0.0", 7, [2, 2]).unwrap();
        assert_eq!((cell.first_channel, &cell.dims[..]), (7, &[1, 3, 3][..]));
        for (node, channel, place, words) in [
            ("nowhere", 0, [0, 0], ["nowhere", "expected one of"]),
            ("features.0.0", 32, [0, 0], ["below 32", "channel 32"]),
            ("features.0.0", 0, [32, 0], ["below 32", "row 32"]),
        ] {
            let said = asked(node, channel, place).err().map(|error| error.to_string()).unwrap();
            assert!(words.iter().all(|word| said.contains(word)), "{said}");
        }
    }
}
