//! `receptive classify`: what a network sees in photos.
use super::{
    device::{DeviceName, device},
    files::{load_file, read_file},
};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::Var,
        tensor::{Device, Layout, Shape, Tensor},
    },
    error::{Result, guarded},
    nets::{
        models::{ModelSpec, model},
        nn::{Cx, Module, Scope, Seq},
    },
    vision::{Photo, Preprocess, class_name},
};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

/// The number of the likeliest classes that are shown.
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

/// Returns true if every photo could be read. A photo that cannot be read does not stop the others.
pub fn run(arguments: &Arguments) -> Result<bool> {
    let spec = model(&arguments.model)?;
    let preprocess = spec.classifies(&arguments.weights.display().to_string())?;
    let device = device(arguments.device)?;
    let network = spec.network(&Scope::new(device.clone(), 0))?;
    load_file(spec, &network, &arguments.weights)?;
    let reader = Reader { spec, network, preprocess, device, as_is: arguments.as_is, json: arguments.json };
    let mut all = true;
    for path in &arguments.photos {
        if let Err(error) = guarded(&path.display().to_string(), || reader.read(path)) {
            eprintln!("receptive: {error}");
            all = false;
        }
    }
    Ok(all)
}

/// A network with its weights, and the preprocessing of photos for it.
struct Reader {
    spec: &'static ModelSpec,
    network: Seq,
    preprocess: Preprocess,
    device: Device,
    as_is: bool,
    json: bool,
}

impl Reader {
    fn read(&self, path: &Path) -> Result<()> {
        let file = path.display().to_string();
        let start = Instant::now();
        let photo = Photo::decode(&file, &read_file(path)?)?;
        let seen = if self.as_is { photo } else { self.preprocess.seen(&photo)? };
        let dims = [1, 3, seen.height, seen.width];
        let x = Var::constant(Tensor::from_outside(&self.device, Layout::Image, &dims, &self.preprocess.normalise(&seen))?);
        let ready = start.elapsed().as_secs_f64();
        let logits = self.network.forward(&x, &mut Cx::default())?;
        let probabilities = logits.reshape(Shape::new([1, self.spec.classes]))?.softmax(1)?;
        let (logits, probabilities) = (block_on(logits.value().values())?, block_on(probabilities.value().values())?);
        let seconds = start.elapsed().as_secs_f64() - ready;
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
        order.truncate(SHOWN);
        if self.json {
            let top: Vec<_> = order
                .iter()
                .map(|&class| serde_json::json!({ "class": class, "name": class_name(self.spec.classes, class), "probability": probabilities[class] }))
                .collect();
            let line = serde_json::json!({ "photo": file, "model": self.spec.name, "top": top, "logits": logits,
                "preparing_seconds": ready, "seconds": seconds });
            println!("{line}");
            return Ok(());
        }
        println!("{file}   ready after {:.1} ms, read in {:.1} ms", 1e3 * ready, 1e3 * seconds);
        for class in order {
            println!("  {:>6.2} %  {class:>4}  {}", 100.0 * probabilities[class], class_name(self.spec.classes, class));
        }
        Ok(())
    }
}
