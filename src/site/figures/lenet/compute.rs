//! LeNet-5 layer by layer. The engine runs each layer on the device Meta, which knows shapes and multiply-adds but no values.
use super::settings::{Form, Settings};
use crate::{
    engine::{
        autograd::{Tape, Var},
        ops::{AvgPool2d, UnaryFn, Window},
        tensor::{Device, Layout, Tensor},
    },
    error::Result,
    nets::nn::{Cx, Flatten, Module},
};

/// For each map of C3, the maps of S2 that it reads. Source: LeCun et al., 1998, table I.
pub const TABLE: [&[usize]; 16] = [
    &[0, 1, 2],
    &[1, 2, 3],
    &[2, 3, 4],
    &[3, 4, 5],
    &[0, 4, 5],
    &[0, 1, 5],
    &[0, 1, 2, 3],
    &[1, 2, 3, 4],
    &[2, 3, 4, 5],
    &[0, 3, 4, 5],
    &[0, 1, 4, 5],
    &[0, 1, 2, 5],
    &[0, 1, 3, 4],
    &[1, 2, 4, 5],
    &[0, 2, 3, 5],
    &[0, 1, 2, 3, 4, 5],
];
const CLASSES: usize = 10;
const SECOND_DENSE: usize = 84;

/// One layer, with the engine's counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub name: &'static str,
    pub what: String,
    /// Channels, height, width. A vector has one cell for each channel.
    pub shape: [usize; 3],
    pub parameters: usize,
    pub macs: u64,
    /// The number of connections into its units, biases included, as the paper counts.
    pub connections: u64,
}

struct Stack {
    tape: Tape,
    rows: Vec<Layer>,
    parameters: usize,
}

fn meta(layout: Layout, dims: &[usize]) -> Result<Tensor> {
    Tensor::from_outside(&Device::Meta, layout, dims, &[])
}

impl Stack {
    /// A trainable parameter.
    fn parameter(&mut self, layout: Layout, dims: &[usize]) -> Result<Var> {
        self.parameters += dims.iter().product::<usize>();
        Ok(Var::constant(meta(layout, dims)?))
    }
    /// Ends a layer. Everything that was counted since the last layer belongs to it.
    fn layer(&mut self, name: &'static str, what: String, y: &Var, connections: Option<u64>) {
        let shape = match *y.shape().dims() {
            [_, height, width, channels] => [channels, height, width],
            _ => [y.shape().size(), 1, 1],
        };
        let (parameters, macs) = (self.rows.iter().map(|r| r.parameters).sum::<usize>(), self.rows.iter().map(|r| r.macs).sum::<u64>());
        let macs = self.tape.macs() - macs;
        self.rows.push(Layer {
            name,
            what,
            shape,
            parameters: self.parameters - parameters,
            macs,
            connections: connections.unwrap_or(macs + y.shape().size() as u64),
        });
    }
    /// A convolution with bias. `reads` lists for each output map the input maps that it reads; without it each reads all.
    fn convolution(&mut self, x: &Var, maps: usize, kernel: usize, padding: usize, reads: Option<&[&[usize]]>) -> Result<Var> {
        let [_, _, _, channels] = x.shape().axes("lenet")?;
        let window = Window::square(kernel).padding(padding);
        let Some(reads) = reads else {
            let weight = self.parameter(Layout::Kernel, &[maps, channels, kernel, kernel])?;
            let bias = self.parameter(Layout::Plain, &[maps])?;
            return x.conv2d(&weight, Some(&bias), window, 1);
        };
        let mut made: Option<Var> = None;
        for maps in reads {
            let mut read = x.narrow(3, maps[0], 1)?;
            for map in &maps[1..] {
                read = Var::concat(&[&read, &x.narrow(3, *map, 1)?], 3)?;
            }
            let weight = self.parameter(Layout::Kernel, &[1, maps.len(), kernel, kernel])?;
            let bias = self.parameter(Layout::Plain, &[1])?;
            let map = read.conv2d(&weight, Some(&bias), window, 1)?;
            made = Some(match made {
                Some(made) => Var::concat(&[&made, &map], 3)?,
                None => map,
            });
        }
        Ok(made.unwrap_or_else(|| x.clone()))
    }
    fn dense(&mut self, x: &Var, outputs: usize) -> Result<Var> {
        let inputs = x.shape().size();
        let weight = self.parameter(Layout::Dense, &[outputs, inputs])?;
        let bias = self.parameter(Layout::Plain, &[outputs])?;
        x.linear(&weight, Some(&bias))
    }
}

