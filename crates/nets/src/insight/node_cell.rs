//! One number of a node's output, made again: patch × kernel, the products summed by input channel, bias, and what becomes of the sum.
use super::{
    Kind, formula,
    node_values::number,
    recorded::{Made, Recorded, kind_of},
};
use crate::nn::{Module, Seq};
use engine::{
    Error, Result,
    autograd::{Tape, run},
    ops::{Along, Slice},
    tensor::{Device, Shape, Tensor},
};
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

/// The most numbers in `Cell::read`.
const MOST_READ: usize = 64;

/// A number of a node's output for one image (1×H×W×C inside), and three lists in the order of its `dims`: the patch that was read (0 where
/// padding is read), the kernel of this channel, and the products summed by input channel. They are empty for a node that is no convolution
/// and no dense layer. Refuses an unknown node, a channel or a place that it does not have, and transposed convolutions.
pub async fn node_cell(network: &Seq, image: Tensor, node: &str, channel: usize, place: [usize; 2]) -> Result<(Cell, [Vec<f32>; 3])> {
    let [_, height, width, _] = image.shape().axes("cell")?;
    let run = Recorded::new(network, image, Tape::frozen())?;
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
    let follow = Follow { run: &run, network };
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

/// A line of the tape, to read while others are made.
struct Line {
    name: &'static str,
    formula: Option<String>,
    renames: bool,
    inputs: Vec<Option<usize>>,
    x: Vec<Tensor>,
    y: Tensor,
}

struct Follow<'a> {
    run: &'a Recorded,
    network: &'a Seq,
}

