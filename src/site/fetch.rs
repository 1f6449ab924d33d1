//! Fetching files of the site, with progress in bytes.
use super::{browser::text, files};
use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamDefaultReader, Response};

/// The number of bytes of a file that the page holds before it hands them to the browser.
const HELD: u32 = 16_000_000;

/// How many bytes have arrived, and how many there are in all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// The bytes that have arrived.
    pub come: usize,
    /// The bytes in all; 0 if the server does not say.
    pub total: usize,
}

/// The likely reason why a file is missing that was there when the page was built.
pub const NEWER: &str = " There may be a new release of the book: please reload the page.";

/// The bytes at `path`, relative to the site's base. An error is a sentence.
pub async fn bytes(path: &str, progress: impl FnMut(Progress)) -> Result<Vec<u8>, String> {
    let mut all = vec![];
    pieces(path, progress, |piece| {
        all.extend(piece.to_vec());
        Ok(())
    })
    .await?;
    Ok(all)
}

/// The file at `path` as a blob, which the browser keeps. The page holds only a few bytes at a time.
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

/// Fetches `path` and passes it on in pieces.
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
    // Some servers answer every missing path with the start page.
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
