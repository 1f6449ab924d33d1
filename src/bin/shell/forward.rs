//! `receptive forward`: one image through a network, with fresh weights or a file's; says what comes out and how long it took.
use super::{DeviceName, device};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::Var,
        tensor::{Layout, Tensor},
    },
    error::Result,
    nets::{
        models::model,
        nn::{Cx, Module, Scope},
    },
    workbench::jobs::verify::rule,
};
use std::{path::Path, time::Instant};

/// How many of the largest logits are shown.
const SHOWN: usize = 5;

/// The image is the records' `input`: numbers between −1 and 1 that depend on its name only.
pub fn run(name: &str, weights: Option<&Path>, device_name: DeviceName, seed: u64, json: bool) -> Result<()> {
    let spec = model(name)?;
    let device = device(device_name)?;
    let network = spec.network(&Scope::new(device.clone(), seed))?;
    if let Some(path) = weights {
        super::load_file(spec, &network, path)?;
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
    if json {
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
