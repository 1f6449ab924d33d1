//! Files that come and go: weights saved and loaded, IDX files dropped onto the page.
use super::room::Room;
use crate::{
    site::bench::text,
    workbench::protocol::{Message, Request},
};
use js_sys::{Array, Uint8Array};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileList, HtmlAnchorElement, Url};

/// The largest file that is read: MNIST's largest is 47 MB unpacked.
const MOST: f64 = 256e6;

/// Hands the reader a file.
pub fn download(name: &str, bytes: &[u8]) -> Result<(), String> {
    let save = || -> Result<(), JsValue> {
        let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        link.set_href(&address);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&address)
    };
    save().map_err(|e| format!("{name} cannot be saved: {}", text(&e)))
}

/// Reads files that were chosen or dropped; what each one is, its name and its first bytes say.
pub fn take(room: Room, files: FileList) {
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        spawn_local(async move {
            let name = file.name();
            if file.size() > MOST {
                room.tell(true, format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
                return;
            }
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => hand_on(room, name, Uint8Array::new(&buffer).to_vec()),
                Err(error) => room.tell(true, format!("{name} cannot be read: {}", text(&error))),
            }
        });
    }
}

/// Weights to the network, all else to the data.
pub fn hand_on(room: Room, name: String, bytes: Vec<u8>) {
    let request = if name.ends_with(".safetensors") { Request::Load { name } } else { Request::Data { name } };
    room.send_with(Message::with(request, vec![bytes]));
}
