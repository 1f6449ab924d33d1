//! The worker: the workbench in a thread of the browser's own, with messages for requests and events.

#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(target_arch = "wasm32")]
fn main() {
    browser::start();
}

/// The worker runs in a browser only; natively the shell does its jobs.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
