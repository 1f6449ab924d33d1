//! The reader of the built site in tests: a real Chromium, a host that serves the folder, and a reader's actions on a page. The crate does
//! not know the site's code, so that script/bench compiles no engine.
#![cfg(not(target_arch = "wasm32"))]
pub mod browser;
pub mod host;
pub mod page;

use browser::{Browser, WebGpu};
use host::Host;
use page::Page;
use std::future::Future;

/// Runs a test in a fresh browser. Browser and host are closed however the test ends.
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
