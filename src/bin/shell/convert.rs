//! `receptive convert`: a weight file of any kind into safetensors under the zoo's names, checked against the network that it is for.
use super::{files::load_file, saving::Place};
use pollster::block_on;
use receptive::{
    engine::tensor::Device,
    error::{Error, Result},
    nets::{
        data::{Precision, write_safetensors},
        models::model,
        nn::{Scope, save},
    },
};
use std::{fs, path::PathBuf};

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
    let network = spec.network(&Scope::new(Device::Cpu, 0))?;
    load_file(spec, &network, &arguments.from)?;
    let state = block_on(save(&network))?;
    let precision = if arguments.half { Precision::Half } else { Precision::Single };
    precision.check(&state)?;
    let read = fs::metadata(&arguments.from).map_err(|e| Error::data(arguments.from.display().to_string(), e.to_string()))?.len();
    let source = arguments.from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = write_safetensors(&state, precision, &[("model", spec.name.into()), ("source", source)])?;
    place.save(&bytes)?;
    println!("{}: {} entries, {} bytes, from {read} bytes", arguments.to.display(), state.len(), bytes.len());
    Ok(())
}
