//! The worker of the figures: pictures and kernels; in a thread of the browser's own, with messages for requests and events.

#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(target_arch = "wasm32")]
fn main() {
    browser::start(receptive::workbench::jobs::FIGURES);
}

/// A worker runs in a browser only; natively the shell does its jobs.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
