//! Makes a built folder a release: `release FOLDER`. Every file gets an address that changes with its content. Only the pages change at
//! their addresses, and they name all files. The program can be run again on a folder that was changed.
mod early;
mod files;
mod folder;
mod pages;
mod policy;
mod sheets;

use files::{Files, fingerprint, json};
use folder::{read, write};
use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = &arguments[..] else {
        eprintln!("usage: release FOLDER");
        return ExitCode::from(2);
    };
    match release(Path::new(folder)) {
        Ok(name) => {
            println!("release: {name}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("release: {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Rewrites the folder's style sheets, its pages and service-worker.js. Returns the name of the release.
fn release(folder: &Path) -> Result<String, String> {
    let page = pages::bare(&policy::without_gaps(&read(folder, "index.html")?))?;
    let page = sheets::join(folder, &page)?;
    let files = Files::of(folder)?;
    let page = files.name_in(&page);
    let page = policy::allow_own_scripts(&with_list(&page, "", &files.fetched())?)?;
    // The page names all files of the release by their content.
    let name = fingerprint(page.as_bytes()).map_err(|error| error.to_string())?;
    let page = with_list(&page, &name, &files.fetched())?;
    pages::lay(folder, &page)?;
    // A static host answers an unknown path with this file. It is the page itself, which then reads the address.
    write(folder, "404.html", &page)?;
    let worker = read(folder, "service-worker.js")?;
    let worker = with_line(&worker, "const RELEASE = ", &json(&name))?;
    let worker = with_line(&worker, "const FILES = ", &json(&files.kept_at_once()))?;
    let worker = with_line(&worker, "const DATA = ", &json(&files.kept_when_asked_for()))?;
    write(folder, "service-worker.js", &worker)?;
    Ok(name)
}

/// The page with the list of files (JSON) in its element `files`, which also has the name of the release.
fn with_list(page: &str, name: &str, files: &str) -> Result<String, String> {
    let start = "<script type=\"application/json\" id=\"files\"";
    let missing = || format!("index.html: expected {start}…></script>, found none");
    let at = page.find(start).ok_or_else(missing)?;
    let end = at + page[at..].find("</script>").ok_or_else(missing)?;
    Ok(format!("{}{start} data-release=\"{name}\">{files}{}", &page[..at], &page[end..]))
}

/// The program with another value in the line that begins with `start`.
fn with_line(program: &str, start: &str, value: &str) -> Result<String, String> {
    if !program.lines().any(|line| line.starts_with(start)) {
        return Err(format!("service-worker.js: expected a line that begins with {start:?}, found none"));
    }
    let line = |line: &str| if line.starts_with(start) { format!("{start}{value};\n") } else { format!("{line}\n") };
    Ok(program.lines().map(line).collect())
}
