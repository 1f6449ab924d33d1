//! The worker of the figures: pictures and kernels. It is a web worker, which gets requests and sends events as messages.

#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(target_arch = "wasm32")]
fn main() {
    browser::start(receptive::workbench::jobs::FIGURES);
}

/// A worker runs only in a browser. Natively the shell does its jobs.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
