//! MNIST's four files out of a folder, by all names that they are known under.
use super::files::read_file;
use receptive::{
    error::{Error, Result},
    nets::data::{FILES, published},
};
use std::path::{Path, PathBuf};

/// The name and the bytes of each of the four.
pub fn read(folder: &Path) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| Error::data(folder.display().to_string(), format!("expected the folder of MNIST's four files: {e}")))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    entries.sort();
    let called = |path: &&PathBuf, file: &str| path.file_name().is_some_and(|name| published(&name.to_string_lossy()) == Some(file));
    FILES
        .into_iter()
        .map(|file| match entries.iter().find(|path| called(path, file)) {
            // Some unpackers make a folder of each, with the file in it under the same name.
            Some(path) if path.is_dir() => Ok((file, read_file(&path.join(path.file_name().unwrap_or_default()))?)),
            Some(path) => Ok((file, read_file(path)?)),
            None => {
                let expected = "expected this file, also with a point for its second hyphen, plain or with .gz; `script/data` fetches it";
                Err(Error::data(folder.join(file).display().to_string(), expected))
            }
        })
        .collect()
}
