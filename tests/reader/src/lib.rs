//! Who reads the built site in tests: a real Chromium, a host that serves the folder, and what a reader does on a page.
//! It knows nothing of what it reads, so that script/bench compiles no engine.
#![cfg(not(target_arch = "wasm32"))]
pub mod browser;
pub mod host;
pub mod page;

use browser::{Browser, WebGpu};
use host::Host;
use page::Page;
use std::future::Future;

/// Runs a test in a fresh browser, and closes browser and host however it ends.
pub async fn visit<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    webgpu: WebGpu,
    host: Host,
    test: impl FnOnce(Page) -> F,
) -> T {
    let browser = Browser::start(webgpu).await;
    let outcome = tokio::spawn(test(Page::new(&browser, host))).await;
    browser.close().await;
    outcome.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()))
}
