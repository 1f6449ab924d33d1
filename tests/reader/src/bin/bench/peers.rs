//! Other libraries: a folder whose `bench.mjs` measures them in node and writes a list of results.
use super::report::{Measured, Source};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The libraries with bars, and similar ones.
const LIBRARIES: &str = "^(tfjs-webgpu|jax-webgpu|ort-webgpu|burn-webgpu|tfjs-webgl|tfjs-wasm-1t|ort-wasm-1t|jax-wasm)$";

/// The largest time of a library for one case, in seconds. What it has measured by then counts.
const CAP: &str = "40";

pub struct Peers {
    folder: PathBuf,
    libraries: String,
    results: PathBuf,
}

impl Peers {
    /// `only` is a regular expression of libraries.
    pub fn new(folder: PathBuf, only: Option<String>) -> Peers {
        assert!(folder.join("bench.mjs").is_file(), "expected a bench.mjs in {}", folder.display());
        let results = std::env::temp_dir().join(format!("receptive-bench-{}.json", std::process::id()));
        Peers { folder, results, libraries: only.unwrap_or_else(|| LIBRARIES.into()) }
    }
    /// The results of every library for this case. A library that fails is reported with the reason.
    pub fn measure(&self, case: &str, runs: usize) -> Vec<Measured> {
        let case_pattern = format!("^{}$", case.replace('_', "_?"));
        let outcome = Command::new("node")
            .current_dir(&self.folder)
            .args(["bench.mjs", "--only", &self.libraries, "--case", &case_pattern, "--reps", &runs.to_string()])
            .args(["--idle", "0", "--cap", CAP, "--out"])
            .arg(&self.results)
            .status();
        match outcome {
            Ok(status) if status.success() => {}
            Ok(status) => eprintln!("bench: the peers ended with {status} at {case}"),
            Err(error) => panic!("node is needed for the peers: {error}"),
        }
        read(&self.results).iter().map(|row| measured(case, row)).filter(|m| m.case == case).collect()
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.results));
    }
}

fn read(results: &Path) -> Vec<Value> {
    let text = fs::read_to_string(results).unwrap_or_else(|_| "[]".into());
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", results.display()))
}

/// Other libraries write the same names with fewer underscores.
fn measured(case: &str, row: &Value) -> Measured {
    let bare = |name: &str| name.replace('_', "");
    let name = row["case"].as_str().unwrap_or_default();
    Measured {
        source: Source::Peer(row["lib"].as_str().unwrap_or_default().to_owned()),
        case: if bare(name) == bare(case) { case.into() } else { name.into() },
        times: row["median_ms"].as_f64().zip(row["first_ms"].as_f64()).filter(|_| row["ok"] == true),
        error: row["error"].as_str().unwrap_or_default().to_owned(),
        way: String::new(),
        gflops: row["gflops"].as_f64(),
        naive: None,
    }
}
