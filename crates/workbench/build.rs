//! Computes a hash of the sources, which page and worker share, so that a worker of another build is noticed (`receptive::BUILD`).
use std::{
    fs,
    path::{Path, PathBuf},
};

fn main() {
    let mut files = vec![];
    // script/finish-dist counts, too: it transforms the page's program, and names the result after the program.
    for root in ["src", "crates", "Cargo.lock", "assets/manifest.json", "script/finish-dist"] {
        list(&Path::new("../..").join(root), &mut files);
    }
    // Lectures and cited works do not count, since no program contains them.
    let lectures = Path::new("../../src/site/lectures");
    files.retain(|file| !file.starts_with(lectures) || file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    // Each file is watched by itself, because a watched folder would also react to lectures. A new file is named by another file, which is then read again.
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    // FNV-1a with 64 bits is enough to tell two builds apart, and needs no dependency.
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
