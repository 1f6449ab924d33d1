//! The worker of the labs that train on digits. It is a web worker, which gets requests and sends events as messages.

#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(target_arch = "wasm32")]
fn main() {
    browser::start(receptive::workbench::jobs::TRAINING);
}

/// A worker runs only in a browser. Natively the shell does its jobs.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
