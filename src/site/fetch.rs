//! Files of the site itself, fetched with progress in bytes.
use super::{browser::text, files};
use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

/// Bytes that have come, and how many there will be; 0 where the server does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    pub come: usize,
    pub total: usize,
}

/// What a missing file may mean that was there when the page was built.
pub const NEWER: &str = " There may be a new release of the book: please reload the page.";

/// The bytes at `path`, relative to the site's base; an error is a sentence.
pub async fn bytes(path: &str, mut progress: impl FnMut(Progress)) -> Result<Vec<u8>, String> {
    let failed = |e: JsValue| format!("{path} could not be fetched: {}", text(&e));
    let response: Response = JsFuture::from(window().fetch_with_str(&files::address(path))).await.map_err(failed)?.unchecked_into();
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    // Some servers answer every path with the start page.
    if !response.ok() || kind.starts_with("text/html") {
        return Err(format!(
            "{path} is not on this server (it answered {}).{}",
            if response.ok() { "with a page".into() } else { response.status().to_string() },
            if files::names(path) { NEWER } else { "" }
        ));
    }
    let total = response.headers().get("content-length").ok().flatten().and_then(|n| n.parse().ok()).unwrap_or(0);
    let Some(body) = response.body() else { return Err(format!("{path} came without a body.")) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut all = Vec::with_capacity(total);
    loop {
        let turn = JsFuture::from(reader.read()).await.map_err(failed)?;
        if Reflect::get(&turn, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(all);
        }
        let piece: Uint8Array = Reflect::get(&turn, &"value".into()).map_err(failed)?.unchecked_into();
        all.extend(piece.to_vec());
        progress(Progress { come: all.len(), total });
    }
}
