//! `receptive inspect`: a network opened, as a table of its nodes, one layer on a photo, or one number down to its products.
use super::{
    device::{DeviceName, device},
    files::{Opened, read_file},
};
use pollster::block_on;
use receptive::{
    engine::tensor::{Device, Layout, Tensor},
    error::{Error, Result},
    nets::{
        insight::{Cell, Node, NodeValues, as_torch, graph, node_cell, node_times, node_values},
        models::{ModelSpec, model},
        nn::{Scope, Seq},
    },
    vision::Photo,
    workbench::jobs::verify::rule,
};
use std::{path::PathBuf, time::Instant};

/// The number of the strongest channels that are shown.
const SHOWN: usize = 5;

#[derive(clap::Args)]
pub struct Arguments {
    /// A name that `receptive models` lists.
    model: String,
    /// What the network reads; without one, numbers that the records' rule makes.
    #[arg(long)]
    photo: Option<PathBuf>,
    /// safetensors, .pth or .pt; without one, fresh weights.
    #[arg(long)]
    weights: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceName,
    /// One layer, by its path in the table.
    #[arg(long)]
    layer: Option<String>,
    /// The gradient of this class's logit with respect to the layer's output, in place of the output.
    #[arg(long, requires = "layer", conflicts_with = "cell")]
    class: Option<usize>,
    /// One number of the layer, as channel,row,column: how it was made.
    #[arg(long, requires = "layer", value_parser = place)]
    cell: Option<[usize; 3]>,
    /// Milliseconds of each node in the table.
    #[arg(long, conflicts_with = "layer")]
    times: bool,
    /// The table as CSV.
    #[arg(long, conflicts_with = "layer")]
    csv: bool,
    /// The layers as a file of Python: each as PyTorch's module.
    #[arg(long, conflicts_with_all = ["layer", "csv", "times"])]
    torch: bool,
}

fn place(text: &str) -> std::result::Result<[usize; 3], String> {
    let numbers: Option<Vec<usize>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    let found = numbers.and_then(|numbers| numbers.try_into().ok());
    found.ok_or_else(|| format!("expected channel,row,column, three whole numbers from 0, found {text:?}"))
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut spec = *model(&arguments.model)?;
    // A file may have other classes, and photos may be read at another size for it.
    let opened = match &arguments.weights {
        Some(path) => Some(Opened::read(Some(spec.name), path, arguments.photo.is_none())?),
        None => None,
    };
    if let Some(opened) = &opened {
        spec = opened.of.spec;
    }
    let Some(layer) = &arguments.layer else {
        let nodes = graph(&spec)?;
        if arguments.torch {
            print!("{}", as_torch(spec.name, &nodes));
            return Ok(());
        }
        let times = if arguments.times { Some(times(arguments, &spec, opened)?) } else { None };
        print!("{}", if arguments.csv { csv(&nodes, times.as_deref()) } else { table(&nodes, times.as_deref()) });
        return Ok(());
    };
    let (network, image) = prepared(arguments, &spec, opened)?;
    match arguments.cell {
        Some([channel, row, column]) => {
            let (cell, lists) = block_on(node_cell(&network, image, layer, channel, [row, column]))?;
            print_cell(&cell, &lists);
        }
        None => print_layer(layer, &block_on(node_values(&network, image, layer, arguments.class))?, arguments.class),
    }
    Ok(())
}

/// The network with its weights, and what it reads.
fn prepared(arguments: &Arguments, spec: &ModelSpec, opened: Option<Opened>) -> Result<(Seq, Tensor)> {
    let device = device(arguments.device)?;
    let image = match &arguments.photo {
        Some(path) => {
            let digits =
                || Error::unsupported(spec.name, "it reads digits, not photos; without --photo it reads numbers of the records' rule");
            let preprocess = opened.as_ref().map_or(spec.preprocess, |opened| opened.of.preprocess).ok_or_else(digits)?;
            let seen = preprocess.seen(&Photo::decode(&path.display().to_string(), &read_file(path)?)?)?;
            Tensor::from_outside(&device, Layout::Image, &[1, 3, seen.height, seen.width], &preprocess.normalise(&seen))?
        }
        None => ruled(spec, &device)?,
    };
    let scope = Scope::new(device, 1);
    let network = match opened {
        Some(opened) => opened.network(&scope)?,
        None => spec.network(&scope)?,
    };
    Ok((network, image))
}

fn ruled(spec: &ModelSpec, device: &Device) -> Result<Tensor> {
    let [channels, height, width] = spec.input;
    let values = rule::tensor("input", channels * height * width, -1.0, 1.0);
    Tensor::from_outside(device, Layout::Image, &[1, channels, height, width], &values)
}

fn times(arguments: &Arguments, spec: &ModelSpec, opened: Option<Opened>) -> Result<Vec<f64>> {
    let (network, image) = prepared(arguments, spec, opened)?;
    let start = Instant::now();
    block_on(node_times(&network, image, &|| start.elapsed().as_secs_f64()))
}

fn shape(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}

const COLUMNS: [&str; 7] = ["layer", "kind", "output", "parameters", "multiply-adds", "bytes", "milliseconds"];

