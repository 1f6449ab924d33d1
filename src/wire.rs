//! Messages between a page and a worker: an array of the question's number, the body as JSON, and the buffers. Bytes are transferred. A
//! file is sent as it is, and only the worker reads it.
use js_sys::{Array, ArrayBuffer, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};
use workbench::protocol::Message;

/// The number of bytes of a file that are read at once.
const PIECE: f64 = 16e6;

/// A buffer or file that a page sends with a request.
#[derive(Clone, Debug)]
pub enum Part {
    /// A buffer. It is copied into an `ArrayBuffer`, which is transferred.
    Bytes(Vec<u8>),
    /// A file of the reader's, or one from the network. The page need not hold its bytes.
    File(Blob),
}

impl From<Vec<u8>> for Part {
    fn from(bytes: Vec<u8>) -> Part {
        Part::Bytes(bytes)
    }
}

/// The message as JavaScript values, and those of them that are transferred.
pub fn parts<T: Serialize, B: Clone + Into<Part>>(message: &Message<T, B>) -> Result<(Array, Array), String> {
    let body = serde_json::to_string(&message.body).map_err(|error| error.to_string())?;
    let (parts, transfer) = (Array::of2(&message.question.into(), &body.into()), Array::new());
    for buffer in message.buffers.iter().cloned() {
        match buffer.into() {
            Part::Bytes(bytes) => {
                let buffer: ArrayBuffer = Uint8Array::from(&bytes[..]).buffer();
                parts.push(&buffer);
                transfer.push(&buffer);
            }
            Part::File(file) => drop(parts.push(&file)),
        }
    }
    Ok((parts, transfer))
}

/// The question's number in a message, even if the rest of the message is not valid.
pub fn question(data: &JsValue) -> u32 {
    data.dyn_ref::<Array>().and_then(|parts| parts.get(0).as_f64()).map_or(0, |number| number as u32)
}

/// Reads a message. Files are read here, which is allowed only in a worker.
pub fn message<T: DeserializeOwned>(data: &JsValue) -> Result<Message<T>, String> {
    let parts: &Array = data.dyn_ref().ok_or("expected an array of a number, a body and its buffers")?;
    let body = parts.get(1).as_string().ok_or("expected a body as JSON text")?;
    let body = serde_json::from_str(&body).map_err(|error| format!("{body:?} was not understood: {error}"))?;
    let buffers = parts.iter().skip(2).map(|part| match part.dyn_ref::<Blob>() {
        Some(file) => read(file),
        None => Ok(Uint8Array::new(&part).to_vec()),
    });
    Ok(Message::with(body, buffers.collect::<Result<_, _>>()?).numbered(question(data)))
}

/// The bytes of a file, read in pieces, so that a large file is never in memory twice.
fn read(file: &Blob) -> Result<Vec<u8>, String> {
    let size = file.size();
    let failed = |error: JsValue| {
        format!(
            "the file cannot be read: {}",
            error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |e| e.message().into())
        )
    };
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(size as usize)
        .map_err(|_| format!("the file's {:.0} MB do not fit into the memory that is left", size / 1e6))?;
    let reader = FileReaderSync::new().map_err(failed)?;
    let mut from = 0.0;
    while from < size {
        let piece = file.slice_with_f64_and_f64(from, from + PIECE).map_err(failed)?;
        let piece = Uint8Array::new(&reader.read_as_array_buffer(&piece).map_err(failed)?.into());
        let end = bytes.len();
        bytes.resize(end + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[end..]);
        from += PIECE;
    }
    Ok(bytes)
}
