//! Files of the site itself, fetched with progress in bytes.
use super::{browser::text, files};
use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamDefaultReader, Response};

/// Bytes of a file that the page holds before the browser keeps them.
const HELD: u32 = 16_000_000;

/// Bytes that have come, and how many there will be; 0 where the server does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Bytes that have come.
    pub come: usize,
    /// Bytes in all; 0 where unknown.
    pub total: usize,
}

/// What a missing file may mean that was there when the page was built.
pub const NEWER: &str = " There may be a new release of the book: please reload the page.";

/// The bytes at `path`, relative to the site's base; an error is a sentence.
pub async fn bytes(path: &str, progress: impl FnMut(Progress)) -> Result<Vec<u8>, String> {
    let mut all = vec![];
    pieces(path, progress, |piece| {
        all.extend(piece.to_vec());
        Ok(())
    })
    .await?;
    Ok(all)
}

/// The same as a file that the browser keeps: its bytes are read by whoever gets it, and the page holds a few of them at a time.
pub async fn file(path: &str, progress: impl FnMut(Progress)) -> Result<Blob, String> {
    let kept = |come: &[JsValue]| Blob::new_with_blob_sequence(&come.iter().collect::<Array>());
    let (mut come, mut held) = (vec![], 0);
    pieces(path, progress, |piece| {
        held += piece.length();
        come.push(piece.into());
        if held >= HELD {
            held = 0;
            come = vec![kept(&come)?.into()];
        }
        Ok(())
    })
    .await?;
    kept(&come).map_err(|error| format!("{path} could not be kept: {}", text(&error)))
}

/// Fetches `path` and hands on piece by piece.
async fn pieces(
    path: &str,
    mut progress: impl FnMut(Progress),
    mut take: impl FnMut(Uint8Array) -> Result<(), JsValue>,
) -> Result<(), String> {
    if cfg!(not(target_arch = "wasm32")) {
        return Err(format!("{path} could not be fetched: there is no browser."));
    }
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
    let mut come = 0;
    loop {
        let turn = JsFuture::from(reader.read()).await.map_err(failed)?;
        if Reflect::get(&turn, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(());
        }
        let piece: Uint8Array = Reflect::get(&turn, &"value".into()).map_err(failed)?.unchecked_into();
        come += piece.length() as usize;
        take(piece).map_err(failed)?;
        progress(Progress { come, total });
    }
}
