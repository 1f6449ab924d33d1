//! The built site in a real Chromium. `trunk build --release`, then `cargo test --test e2e`; a missing browser or site fails, with what to do.
#![cfg(not(target_arch = "wasm32"))]
mod accessibility;
mod bench;
mod browser;
mod classify;
#[cfg(feature = "site")]
mod controls;
mod desk;
mod field;
mod filters;
mod folder;
mod gradient_flow;
mod held_up;
mod host;
mod keyboard;
#[cfg(feature = "site")]
mod lectures;
mod loading;
mod offline;
mod origin;
mod page;
mod pages;
mod plain_host;
mod policy;
mod releases;
mod requests;
mod speed;
mod static_host;
mod tasks;
mod training;
mod tries;
mod trouble;
mod zoo;

use browser::{Browser, WebGpu};
use host::Host;
use page::Page;
use std::future::Future;

/// Runs a test in a fresh browser, and closes browser and host however it ends.
async fn visit<T: Send + 'static, F: Future<Output = T> + Send + 'static>(webgpu: WebGpu, host: Host, test: impl FnOnce(Page) -> F) -> T {
    let browser = Browser::start(webgpu).await;
    let outcome = tokio::spawn(test(Page::new(&browser, host))).await;
    browser.close().await;
    outcome.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()))
}
