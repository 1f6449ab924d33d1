//! Files that a reader brings to the training lab: digits, weights of its network, and a digit's photo, which is laid on the pad.
use crate::{
    site::{
        labs::kit::{connection::Connection, files::Takes},
        widgets::{decode::decoded, digit::digit, pad},
    },
    vision::{Ink, files::Purpose},
    workbench::protocol::Request,
};
use leptos::prelude::*;
use web_sys::Blob;

/// The longest side to which the browser decodes a photo: the pad's, four times over.
const LONGEST: u32 = 4 * pad::PIXELS;

/// What the lab takes. `laid` is what lies on the pad.
pub fn takes(connection: Connection, laid: RwSignal<Option<Vec<f32>>>) -> Takes {
    let picture = Callback::new(move |(name, file): (String, Blob)| {
        connection.scope.spawn(async move {
            let found = match decoded(&name, &file, LONGEST).await {
                Ok(pixels) => digit(pixels, pad::PIXELS as usize).map_err(|why| format!("{name}: {why}")),
                Err(error) => Err(error),
            };
            match found {
                Ok(Ink { values, is_dark }) => {
                    laid.set(Some(values));
                    let inverted = if is_dark { "dark on light, so it was inverted" } else { "light on dark, as MNIST's digits are" };
                    connection.notes.tell(false, format!("{name} lies on the pad: its ink is {inverted}."));
                }
                Err(error) => connection.notes.tell(true, error),
            }
        });
    });
    let asks = |purpose, name| match purpose {
        Purpose::Digits => Some(Request::Data { name }),
        Purpose::Weights => Some(Request::Load { name }),
        _ => None,
    };
    Takes { what: "digits of MNIST, weights of LeNet-5 (safetensors or PyTorch's), or a photo of a digit", asks, picture: Some(picture) }
}
