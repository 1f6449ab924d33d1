//! Lays a published weight file beside the site: safetensors under the zoo's names, 16 bits a number. It is `receptive convert --half` without all that the
//! shell can do beside, so that whoever builds the site need not wait for that.
use receptive::{
    error::{Error, Result},
    nets::{
        data::Precision,
        models::{converted, model},
    },
};
use std::{fs, path::Path, process::ExitCode};

fn lay(network: &str, from: &Path, to: &Path) -> Result<()> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| Error::data(path, error.to_string())
    };
    let bytes = fs::read(from).map_err(failed(from))?;
    let source = from.file_name().unwrap_or_default().to_string_lossy();
    let made = pollster::block_on(converted(model(network)?, &from.display().to_string(), &bytes, Precision::Half, &source))?;
    if let Some(told) = made.told {
        eprintln!("weights: {}: {told}", from.display());
    }
    // Whoever is ended on the way leaves no half of a file.
    let part = to.with_extension("part");
    fs::write(&part, &made.bytes).map_err(failed(&part))?;
    fs::rename(&part, to).map_err(failed(to))?;
    println!("{}: {} entries, {} bytes, from {} bytes", to.display(), made.entries, made.bytes.len(), bytes.len());
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [network, from, to] = &arguments[..] else {
        eprintln!("usage: weights NETWORK FROM TO");
        return ExitCode::from(2);
    };
    match lay(network, Path::new(from), Path::new(to)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("weights: {error}");
            ExitCode::FAILURE
        }
    }
}
