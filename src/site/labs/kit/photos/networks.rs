//! The networks that can be loaded: those whose weights the site has, and the reader's own files, with the memory that they need.
use super::{
    store::{Heard, Photos, Weights},
    topics::{Topic, Wish},
};
use crate::{
    site::{fetch, labs::kit::notes::Action},
    wire::Part,
    workbench::protocol::{
        DeviceChoice,
        photos::{Ask, LoadedNetwork},
    },
};
use leptos::prelude::*;
use serde::Deserialize;
use std::sync::Arc;
use web_sys::File;

/// The largest weight file in bytes: VGG-19's has 575 MB.
const MOST: f64 = 1e9;
/// From this size on, the reader is told the memory before a file is loaded.
const HEAVY: f64 = 200e6;

/// A line of the list that the build writes (script/finish-dist).
#[derive(Deserialize)]
struct Listed {
    file: String,
    bytes: usize,
}

/// Reads which weights the site has. Without the list there are none.
pub fn look_up(photos: Photos) {
    photos.connection.scope.spawn(async move {
        let read = |bytes: Vec<u8>| serde_json::from_slice::<Vec<Listed>>(&bytes).map_err(|e| format!("data/weights.json: {e}"));
        let listed = fetch::bytes("data/weights.json", |_| {}).await.and_then(read);
        let listed = listed.map_err(|error| photos.tell(error)).unwrap_or_default();
        photos.shelf.update(|shelf| {
            let shelf = shelf.get_or_insert_default();
            for Listed { file, bytes } in listed {
                let name = file.trim_end_matches(".safetensors").to_string();
                if shelf.iter().all(|weights| weights.name != name) {
                    shelf.push(Weights { name, file, bytes, own: false });
                }
            }
        });
    });
}

/// Takes the reader's own file. Its entries tell which network it fits.
pub fn take_weights(photos: Photos, file: File) {
    let (name, size) = (file.name(), file.size());
    if size > MOST {
        return photos.tell(format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, size / 1e6));
    }
    photos.files.update_value(|files| drop(files.insert(name.clone(), file.into())));
    if size > HEAVY {
        let text = format!("{name} has {}; to load it takes up to {}.", megabytes(size as u64), memory_to_load(size));
        let done = Arc::new({
            let name = name.clone();
            move || load_own(photos, name.clone(), None)
        });
        return photos.connection.notes.offer(text, Some(Action { kind: "load-own", about: name, text: "Load it", done }));
    }
    load_own(photos, name, None);
}

/// The wish for a network, or for the content of a reader's file, on this device.
pub fn wish(device: DeviceChoice) -> Wish {
    format!("{device:?}").into()
}

/// Loads the reader's own file into this network, or into the one that it fits.
pub fn load_own(photos: Photos, name: String, model: Option<String>) {
    let Some(file) = photos.files.with_value(|files| files.get(&name).cloned()) else { return };
    let device = untrack(|| photos.device());
    let ask = Ask::Load { model, file: name.clone(), device, usual: false };
    photos.ask(Topic::Load(name), wish(device), ask, vec![Part::File(file)]);
}

/// Loads a network again, so that it reads photos as usual, or as its weight file says.
pub fn read_as(photos: Photos, name: String, usual: bool) {
    photos.usual.update_value(|all| {
        all.remove(&name);
        all.extend(usual.then(|| name.clone()));
    });
    photos.wish(|wishes| wishes.forget(|topic| *topic == Topic::Load(name.clone())));
    photos.standing.update(|standing| drop(standing.remove(&name)));
}

/// The memory for loading a file of this size: its bytes, its tensors, and the network made of them are in memory at once.
pub fn memory_to_load(bytes: f64) -> String {
    format!("{} of memory", megabytes((3.0 * bytes) as u64))
}

/// A network has been loaded. If it came from the reader's own file, it is put on the shelf.
pub fn arrived(photos: Photos, topic: &Topic, found: LoadedNetwork) {
    let name = found.name.clone();
    let own = matches!(topic, Topic::Load(asked) if *asked == found.file);
    if own {
        if let Some(told) = &found.told {
            photos.connection.notes.tell(false, format!("{}: {told}.", found.file));
        }
        photos.usual.update_value(|usual| usual.retain(|other| *other != name));
        let weights = Weights { name: name.clone(), file: found.file.clone(), bytes: found.bytes, own: true };
        photos.shelf.update(|shelf| {
            let shelf = shelf.get_or_insert_default();
            // One file is one network. If it is now loaded as a twin, it is no longer the other network.
            shelf.retain(|known| known.name != weights.name && !(known.own && known.file == weights.file));
            shelf.push(weights);
        });
    }
    photos.told(Heard::Loaded(name.clone(), own));
    photos.standing.update(|standing| drop(standing.insert(name, found)));
}

/// Loads a chosen network that is not loaded on this device, unless it was refused there.
pub fn bring(photos: Photos, name: &str, device: DeviceChoice) {
    let Some(weights) = photos.shelf.with_untracked(|shelf| shelf.iter().flatten().find(|weights| weights.name == name).cloned()) else {
        return;
    };
    let (topic, wish) = (Topic::Load(name.into()), wish(device));
    if photos.wishes.with_untracked(|wishes| wishes.is_busy(&topic) || wishes.is_refused(&topic, &wish)) {
        return;
    }
    photos.wish(|wishes| wishes.seek(topic.clone(), wish.clone()));
    photos.connection.scope.spawn(async move {
        let read = match photos.files.with_value(|files| files.get(&weights.file).cloned()) {
            Some(file) if weights.own => Ok(file),
            _ => {
                let read = photos.connection.fetch("data/weights", &weights.file, &weights.file).await;
                photos.connection.fetching.set(None);
                read
            }
        };
        match read {
            Ok(file) => {
                let usual = photos.usual.with_value(|usual| usual.contains(&weights.name));
                let ask = Ask::Load { model: Some(weights.name), file: weights.file, device, usual };
                photos.ask(topic, wish, ask, vec![Part::File(file)]);
            }
            Err(error) => {
                photos.wish(|wishes| wishes.refuse(topic, wish));
                photos.tell(error);
            }
        }
    });
}

/// A number of bytes in megabytes.
pub fn megabytes(bytes: u64) -> String {
    let value = bytes as f64 / 1e6;
    if value < 9.95 { format!("{value:.1} MB") } else { format!("{value:.0} MB") }
}