impl Follow<'_> {
    fn line(&self, at: usize) -> Line {
        self.run.tape.read(|lines| {
            let line = &lines[at];
            let op = line.op.as_ref();
            Line {
                name: op.map_or("input", |op| op.name()),
                formula: op.and_then(|op| op.formula()),
                renames: op.is_some_and(|op| op.renames()),
                inputs: line.inputs.clone(),
                x: line.x.clone(),
                y: line.y.clone(),
            }
        })
    }
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
            line.renames
                || line.formula.is_some()
                || line.name == "affine"
                || self.run.tape.read(|_| formula::binary(line.name, 0.0, true)).is_some()
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
    /// The only line outside a node that it reads. None if there are several.
    fn outer(&self, made: &Made) -> Option<usize> {
        let mut all: Vec<usize> =
            made.lines.iter().flat_map(|line| self.line(*line).inputs).flatten().filter(|line| !made.lines.contains(line)).collect();
        all.dedup();
        if let [one] = all[..] { Some(one) } else { None }
    }
    /// The operations after a line that read nothing else, as long as each is the only one.
    async fn then(&self, mut line: usize, at: usize) -> Result<Vec<Then>> {
        let mut then = vec![];
        loop {
            let reads = |of: &usize| self.run.of[*of].is_some() && self.run.tape.read(|lines| lines[*of].inputs.contains(&Some(line)));
            let readers: Vec<usize> = (line + 1..self.run.of.len()).filter(reads).collect();
            let &[reader] = &readers[..] else { return Ok(then) };
            let next = self.line(reader);
            let path = self.run.of[reader].map_or("", |node| &self.run.nodes[node].path);
            line = reader;
            if next.renames {
                continue;
            }
            // A view may come between, but the number keeps its position.
            let Some(formula) = self.formula(&next, path, at).await? else { return Ok(then) };
            then.push(Then { node: path.into(), formula, value: number(&next.y, at).await? });
        }
    }
    /// The formula of an operation that makes the number at `at` of its output from the one at `at` of its input.
    async fn formula(&self, line: &Line, path: &str, at: usize) -> Result<Option<String>> {
        if line.formula.is_some() {
            return Ok(line.formula.clone());
        }
        let channel = at % line.y.shape().dims().last().copied().unwrap_or(1);
        if line.name == "affine" {
            let (factor, offset) = (number(&line.x[1], channel).await?, number(&line.x[2], channel).await?);
            let params = self.network.params();
            let own =
                |name: &str| params.iter().find(|param| param.name.strip_prefix(path) == Some(name)).map(|param| param.value().clone());
            let [Some(weight), Some(bias), Some(mean)] = [".weight", ".bias", ".running_mean"].map(own) else {
                return Ok(Some(formula::affine(factor, offset)));
            };
            let all = [number(&weight, channel).await?, number(&bias, channel).await?, number(&mean, channel).await?];
            return Ok(Some(if all[0] * factor > 0.0 { formula::norm(factor, all) } else { formula::affine(factor, offset) }));
        }
        let [first, second, ..] = &line.inputs[..] else { return Ok(None) };
        let (other, x_first) = match (first, second) {
            (Some(_), None) => (1, true),
            (None, Some(_)) => (0, false),
            _ => return Ok(None),
        };
        if line.x[1 - other].shape() != line.y.shape() || formula::binary(line.name, 0.0, x_first).is_none() {
            return Ok(None);
        }
        let constant = number(&line.x[other], repeated(line.x[other].shape(), line.y.shape(), at)).await?;
        Ok(formula::binary(line.name, constant, x_first))
    }
    /// The numbers that a node reads for the one at `at` of its output: the paths of their nodes, and the values.
    async fn read(&self, made: &Made, at: usize, places: [[isize; 2]; 2]) -> Result<Vec<(String, f32)>> {
        let mut found = vec![];
        for (line, at) in self.sources(made, at, places)? {
            let path = self.run.of[line].map_or("", |node| &self.run.nodes[node].path);
            found.push((path.to_string(), number(self.run.var(line)?.value(), at).await?));
        }
        Ok(if found.iter().all(|(_, value)| value.is_finite()) { found } else { vec![] })
    }
    /// The lines and the positions of these numbers.
    fn sources(&self, made: &Made, at: usize, places: [[isize; 2]; 2]) -> Result<Vec<(usize, usize)>> {
        let lines: Vec<Line> = made.lines.iter().map(|line| self.line(*line)).collect();
        let kinds: Vec<Kind> = self.run.tape.read(|all| made.lines.iter().map(|line| kind_of(&all[*line])).collect());
        if kinds.iter().all(|kind| matches!(kind, Kind::Moves | Kind::Concatenation)) {
            return self.moved(made, &lines, at);
        }
        let keeps = |line: &Line| line.renames || line.formula.is_some() || line.name == "affine";
        match (&lines[..], self.outer(made)) {
            ([line], _) if formula::binary(line.name, 0.0, true).is_some() => {
                let each = line.inputs.iter().zip(&line.x).filter_map(|(input, x)| Some((input.as_ref().copied()?, x)));
                Ok(each.map(|(input, x)| (input, repeated(x.shape(), line.y.shape(), at))).collect())
            }
            (all, Some(outer)) if all.iter().all(keeps) => Ok(vec![(outer, at)]),
            (_, Some(outer)) if made.kind == Kind::Pool => self.pooled(made, outer, at, places),
            _ => Ok(vec![]),
        }
    }
    /// All places under a pool's window, in the number's own channel.
    fn pooled(&self, made: &Made, outer: usize, at: usize, places: [[isize; 2]; 2]) -> Result<Vec<(usize, usize)>> {
        let (from, to) = (self.run.var(outer)?, self.run.var(made.last())?);
        let (&[_, height, width, channels], Some(reached)) = (from.shape().dims(), self.run.tape.reach(&to, places, &from)) else {
            return Ok(vec![]);
        };
        let [rows, columns] = [(0, height), (1, width)].map(|(axis, length)| {
            let [first, end] = reached[axis].map(|at| at.clamp(0, length as isize) as usize);
            first..end
        });
        if to.shape().dims().last() != Some(&channels) || rows.len() * columns.len() > MOST_READ {
            return Ok(vec![]);
        }
        let pixel = |row| columns.clone().map(move |column| (outer, (row * width + column) * channels + at % channels));
        Ok(rows.flat_map(pixel).collect())
    }
    /// Where a number comes from that is only moved: the node runs again on numbers that are their own positions.
    fn moved(&self, made: &Made, lines: &[Line], at: usize) -> Result<Vec<(usize, usize)>> {
        let mut known: Vec<(usize, Tensor)> = vec![];
        let mut outside: Vec<(usize, usize)> = vec![];
        let mut next = 1;
        for (line, number) in lines.iter().zip(&made.lines) {
            let mut inputs = vec![];
            for (input, x) in line.inputs.iter().zip(&line.x) {
                let found = input.and_then(|input| known.iter().find(|(line, _)| *line == input));
                inputs.push(match (found, input) {
                    (Some((_, tensor)), _) => tensor.clone(),
                    (None, None) => Tensor::full(&Device::Cpu, x.shape().clone(), 0.0)?,
                    (None, Some(input)) => {
                        let size = x.shape().size();
                        // Beyond this f32 skips whole numbers.
                        if next + size > 1 << 24 {
                            return Ok(vec![]);
                        }
                        let positions: Vec<f32> = (next..next + size).map(|at| at as f32).collect();
                        let tensor = Tensor::new(&Device::Cpu, x.shape().clone(), &positions)?;
                        outside.push((*input, next));
                        next += size;
                        known.push((*input, tensor.clone()));
                        tensor
                    }
                });
            }
            let y = self.run.tape.read(|lines| match &lines[*number].op {
                Some(op) => run(&**op, &inputs.iter().collect::<Vec<_>>()).map(Some),
                None => Ok(None),
            })?;
            known.extend(y.map(|y| (*number, y)));
        }
        let position = match known.last() {
            Some((line, y)) if *line == made.last() => y.on_cpu()?[at] as usize,
            _ => 0,
        };
        // 0 is padding, or a weight.
        Ok(outside
            .iter()
            .rfind(|(_, first)| position >= *first && position > 0)
            .map(|(line, first)| (*line, position - first))
            .into_iter()
            .collect())
    }
}

/// The position in an operand of what is read at `at` of the result, where axes of length 1 are repeated.
fn repeated(operand: &Shape, result: &Shape, at: usize) -> usize {
    let (steps, missing) = (operand.strides(), result.rank() - operand.rank());
    let mut rest = at;
    let mut found = 0;
    for (axis, length) in result.dims().iter().enumerate().rev() {
        let here = rest % length;
        rest /= length;
        if axis >= missing && operand[axis - missing] > 1 {
            found += here * steps[axis - missing];
        }
    }
    found
}
