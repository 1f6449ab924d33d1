//! Access to the browser besides the DOM: the base path, the title, files, the clipboard, remembered values.
use crate::vision::files::{Kind, Purpose};
use js_sys::{Array, Uint8Array};
use leptos::{ev, prelude::*};
use std::{
    sync::LazyLock,
    time::{Instant, SystemTime},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Storage, Url};

/// The base address of the site, with a trailing slash. Relative addresses start from it.
pub fn base_address() -> String {
    document().base_uri().ok().flatten().unwrap_or_else(|| "/".into())
}

/// The path of the site without a trailing slash: `""` or `"/x"`.
pub fn base_path() -> String {
    web_sys::Url::new(&base_address()).map(|url| url.pathname().trim_end_matches('/').to_string()).unwrap_or_default()
}

/// The address of a page of the site, such as `/lab/train`, wherever the site is served.
pub fn link(page: &str) -> String {
    format!("{}{page}", base_path())
}

/// Takes the slash from the end of the page's address, which a host adds whose page is a folder with a file.
pub fn without_last_slash() {
    let (Ok(path), Ok(history)) = (window().location().pathname(), window().history()) else { return };
    let Some(short) = path.strip_suffix('/').filter(|short| *short != base_path()) else { return };
    let rest = [window().location().search(), window().location().hash()].map(Result::unwrap_or_default).concat();
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{short}{rest}")));
}

/// Sets the page's title in the browser's tab and history.
pub fn title(page: &str) {
    document().set_title(&if page.is_empty() { "Receptive".to_string() } else { format!("{page} · Receptive") });
}

/// The time in milliseconds since any fixed moment.
pub fn clock() -> f64 {
    if cfg!(target_arch = "wasm32") {
        return window().performance().map_or_else(js_sys::Date::now, |p| p.now());
    }
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    1e3 * START.elapsed().as_secs_f64()
}

/// Milliseconds since 1970, as far as the machine's clock is right.
pub fn now() -> f64 {
    if cfg!(target_arch = "wasm32") {
        return js_sys::Date::now();
    }
    1e3 * SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs_f64()
}

/// All elements inside this one that match a selector, in the order of the page.
pub fn all(element: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = element.query_selector_all(selector) else { return vec![] };
    (0..found.length()).filter_map(|i| found.item(i)?.dyn_into().ok()).collect()
}

/// The first `most` bytes of a file. An error is a sentence.
pub async fn head(name: &str, file: &Blob, most: f64) -> Result<Vec<u8>, String> {
    let failed = |error: JsValue| format!("{name} cannot be read: {}", text(&error));
    let head = file.slice_with_f64_and_f64(0.0, most).map_err(failed)?;
    Ok(Uint8Array::new(&JsFuture::from(head.array_buffer()).await.map_err(failed)?).to_vec())
}

/// The kind of a file, by its first bytes. An error is a sentence.
pub async fn kind(name: &str, file: &Blob) -> Result<Option<Kind>, String> {
    Ok(Kind::of_head(&head(name, file, 1e6).await?, file.size() as u64))
}

/// What a file is for, by its content; an error is a sentence that says what was expected, and what the file is.
pub async fn purpose(name: &str, file: &Blob, expected: &str) -> Result<Purpose, String> {
    let head = head(name, file, 1e6).await?;
    Purpose::of_head(&head, file.size() as u64).map_err(|found| format!("{name}: expected {expected}, found {found}"))
}

/// Offers the reader a file to save. An error is a sentence.
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

/// Offers an address to save, such as that of a picture in a data URL.
pub fn offer_address(name: &str, address: &str) {
    if let Ok(link) = document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(address);
        link.set_download(name);
        link.click();
    }
}

/// Puts text on the clipboard. Returns false if the browser does not allow it.
pub async fn copy(words: String) -> bool {
    // The property is read by name, since `navigator.clipboard` does not exist on an insecure address.
    let navigator: JsValue = window().navigator().into();
    let Ok(clipboard) = js_sys::Reflect::get(&navigator, &"clipboard".into()) else { return false };
    let Ok(write) = js_sys::Reflect::get(&clipboard, &"writeText".into()) else { return false };
    let Some(write) = write.dyn_ref::<js_sys::Function>() else { return false };
    match write.call1(&clipboard, &words.into()).and_then(|p| p.dyn_into::<js_sys::Promise>()) {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

/// None where the browser refuses (private windows), and natively.
fn storage() -> Option<Storage> {
    if cfg!(not(target_arch = "wasm32")) {
        return None;
    }
    window().local_storage().ok().flatten()
}

/// The value that the browser remembers under this key.
pub fn remembered(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// The keys under which it keeps something, of those that begin so.
pub fn remembered_keys(beginning: &str) -> Vec<String> {
    let Some(storage) = storage() else { return vec![] };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|place| storage.key(place).ok().flatten());
    keys.filter(|key| key.starts_with(beginning)).collect()
}

/// Keeps it; where the browser refuses, it is forgotten with the page. All tabs share it: what is not one choice of the reader's but a collection is joined
/// with what is there.
pub fn remember(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Keeps nothing under this key any more.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// Acts when another tab has changed what is kept under this key, as long as the part of the page is there that is being made.
pub fn when_remembered(key: &'static str, act: impl Fn(Option<String>) + 'static) {
    if cfg!(not(target_arch = "wasm32")) {
        return;
    }
    let heard = window_event_listener(ev::storage, move |event| {
        // Without a key everything was cleared.
        if event.key().is_none_or(|changed| changed == key) {
            act(remembered(key));
        }
    });
    on_cleanup(move || heard.remove());
}

/// The text of a JavaScript exception.
pub fn text(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |e| e.message().into())
}
