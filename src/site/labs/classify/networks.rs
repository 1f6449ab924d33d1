//! The networks that can be loaded: those whose weights the site has, and the reader's own files, with the memory that they need.
use super::{
    controls::Settings,
    state::{Topic, Weights, Wish},
    store::Store,
};
use crate::{
    site::{fetch, labs::kit::notes::Action, url::UrlState},
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
pub fn look_up(store: Store) {
    store.connection.scope.spawn(async move {
        let read = |bytes: Vec<u8>| serde_json::from_slice::<Vec<Listed>>(&bytes).map_err(|e| format!("data/weights.json: {e}"));
        let listed = fetch::bytes("data/weights.json", |_| {}).await.and_then(read);
        let listed = listed.map_err(|error| store.tell(error)).unwrap_or_default();
        store.shelf.update(|shelf| {
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
pub fn take_weights(store: Store, file: File) {
    let (name, size) = (file.name(), file.size());
    if size > MOST {
        return store.tell(format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, size / 1e6));
    }
    store.files.update_value(|files| drop(files.insert(name.clone(), file.into())));
    if size > HEAVY {
        let text = format!("{name} has {}; to load it takes up to {}.", megabytes(size as u64), memory_to_load(size));
        let done = Arc::new({
            let name = name.clone();
            move || load_own(store, name.clone(), None)
        });
        return store.connection.notes.offer(text, Some(Action { kind: "load-own", about: name, text: "Load it", done }));
    }
    load_own(store, name, None);
}

/// The wish for a network, or for the content of a reader's file, on this device.
pub fn wish(device: DeviceChoice) -> Wish {
    format!("{device:?}").into()
}

/// Loads the reader's own file into this network, or into the one that it fits.
pub fn load_own(store: Store, name: String, model: Option<String>) {
    let Some(file) = store.files.with_value(|files| files.get(&name).cloned()) else { return };
    let device = untrack(|| store.device());
    let ask = Ask::Load { model, file: name.clone(), device };
    store.ask(Topic::Load(name), wish(device), ask, vec![Part::File(file)]);
}

/// The memory for loading a file of this size: its bytes, its tensors, and the network made of them are in memory at once.
pub fn memory_to_load(bytes: f64) -> String {
    format!("{} of memory", megabytes((3.0 * bytes) as u64))
}

/// A network has been loaded. If it came from the reader's own file, it is put on the shelf and chosen.
pub fn arrived(store: Store, settings: UrlState<Settings>, topic: &Topic, found: &LoadedNetwork) {
    if !matches!(topic, Topic::Load(asked) if *asked == found.file) {
        return;
    }
    if let Some(told) = &found.told {
        store.connection.notes.tell(false, format!("{}: {told}.", found.file));
    }
    let weights = Weights { name: found.name.clone(), file: found.file.clone(), bytes: found.bytes, own: true };
    store.shelf.update(|shelf| {
        let shelf = shelf.get_or_insert_default();
        // One file is one network. If it is now loaded as a twin, it is no longer the other network.
        shelf.retain(|known| known.name != weights.name && !(known.own && known.file == weights.file));
        shelf.push(weights);
    });
    let names = untrack(|| store.names());
    settings.commit(|s| {
        if !s.chosen(&names).contains(&found.name) {
            s.toggle(&found.name, &names);
        }
    });
}

/// Loads a chosen network that is not loaded on this device, unless it was refused there.
pub fn bring(store: Store, name: &str, device: DeviceChoice) {
    let Some(weights) = store.shelf.with_untracked(|shelf| shelf.iter().flatten().find(|weights| weights.name == name).cloned()) else {
        return;
    };
    let (topic, wish) = (Topic::Load(name.into()), wish(device));
    if store.wishes.with_untracked(|wishes| wishes.is_busy(&topic) || wishes.is_refused(&topic, &wish)) {
        return;
    }
    store.wish(|wishes| wishes.seek(topic.clone(), wish.clone()));
    store.connection.scope.spawn(async move {
        let read = match store.files.with_value(|files| files.get(&weights.file).cloned()) {
            Some(file) if weights.own => Ok(file),
            _ => {
                let read = store.connection.fetch("data/weights", &weights.file, &weights.file).await;
                store.connection.fetching.set(None);
                read
            }
        };
        match read {
            Ok(file) => {
                let ask = Ask::Load { model: Some(weights.name), file: weights.file, device };
                store.ask(topic, wish, ask, vec![Part::File(file)]);
            }
            Err(error) => {
                store.wish(|wishes| wishes.refuse(topic, wish));
                store.tell(error);
            }
        }
    });
}

pub fn megabytes(bytes: u64) -> String {
    let value = bytes as f64 / 1e6;
    if value < 9.95 { format!("{value:.1} MB") } else { format!("{value:.0} MB") }
}