fn today(stack: &mut Stack, settings: &Settings, x: Var) -> Result<()> {
    let (function, name) = if settings.form == Form::Tanh { (UnaryFn::Tanh, "tanh") } else { (UnaryFn::Relu, "ReLU") };
    let halve = Window::square(2).stride(2);
    let pool = |x: &Var| if settings.form == Form::Tanh { x.avg_pool2d(AvgPool2d::new(halve)) } else { x.max_pool2d(halve, false) };
    let pooling = if settings.form == Form::Tanh { "mean of 2 × 2" } else { "largest of 2 × 2" };
    let padding = if settings.pad { 2 } else { 0 };
    let x = stack.convolution(&x, settings.first, 5, padding, None)?.unary(function)?;
    stack.layer("conv1", format!("convolution 5 × 5{}, {name}", if settings.pad { ", padding 2" } else { "" }), &x, None);
    let x = pool(&x)?;
    stack.layer("pool1", pooling.into(), &x, Some(0));
    let x = stack.convolution(&x, settings.second, 5, 0, None)?.unary(function)?;
    stack.layer("conv2", format!("convolution 5 × 5, {name}"), &x, None);
    let x = pool(&x)?;
    stack.layer("pool2", pooling.into(), &x, Some(0));
    let x = Flatten.forward(&x, &mut Cx::default())?;
    let x = stack.dense(&x, settings.dense)?.unary(function)?;
    stack.layer("fc1", format!("dense, {name}"), &x, None);
    let x = stack.dense(&x, SECOND_DENSE)?.unary(function)?;
    stack.layer("fc2", format!("dense, {name}"), &x, None);
    let x = stack.dense(&x, CLASSES)?;
    stack.layer("fc3", "dense, a score for each digit".into(), &x, None);
    Ok(())
}

/// The activation of the paper: 1.7159 · tanh(2x/3).
fn original(stack: &mut Stack, settings: &Settings, x: Var) -> Result<()> {
    let squash = |x: &Var| x.unary(UnaryFn::Tanh);
    // Subsampling: the sum of four, times a coefficient, plus a bias. There are two parameters for each map.
    let subsample = |stack: &mut Stack, x: &Var| -> Result<(Var, u64)> {
        let mean = x.avg_pool2d(AvgPool2d::new(Window::square(2).stride(2)))?;
        let [_, _, _, maps] = mean.shape().axes("lenet")?;
        let (coefficient, bias) = (stack.parameter(Layout::Plain, &[maps])?, stack.parameter(Layout::Plain, &[maps])?);
        let y = squash(&mean.affine(&coefficient, &bias)?)?;
        let connections = 5 * y.shape().size() as u64;
        Ok((y, connections))
    };
    let x = squash(&stack.convolution(&x, 6, 5, 0, None)?)?;
    stack.layer("C1", "convolution 5 × 5, squashed".into(), &x, None);
    let (x, lines) = subsample(stack, &x)?;
    stack.layer("S2", "sum of 2 × 2, coefficient, bias, squashed".into(), &x, Some(lines));
    let table = if settings.full { None } else { Some(&TABLE[..]) };
    let x = squash(&stack.convolution(&x, 16, 5, 0, table)?)?;
    let reads = if settings.full { "of all maps" } else { "of some maps" };
    stack.layer("C3", format!("convolution 5 × 5 {reads}, squashed"), &x, None);
    let (x, lines) = subsample(stack, &x)?;
    stack.layer("S4", "sum of 2 × 2, coefficient, bias, squashed".into(), &x, Some(lines));
    let x = squash(&stack.convolution(&x, 120, 5, 0, None)?)?;
    stack.layer("C5", "convolution 5 × 5 of all maps, squashed".into(), &x, None);
    let x = squash(&stack.convolution(&x, SECOND_DENSE, 1, 0, None)?)?;
    stack.layer("F6", "dense, at each place of C5, squashed".into(), &x, None);
    // The distance to each digit's fixed pattern of 84 takes as many products as a dense layer without bias. Nothing of it is trained.
    let patterns = Var::constant(meta(Layout::Kernel, &[CLASSES, SECOND_DENSE, 1, 1])?);
    let x = x.conv2d(&patterns, None, Window::square(1), 1)?;
    let lines = (SECOND_DENSE * x.shape().size()) as u64;
    stack.layer("output", "distance to the pattern of each digit".into(), &x, Some(lines));
    Ok(())
}

