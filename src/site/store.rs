//! Files that this browser keeps for the reader in its cache storage, until the reader or the browser deletes them. (`browser::remember` keeps text.)
use super::browser;
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Response};

/// The name of the cache. It differs from those of releases, which the service worker deletes.
const CACHE: &str = "kept";

/// The reason why nothing was kept, in words.
fn failed(error: JsValue) -> String {
    format!("This browser keeps no files for the site: {}", browser::text(&error))
}

async fn open() -> Result<Cache, String> {
    if cfg!(not(target_arch = "wasm32")) {
        return Err("Only a browser keeps files for the site.".into());
    }
    // On an insecure address there is no cache storage.
    let caches = window().caches().ok().filter(|caches| caches.is_object());
    let caches = caches.ok_or("This browser keeps no files for the site, since its address is not a secure one.")?;
    JsFuture::from(caches.open(CACHE)).await.map(JsCast::unchecked_into).map_err(failed)
}

/// The file's address in the cache. Nothing is ever fetched from it.
fn address(name: &str) -> String {
    format!("{}kept/{name}", browser::base_address())
}

/// Keeps a file under this name, and replaces an earlier one.
pub async fn put(name: &str, file: &[u8]) -> Result<(), String> {
    let cache = open().await?;
    let response = Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(file))).map_err(failed)?;
    JsFuture::from(cache.put_with_str(&address(name), &response)).await.map(drop).map_err(failed)
}

/// The bytes of the file with this name, if there is one.
pub async fn get(name: &str) -> Option<Vec<u8>> {
    let found: Response = JsFuture::from(open().await.ok()?.match_with_str(&address(name))).await.ok()?.dyn_into().ok()?;
    let bytes = JsFuture::from(found.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// Deletes the file with this name.
pub async fn forget(name: &str) {
    if let Ok(cache) = open().await {
        let _ = JsFuture::from(cache.delete_with_str(&address(name))).await;
    }
}

/// Throws all of them away.
pub async fn clear() {
    if cfg!(target_arch = "wasm32")
        && let Ok(caches) = window().caches()
        && caches.is_object()
    {
        let _ = JsFuture::from(caches.delete(CACHE)).await;
    }
}
