//! Gives page and worker one name for what they were built from, so that a stale worker is noticed (`receptive::BUILD`).
use std::{
    fs,
    path::{Path, PathBuf},
};

fn main() {
    let mut files = vec![];
    // finish-dist, too: what it makes of the page's program is named after the program.
    for root in ["src", "crates", "Cargo.lock", "assets/manifest.json", "script/finish-dist"] {
        list(&Path::new("../..").join(root), &mut files);
    }
    // The lectures are data, texts and works cited alike: no program is made of them.
    let lectures = Path::new("../../src/site/lectures");
    files.retain(|file| !file.starts_with(lectures) || file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    // File by file, since a folder would also be read again for a lecture. A new file is named by another, which is read again then.
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    // FNV-1a, 64 bits: enough to tell two builds apart, and no dependency.
    let hash = files
        .iter()
        .flat_map(|f| fs::read(f).unwrap_or_default())
        .fold(0xcbf29ce484222325u64, |h, b| (h ^ b as u64).wrapping_mul(0x100000001b3));
    println!("cargo:rustc-env=RECEPTIVE_BUILD={hash:016x}");
}

fn list(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.into());
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        list(&entry.path(), files);
    }
}
