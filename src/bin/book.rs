//! Compiles the book: `book SOURCES OUT` turns the lectures' Markdown into the files that the site fetches. Faults are reported with file and line.
use receptive::book::Shelf;
use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sources, out] = &arguments[..] else {
        eprintln!("usage: book SOURCES OUT");
        return ExitCode::from(2);
    };
    let shelf = match Shelf::read(Path::new(sources)) {
        Ok(shelf) => shelf,
        Err(error) => {
            eprintln!("book: {sources}: {error}");
            return ExitCode::FAILURE;
        }
    };
    for fault in &shelf.faults {
        eprintln!("book: {sources}/{fault}");
    }
    if !shelf.faults.is_empty() {
        return ExitCode::FAILURE;
    }
    match shelf.write(Path::new(out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("book: {out}: {error}");
            ExitCode::FAILURE
        }
    }
}
