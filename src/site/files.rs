//! The files of this release. Each address contains the version of its content, which the build wrote into the page (src/bin/release).
use super::browser;
use js_sys::{Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use std::{collections::HashMap, sync::OnceLock};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

static VERSIONS: OnceLock<HashMap<String, String>> = OnceLock::new();

/// The version of the file at a path in this release. None if the build did not find it.
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

/// The name of this release. Empty if the page was not built as a release.
pub fn release() -> String {
    document().get_element_by_id("files").and_then(|list| list.get_attribute("data-release")).unwrap_or_default()
}

/// Whether this release has a file at `path`. If such a file is missing, the server has another release.
pub fn names(path: &str) -> bool {
    version(path).is_some()
}

/// Whether these bytes are the file at `path` in this release. If the browser cannot tell (on an insecure address), the answer is yes.
pub async fn is_own(path: &str, bytes: &[u8]) -> bool {
    let (Some(version), Some(hash)) = (version(path), sha256(bytes).await) else { return true };
    hash.to_vec().iter().map(|byte| format!("{byte:02x}")).collect::<String>().starts_with(version)
}

async fn sha256(bytes: &[u8]) -> Option<Uint8Array> {
    // The property is read by name, since `crypto.subtle` does not exist on an insecure address.
    let crypto = Reflect::get(&window(), &"crypto".into()).ok()?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
    let digest: js_sys::Function = Reflect::get(&subtle, &"digest".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = digest.call2(&subtle, &JsValue::from_str("SHA-256"), &Uint8Array::from(bytes)).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok().map(|buffer| Uint8Array::new(&buffer))
}
