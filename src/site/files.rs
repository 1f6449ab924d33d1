//! The files of this release: the address of each carries the version of its content, which the build wrote into the page (src/bin/release).
use super::browser;
use js_sys::{Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use std::{collections::HashMap, sync::OnceLock};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

static VERSIONS: OnceLock<HashMap<String, String>> = OnceLock::new();

/// The version in which this release has the file at a path; None where the build did not find it.
fn version(path: &str) -> Option<&'static str> {
    let read = || {
        let list = document().get_element_by_id("files").and_then(|list| list.text_content());
        serde_json::from_str(&list.unwrap_or_default()).unwrap_or_default()
    };
    VERSIONS.get_or_init(read).get(path).map(String::as_str)
}

/// The whole address of the file at `path`, relative to the site's base.
pub fn address(path: &str) -> String {
    let base = browser::base_address();
    version(path).map_or_else(|| format!("{base}{path}"), |version| format!("{base}{path}?v={version}"))
}

/// The name of this release; empty where the page was not built as one.
pub fn release() -> String {
    document().get_element_by_id("files").and_then(|list| list.get_attribute("data-release")).unwrap_or_default()
}

/// Whether this release has a file at `path`: if it does not come, there is another release on the server.
pub fn names(path: &str) -> bool {
    version(path).is_some()
}

/// Whether these bytes are what this release has at `path`. Where the browser cannot tell (on an insecure address), they are taken to be.
pub async fn is_own(path: &str, bytes: &[u8]) -> bool {
    let (Some(version), Some(hash)) = (version(path), sha256(bytes).await) else { return true };
    hash.to_vec().iter().map(|byte| format!("{byte:02x}")).collect::<String>().starts_with(version)
}

async fn sha256(bytes: &[u8]) -> Option<Uint8Array> {
    // Asked for by name: on an insecure address `crypto.subtle` does not exist.
    let crypto = Reflect::get(&window(), &"crypto".into()).ok()?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
    let digest: js_sys::Function = Reflect::get(&subtle, &"digest".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = digest.call2(&subtle, &JsValue::from_str("SHA-256"), &Uint8Array::from(bytes)).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok().map(|buffer| Uint8Array::new(&buffer))
}
