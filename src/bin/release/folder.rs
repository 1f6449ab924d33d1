//! The built folder: its texts are read and written by their paths.
use std::{fs, path::Path};

/// The text at this path.
pub fn read(folder: &Path, name: &str) -> Result<String, String> {
    fs::read_to_string(folder.join(name)).map_err(|error| format!("{name} cannot be read: {error}"))
}

/// Writes a text, and makes room for it.
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let file = folder.join(name);
    let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
    written.map_err(|error| format!("{name} cannot be written: {error}"))
}
