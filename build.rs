//! Gives page and worker one name for the source they were built from, so that a stale worker is noticed (`receptive::BUILD`).
use std::{env, fs, path::Path};

fn main() {
    let mut files = vec![];
    for root in ["src", "Cargo.lock", "assets/manifest.json"] {
        println!("cargo:rerun-if-changed={root}");
        list(Path::new(root), &mut files);
    }
    files.sort();
    // FNV-1a, 64 bits: enough to tell two builds apart, and no dependency.
    let hash = files
        .iter()
        .flat_map(|f| fs::read(f).unwrap_or_default())
        .fold(0xcbf29ce484222325u64, |h, b| (h ^ b as u64).wrapping_mul(0x100000001b3));
    println!("cargo:rustc-env=RECEPTIVE_BUILD={hash:016x}");
    // The page's program is taken apart after linking (script/finish-dist), which needs to know what refers to what.
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo:rustc-link-arg-bin=receptive-site=--emit-relocs");
    }
}

fn list(path: &Path, files: &mut Vec<std::path::PathBuf>) {
    if path.is_file() {
        files.push(path.into());
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        list(&entry.path(), files);
    }
}
