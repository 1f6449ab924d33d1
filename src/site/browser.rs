//! What the site asks of the browser besides the DOM: the base path, the title, the service worker.
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// The address every relative one starts from, with its last slash.
pub fn base_address() -> String {
    document().base_uri().ok().flatten().unwrap_or_else(|| "/".into())
}

/// The path under which the site lies, without a last slash: `""` or `"/x"`.
pub fn base_path() -> String {
    web_sys::Url::new(&base_address()).map(|url| url.pathname().trim_end_matches('/').to_string()).unwrap_or_default()
}

/// The address of a page of the site, such as `/lab/train`, wherever the site lies.
pub fn link(page: &str) -> String {
    format!("{}{page}", base_path())
}

/// Names the page in the browser's tab and history.
pub fn title(page: &str) {
    document().set_title(&if page.is_empty() { "Receptive".to_string() } else { format!("{page} · Receptive") });
}

/// Registers the service worker, in release builds only.
pub fn keep_for_offline() {
    if cfg!(debug_assertions) {
        return;
    }
    // Asked for by name: on an insecure address `navigator.serviceWorker` does not exist.
    let navigator: JsValue = window().navigator().into();
    let Ok(container) = js_sys::Reflect::get(&navigator, &"serviceWorker".into()) else { return };
    let Ok(register) = js_sys::Reflect::get(&container, &"register".into()) else { return };
    if let Some(register) = register.dyn_ref::<js_sys::Function>() {
        let address = format!("{}service-worker.js?build={}", base_address(), crate::BUILD);
        // Without it the book still works; a refusal (private windows) is no error of the reader's.
        if let Ok(promise) = register.call1(&container, &address.into()).and_then(|p| p.dyn_into::<js_sys::Promise>()) {
            leptos::task::spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
            });
        }
    }
}