pub fn rows(settings: &Settings) -> Result<Vec<Layer>> {
    let tape = Tape::default();
    let x = tape.input(meta(Layout::Image, &[1, 1, settings.side, settings.side])?);
    let mut stack = Stack { tape, rows: vec![], parameters: 0 };
    if settings.is_original() {
        original(&mut stack, settings, x)?
    } else {
        today(&mut stack, settings, x)?
    }
    Ok(stack.rows)
}

/// The numbers that exercises can ask for.
pub fn facts(settings: &Settings) -> Vec<(String, f64)> {
    let Ok(rows) = rows(settings) else { return vec![] };
    let (parameters, macs) = (rows.iter().map(|r| r.parameters).sum::<usize>(), rows.iter().map(|r| r.macs).sum::<u64>());
    let largest = rows.iter().map(|r| r.parameters).max().unwrap_or(0);
    let facts = [
        ("parameters", parameters as f64),
        ("macs", macs as f64),
        ("connections", rows.iter().map(|r| r.connections).sum::<u64>() as f64),
        ("side", settings.side as f64),
        // The length of the vector that the first dense layer (or C5) reads from one picture.
        ("flat", rows[3].shape.iter().product::<usize>() as f64),
        ("last_side", rows[3].shape[1] as f64),
        ("conv1_parameters", rows[0].parameters as f64),
        ("conv2_parameters", rows[2].parameters as f64),
        ("fc1_parameters", rows[4].parameters as f64),
        ("conv1_macs", rows[0].macs as f64),
        ("conv2_macs", rows[2].macs as f64),
        ("fc1_macs", rows[4].macs as f64),
        ("largest", largest as f64),
    ];
    facts.map(|(name, value)| (name.to_string(), value)).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        nets::models::{DIGITS, macs},
        site::url::Keys,
    };

    fn counted(query: &str) -> Vec<Layer> {
        rows(&Keys::<Settings>::default().from_query(query)).expect("a dry run")
    }

    #[test]
    fn the_forms_of_today_are_those_of_the_zoo() {
        for spec in DIGITS {
            let rows = counted(if spec.name == "lenet5" { "" } else { "form=relu" });
            assert_eq!(rows.iter().map(|r| r.parameters).sum::<usize>(), spec.params);
            assert_eq!(rows.iter().map(|r| r.macs).sum::<u64>(), macs(spec).expect("a dry run"));
        }
    }

    #[test]
    fn the_form_of_1998_has_the_numbers_of_the_paper() {
        let rows = counted("form=1998&side=32");
        assert_eq!(rows.iter().map(|r| r.parameters).collect::<Vec<_>>(), [156, 12, 1_516, 32, 48_120, 10_164, 0]);
        assert_eq!(rows.iter().map(|r| r.connections).collect::<Vec<_>>(), [122_304, 5_880, 151_600, 2_000, 48_120, 10_164, 840]);
        assert_eq!(rows.iter().map(|r| r.connections).sum::<u64>(), 340_908);
        assert_eq!(rows.iter().map(|r| r.shape).collect::<Vec<_>>()[2..5], [[16, 10, 10], [16, 5, 5], [120, 1, 1]]);
        assert_eq!(counted("form=1998&side=32&full=true")[2].parameters, 2_416);
        // On a larger picture it answers at several positions.
        assert_eq!(counted("form=1998&side=40")[6].shape, [10, 3, 3]);
    }

    #[test]
    fn every_size_leaves_every_layer_a_cell() {
        for form in ["tanh&pad=true", "relu&pad=false", "1998"] {
            for side in 1..=64 {
                assert!(counted(&format!("form={form}&side={side}")).iter().all(|r| r.shape.iter().all(|n| *n > 0)));
            }
        }
    }
}
