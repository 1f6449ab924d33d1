//! `receptive classify`: what a network sees in photos.
use super::{DeviceName, device, load_file, read_file};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::Var,
        tensor::{Layout, Shape, Tensor},
    },
    error::{Error, Result},
    nets::{
        models::model,
        nn::{Cx, Module, Scope},
        vision::{Photo, class_name},
    },
};
use std::{path::PathBuf, time::Instant};

/// How many of the likeliest classes are shown.
const SHOWN: usize = 5;

#[derive(clap::Args)]
pub struct Arguments {
    /// A name that `receptive models` lists.
    #[arg(long)]
    model: String,
    /// safetensors, .pth or .pt.
    #[arg(long)]
    weights: PathBuf,
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceName,
    /// The photos are what the network reads: neither resized nor cropped.
    #[arg(long)]
    as_is: bool,
    /// One JSON line a photo, with all logits.
    #[arg(long)]
    json: bool,
    #[arg(required = true)]
    photos: Vec<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let spec = model(&arguments.model)?;
    let preprocess = spec.preprocess.ok_or_else(|| Error::unsupported(spec.name, "it reads digits, not photos"))?;
    let device = device(arguments.device)?;
    let network = spec.network(&Scope::new(device.clone(), 0))?;
    load_file(spec, &network, &arguments.weights)?;
    for path in &arguments.photos {
        let file = path.display().to_string();
        let start = Instant::now();
        let photo = Photo::decode(&file, &read_file(path)?)?;
        let seen = if arguments.as_is { photo } else { preprocess.seen(&photo)? };
        let dims = [1, 3, seen.height, seen.width];
        let x = Var::constant(Tensor::from_outside(&device, Layout::Image, &dims, &preprocess.normalise(&seen))?);
        let ready = start.elapsed().as_secs_f64();
        let logits = network.forward(&x, &mut Cx::default())?;
        let probabilities = logits.reshape(Shape::new([1, spec.classes]))?.softmax(1)?;
        let (logits, probabilities) = (block_on(logits.value().values())?, block_on(probabilities.value().values())?);
        let seconds = start.elapsed().as_secs_f64() - ready;
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
        order.truncate(SHOWN);
        if arguments.json {
            let top: Vec<_> = order
                .iter()
                .map(|&class| serde_json::json!({ "class": class, "name": class_name(spec.classes, class), "probability": probabilities[class] }))
                .collect();
            let line = serde_json::json!({ "photo": file, "model": spec.name, "top": top, "logits": logits,
                "preparing_seconds": ready, "seconds": seconds });
            println!("{line}");
            continue;
        }
        println!("{file}   ready after {:.1} ms, read in {:.1} ms", 1e3 * ready, 1e3 * seconds);
        for class in order {
            println!("  {:>6.2} %  {class:>4}  {}", 100.0 * probabilities[class], class_name(spec.classes, class));
        }
    }
    Ok(())
}