/// The cells of the table: a row for each node, and one for the sums.
fn rows(nodes: &[Node], times: Option<&[f64]>) -> Vec<Vec<String>> {
    let milliseconds = |seconds: f64| format!("{:.3}", 1e3 * seconds);
    let mut rows: Vec<Vec<String>> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let kind = format!("{:?}", node.kind).to_lowercase();
            let mut row = vec![
                node.path.clone(),
                kind,
                shape(&node.dims),
                node.parameters.to_string(),
                node.macs.to_string(),
                node.bytes.to_string(),
            ];
            row.extend(times.and_then(|times| times.get(at)).map(|seconds| milliseconds(*seconds)));
            row
        })
        .collect();
    let parameters: usize = nodes.iter().map(|node| node.parameters).sum();
    let [macs, bytes] = [|node: &Node| node.macs, |node: &Node| node.bytes].map(|of| nodes.iter().map(of).sum::<u64>());
    let mut sums = vec!["total".into(), String::new(), String::new(), parameters.to_string(), macs.to_string(), bytes.to_string()];
    sums.extend(times.map(|times| milliseconds(times.iter().sum())));
    rows.push(sums);
    rows
}

fn table(nodes: &[Node], times: Option<&[f64]>) -> String {
    let mut rows = rows(nodes, times);
    rows.insert(0, COLUMNS[..rows[0].len()].iter().map(|name| name.to_string()).collect());
    let widths: Vec<usize> = (0..rows[0].len()).map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
    let mut nodes = nodes.iter();
    let line = |(at, row): (usize, &Vec<String>)| {
        // Names stand at the left, numbers at the right.
        let cell =
            |(at, text): (usize, &String)| if at < 2 { format!("{text:<0$}", widths[at]) } else { format!("{text:>0$}", widths[at]) };
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        let description = if at == 0 { "description" } else { nodes.next().map_or("", |node| &node.description) };
        format!("{}  {description}", cells.join("  ")).trim_end().to_string() + "\n"
    };
    rows.iter().enumerate().map(line).collect()
}

fn csv(nodes: &[Node], times: Option<&[f64]>) -> String {
    let mut rows = rows(nodes, times);
    rows.pop();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = format!("{},description\n", COLUMNS[..rows[0].len()].join(","));
    for (row, node) in rows.iter().zip(nodes) {
        text += &format!("{},{}\n", row.join(","), quoted(&node.description));
    }
    text
}

/// The least, the mean and the largest number.
fn range(values: &[f32]) -> String {
    let (least, most) = values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), v| (least.min(*v), most.max(*v)));
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len().max(1) as f64;
    format!("from {least} to {most}, mean {mean:.6}")
}

fn print_layer(layer: &str, found: &NodeValues, class: Option<usize>) {
    println!("{layer}: {}", found.description);
    if let (Some(class), Some(logit)) = (class, found.logit) {
        println!("the gradient of class {class}'s logit, {logit}");
    }
    println!("{}   {}", shape(&found.dims), range(&found.values));
    if let [channels, height, width] = found.dims[..] {
        let mean =
            |channel: usize| found.values[channel * height * width..][..height * width].iter().map(|v| f64::from(v.abs())).sum::<f64>();
        let mut order: Vec<(usize, f64)> = (0..channels).map(|channel| (channel, mean(channel) / (height * width) as f64)).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (channel, strength) in order.iter().take(SHOWN) {
            println!("  channel {channel:>4}   mean size {strength:.6}");
        }
    }
    if let Some((dims, weight)) = &found.weight {
        println!("weight {}   {}", shape(dims), range(weight));
    }
}

fn print_cell(cell: &Cell, [patch, kernel, sums]: &[Vec<f32>; 3]) {
    let [row, column] = cell.place;
    println!("{}, channel {}, row {row}, column {column}: {}", cell.node, cell.channel, cell.value);
    let [[top, bottom], [left, right]] = cell.field;
    println!("reads rows {top} to {bottom} and columns {left} to {right} of {}", shape(&cell.seen));
    for (node, value) in &cell.read {
        println!("  {node:<40} {value}");
    }
    if let [inputs, height, width] = cell.dims[..] {
        println!(
            "patch × kernel of {}, from row {} and column {} of its input, {} apart",
            shape(&cell.dims),
            cell.corner[0],
            cell.corner[1],
            shape(&cell.dilation)
        );
        let taps = height * width;
        for channel in 0..inputs {
            let pairs = patch[channel * taps..][..taps].iter().zip(&kernel[channel * taps..][..taps]);
            let products: Vec<String> = pairs.map(|(x, w)| format!("{x}·{w}")).collect();
            println!("  channel {:>4}   {} = {}", cell.first_channel + channel, products.join(" + "), sums[channel]);
        }
        if let Some(bias) = cell.bias {
            println!("  bias           {bias}");
        }
        println!("  sum            {}   (the engine: {})", cell.sum, cell.value);
    }
    for then in &cell.then {
        println!("{}: {} = {}", then.node, then.formula, then.value);
    }
}
