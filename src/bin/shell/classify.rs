//! `receptive classify`: what a network sees in photos.
use super::{
    device::{DeviceName, device},
    files::{Opened, read_file, say},
};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::Var,
        tensor::{Device, Layout, Shape, Tensor},
    },
    error::{Result, guarded},
    nets::{
        models::{ModelSpec, Reading, model},
        nn::{Cx, Module, Scope, Seq},
    },
    vision::{ClassList, ClassNames, Photo, Preprocess},
};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

/// The number of the likeliest classes that are shown.
const SHOWN: usize = 5;

#[derive(clap::Args)]
pub struct Arguments {
    /// A name that `receptive models` lists; without one the network that the weights fit, and that pads and reads photos as their file says.
    #[arg(long)]
    model: Option<String>,
    /// safetensors, .pth or .pt.
    #[arg(long)]
    weights: PathBuf,
    /// The names of the classes: plain text, one a line. Without it those of ImageNet or CIFAR-10, or numbers if the weights have other classes.
    #[arg(long, value_name = "FILE")]
    classes: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceName,
    /// Photos are resized, cropped and scaled as is usual for the network, whatever the weight file says of itself.
    #[arg(long)]
    usual: bool,
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
    if let Some(name) = &arguments.model {
        model(name)?.classifies("")?;
    }
    let device = device(arguments.device)?;
    let list = match &arguments.classes {
        Some(path) => Some(ClassList::read(&path.display().to_string(), &read_file(path)?)?),
        None => None,
    };
    let file = arguments.weights.display().to_string();
    let opened = Opened::read(arguments.model.as_deref(), &arguments.weights, arguments.usual)?;
    let spec = opened.of.spec;
    let preprocess = opened.of.preprocess.unwrap_or(spec.classifies(&file)?);
    if arguments.model.is_none() {
        say(&file, Some(format!("these are the weights of {}", spec.name)));
    }
    if opened.of.reading == Reading::File && !arguments.as_is {
        say(&file, Some(format!("photos are read as its metadata says: {preprocess}")));
    }
    let names = match (list, &opened.names) {
        (Some(list), _) => list.names_for(spec.name, spec.classes)?,
        (None, Some(own)) => ClassNames::List(own.clone()),
        (None, None) if spec.classes == model(spec.name)?.classes => ClassNames::Usual(spec.classes),
        (None, None) => ClassNames::Numbers,
    };
    let network = opened.network(&Scope::new(device.clone(), 0))?;
    let reader = Reader { spec, network, preprocess, names, device, as_is: arguments.as_is, json: arguments.json };
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
    spec: ModelSpec,
    network: Seq,
    preprocess: Preprocess,
    names: ClassNames,
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
                .map(|&class| serde_json::json!({ "class": class, "name": self.names.of(class), "probability": probabilities[class] }))
                .collect();
            let line = serde_json::json!({ "photo": file, "model": self.spec.name, "top": top, "logits": logits,
                "preparing_seconds": ready, "seconds": seconds });
            println!("{line}");
            return Ok(());
        }
        println!("{file}   ready after {:.1} ms, read in {:.1} ms", 1e3 * ready, 1e3 * seconds);
        for class in order {
            println!("  {:>6.2} %  {class:>4}  {}", 100.0 * probabilities[class], self.names.of(class));
        }
        Ok(())
    }
}
