//! Files that come and go: weights saved and loaded, IDX files dropped onto the page.
use super::room::Room;
use crate::{
    nets::files::Kind,
    site::browser::text,
    workbench::protocol::{Message, Request},
};
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::FileList;

/// The largest file that is read: MNIST's largest is 47 MB unpacked.
const MOST: f64 = 256e6;

/// Reads files that were chosen or dropped; what each one is, its first bytes say.
pub fn take(room: Room, files: FileList) {
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        room.scope.spawn(async move {
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

/// Weights to the network, all else to the data; a file whose name promises weights is explained by whoever reads those.
pub fn hand_on(room: Room, name: String, bytes: Vec<u8>) {
    let weights = Kind::of(&bytes).is_some_and(Kind::is_of_weights) || name.ends_with(".safetensors");
    let request = if weights { Request::Load { name } } else { Request::Data { name } };
    room.send_with(Message::with(request, vec![bytes]));
}
