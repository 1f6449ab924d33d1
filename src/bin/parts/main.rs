//! Makes one file for each part of the page that is fetched on demand. `parts FOLDER PAGE` reads the output of wasm-split for the page's
//! program in FOLDER, which has hundreds of programs of a kilobyte, and the JavaScript that wasm-bindgen made for PAGE. It replaces them by
//! a few files and another loader.
mod link;
mod program;

use link::Link;
use std::{fs, io, path::Path, process::ExitCode};

/// The JavaScript that fetches a part.
const LOADER: &str = include_str!("loader.js");
const LINK: &str = "__wasm_split.js";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, page] = &arguments[..] else {
        eprintln!("usage: parts FOLDER PAGE");
        return ExitCode::from(2);
    };
    match join(Path::new(folder), page) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("parts: {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The file of each part contains all programs that the part needs, even those that other parts need, too. A page has one or two parts, and
/// together programs compress well.
fn join(folder: &Path, page: &str) -> Result<(), String> {
    let link = Link::read(&at(folder, LINK, |file| fs::read_to_string(file))?)?;
    let programs = link.programs();
    let number = |name: &str| programs.iter().position(|known| *known == name).unwrap_or_default() as u32;
    // The end of the page's name is a hash of its content, which also identifies the parts.
    let hash = page.rsplit('-').next().unwrap_or(page);
    for (part, needed) in &link.needs {
        let contents = needed
            .iter()
            .map(|name| program::stripped(&at(folder, name, |file| fs::read(file))?).map_err(|error| format!("{name}: {error}")));
        let contents = contents.collect::<Result<Vec<_>, String>>()?;
        let numbers: Vec<u32> = needed.iter().map(|name| number(name)).collect();
        let name = format!("split_{part}-{hash}.wasm");
        fs::write(folder.join(&name), program::joined(&numbers, &contents)).map_err(|error| format!("{name}: {error}"))?;
    }
    let script = format!("{page}.js");
    let code = link.with_loader(&at(folder, &script, |file| fs::read_to_string(file))?, &format!("-{hash}.wasm"), LOADER)?;
    fs::write(folder.join(&script), code).map_err(|error| format!("{script}: {error}"))?;
    for name in programs.into_iter().chain([LINK]) {
        at(folder, name, |file| fs::remove_file(file))?;
    }
    Ok(())
}

fn at<T>(folder: &Path, name: &str, how: impl Fn(&Path) -> io::Result<T>) -> Result<T, String> {
    how(&folder.join(name)).map_err(|error| format!("{name}: {error}"))
}
