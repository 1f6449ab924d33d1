//! What the site asks of the browser besides the DOM: the base path, the title, files, the clipboard, what it remembers.
use crate::vision::files::{Kind, Purpose};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::{sync::LazyLock, time::Instant};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

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

/// Milliseconds from any fixed moment.
pub fn clock() -> f64 {
    if cfg!(target_arch = "wasm32") {
        return window().performance().map_or_else(js_sys::Date::now, |p| p.now());
    }
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    1e3 * START.elapsed().as_secs_f64()
}

/// Every element inside this one that a selector finds, in the order of the page.
pub fn all(element: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = element.query_selector_all(selector) else { return vec![] };
    (0..found.length()).filter_map(|i| found.item(i)?.dyn_into().ok()).collect()
}

/// The first bytes of a file, `most` of them; an error is a sentence.
pub async fn head(name: &str, file: &Blob, most: f64) -> Result<Vec<u8>, String> {
    let failed = |error: JsValue| format!("{name} cannot be read: {}", text(&error));
    let head = file.slice_with_f64_and_f64(0.0, most).map_err(failed)?;
    Ok(Uint8Array::new(&JsFuture::from(head.array_buffer()).await.map_err(failed)?).to_vec())
}

/// The kind of a file, by its beginning; an error is a sentence.
pub async fn kind(name: &str, file: &Blob) -> Result<Option<Kind>, String> {
    Ok(Kind::of_head(&head(name, file, 1e6).await?, file.size() as u64))
}

/// What a file is for, by its content; an error is a sentence that says what was expected, and what the file is.
pub async fn purpose(name: &str, file: &Blob, expected: &str) -> Result<Purpose, String> {
    let head = head(name, file, 1e6).await?;
    Purpose::of_head(&head, file.size() as u64).map_err(|found| format!("{name}: expected {expected}, found {found}"))
}

/// Hands the reader a file; an error is a sentence.
pub fn offer(name: &str, kind: &str, bytes: &[u8]) -> Result<(), String> {
    let save = || -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options)?;
        let address = Url::create_object_url_with_blob(&blob)?;
        offer_address(name, &address);
        Url::revoke_object_url(&address)
    };
    save().map_err(|e| format!("{name} cannot be saved: {}", text(&e)))
}

/// The same for what has an address already, such as a picture in a data address.
pub fn offer_address(name: &str, address: &str) {
    if let Ok(link) = document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(address);
        link.set_download(name);
        link.click();
    }
}

/// Puts text on the clipboard; false where the browser does not let it.
pub async fn copy(words: String) -> bool {
    // Asked for by name: on an insecure address `navigator.clipboard` does not exist.
    let navigator: JsValue = window().navigator().into();
    let Ok(clipboard) = js_sys::Reflect::get(&navigator, &"clipboard".into()) else { return false };
    let Ok(write) = js_sys::Reflect::get(&clipboard, &"writeText".into()) else { return false };
    let Some(write) = write.dyn_ref::<js_sys::Function>() else { return false };
    match write.call1(&clipboard, &words.into()).and_then(|p| p.dyn_into::<js_sys::Promise>()) {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

/// What the browser keeps for the next visit under this key.
pub fn remembered(key: &str) -> Option<String> {
    if cfg!(not(target_arch = "wasm32")) {
        return None;
    }
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Keeps it; where the browser refuses (private windows), it is forgotten with the page.
pub fn remember(key: &str, value: &str) {
    if cfg!(not(target_arch = "wasm32")) {
        return;
    }
    if let Some(storage) = window().local_storage().ok().flatten() {
        let _ = storage.set_item(key, value);
    }
}

/// What a JavaScript exception says.
pub fn text(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |e| e.message().into())
}
