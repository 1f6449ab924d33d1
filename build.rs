//! Gives page and worker one name for what they are made of, so that a stale worker is noticed (`receptive::BUILD`).
use std::{env, fs, path::Path};

fn main() {
    let mut files = vec![];
    for root in ["src", "Cargo.lock", "assets/manifest.json", "script/finish-dist"] {
        list(Path::new(root), &mut files);
    }
    files.retain(|file| !is_text_of_a_lecture(file));
    files.sort();
    // File by file: a folder's entry would make every text's change one of the programs.
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
    }
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

/// The site fetches them, compiled by themselves (src/bin/book.rs); no program is made of them.
fn is_text_of_a_lecture(file: &Path) -> bool {
    file.starts_with("src/site/lectures") && file.extension().is_none_or(|extension| extension != "rs")
}

fn list(path: &Path, files: &mut Vec<std::path::PathBuf>) {
    if path.is_file() {
        files.push(path.into());
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        list(&entry.path(), files);
    }
}
