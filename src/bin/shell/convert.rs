//! `receptive convert`: a weight file of any kind into safetensors under the zoo's names, checked against the network that it is for.
use super::{
    files::{read_file, say},
    saving::Place,
};
use receptive::{
    error::Result,
    nets::{
        data::Precision,
        models::{converted, model},
    },
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    /// A name that `receptive models` lists.
    #[arg(long)]
    model: String,
    /// 16 bits a number instead of 32.
    #[arg(long)]
    half: bool,
    /// safetensors, .pth or .pt.
    from: PathBuf,
    /// Where to write safetensors.
    to: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let spec = model(&arguments.model)?;
    let place = Place::new(&arguments.to)?;
    let file = arguments.from.display().to_string();
    let read = read_file(&arguments.from)?;
    let precision = if arguments.half { Precision::Half } else { Precision::Single };
    let source = arguments.from.file_name().unwrap_or_default().to_string_lossy();
    let made = pollster::block_on(converted(spec, &file, &read, precision, &source))?;
    say(&file, made.told);
    place.save(&made.bytes)?;
    println!("{}: {} entries, {} bytes, from {} bytes", arguments.to.display(), made.entries, made.bytes.len(), read.len());
    Ok(())
}
