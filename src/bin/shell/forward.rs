//! `receptive forward`: one image through a network, with fresh weights or a file's; says what comes out and how long it took.
use super::{
    device::{DeviceName, device},
    numbers,
    saving::Place,
};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::Var,
        tensor::{Layout, Tensor},
    },
    error::Result,
    nets::{
        data::{Precision, write_safetensors},
        models::model,
        nn::{Cx, Module, Scope, save},
    },
    workbench::jobs::verify::rule,
};
use std::{path::PathBuf, time::Instant};

/// The number of the largest logits that are shown.
const SHOWN: usize = 5;

#[derive(clap::Args)]
pub struct Arguments {
    /// A name that `receptive models` lists.
    model: String,
    /// safetensors, .pth or .pt; without one, fresh weights.
    #[arg(long)]
    weights: Option<PathBuf>,
    /// Writes the weights it ran with as safetensors.
    #[arg(long)]
    save: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceName,
    /// Of the fresh weights.
    #[arg(long, default_value_t = 1, value_parser = numbers::SEED, allow_hyphen_values = true)]
    seed: u64,
    /// All logits, as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// The image is the records' `input`: numbers between −1 and 1 that depend only on its name.
pub fn run(arguments: &Arguments) -> Result<()> {
    let spec = model(&arguments.model)?;
    let place = arguments.save.as_deref().map(Place::new).transpose()?;
    let device = device(arguments.device)?;
    let scope = Scope::new(device.clone(), arguments.seed);
    let network = match &arguments.weights {
        Some(path) => super::files::Opened::read(Some(spec.name), path, true)?.network(&scope)?,
        None => spec.network(&scope)?,
    };
    if let Some(place) = place {
        place.save(&write_safetensors(&block_on(save(&network))?, Precision::Single, &[("model", spec.name.into())])?)?;
    }
    let [channels, height, width] = spec.input;
    let image = rule::tensor("input", channels * height * width, -1.0, 1.0);
    let x = Var::constant(Tensor::from_outside(&device, Layout::Image, &[1, channels, height, width], &image)?);
    // The first pass compiles shaders and fills the pools.
    let mut seconds = [0.0; 2];
    let mut logits = vec![];
    for seconds in &mut seconds {
        let start = Instant::now();
        logits = block_on(network.forward(&x, &mut Cx::default())?.value().values())?;
        *seconds = start.elapsed().as_secs_f64();
    }
    let n = logits.len() as f64;
    let mean = logits.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
    let deviation = (logits.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / n).sqrt();
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
    order.truncate(SHOWN);
    if arguments.json {
        println!(
            "{}",
            serde_json::json!({ "model": spec.name, "logits": logits, "mean": mean, "deviation": deviation, "largest": order,
                "first_seconds": seconds[0], "seconds": seconds[1] })
        );
        return Ok(());
    }
    println!("{}: {} logits, mean {mean:.6}, standard deviation {deviation:.6}", spec.name, logits.len());
    for class in order {
        println!("  class {class:>4}  {:>12.6}", logits[class]);
    }
    println!("first pass {:.1} ms, second {:.1} ms", 1e3 * seconds[0], 1e3 * seconds[1]);
    Ok(())
}
