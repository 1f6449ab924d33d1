//! The networks on offer: those whose weights the site has, and the reader's own files; with the memory they need, before they are loaded.
use super::room::{Note, Offer, Room, Topic, Weights};
use crate::{
    site::{
        browser, fetch,
        machine::Machine,
        widgets::{
            choice::Choice,
            erased::{hear, part, press, say, when},
        },
    },
    wire::Part,
    workbench::protocol::{
        DeviceChoice,
        photos::{Ask, Standing},
    },
};
use leptos::{ev, prelude::*};
use leptos_router::components::A;
use serde::Deserialize;
use web_sys::File;

/// The largest weight file: VGG-19's has 575 MB.
const MOST: f64 = 1e9;
/// From this on the memory is told before a file is loaded.
const HEAVY: f64 = 200e6;

/// A line of the list that the build writes (script/finish-dist).
#[derive(Deserialize)]
struct Listed {
    file: String,
    bytes: usize,
}

/// Reads which weights lie beside the site; without the list there are none.
pub fn look_up(room: Room) {
    room.scope.spawn(async move {
        let listed = match fetch::bytes("data/weights.json", |_| {}).await {
            Ok(bytes) => serde_json::from_slice::<Vec<Listed>>(&bytes).map_err(|e| format!("data/weights.json: {e}")),
            Err(error) => Err(error),
        };
        match listed {
            Ok(listed) => room.shelf.update(|shelf| {
                for Listed { file, bytes } in listed {
                    let name = file.trim_end_matches(".safetensors").to_string();
                    if shelf.iter().all(|weights| weights.name != name) {
                        shelf.push(Weights { name, file, bytes, own: false });
                    }
                }
            }),
            Err(error) => room.tell(error),
        }
        room.shelf_known.set(true);
    });
}

/// The reader's own file: which network it is, its entries tell.
pub fn take_file(room: Room, file: File) {
    let name = file.name();
    if file.size() > MOST {
        return room.tell(format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
    }
    let size = file.size();
    room.files.update_value(|files| drop(files.insert(name.clone(), file.into())));
    if size > HEAVY {
        let text = format!("{name} has {}; to load it takes up to {}.", megabytes(size as u64), memory_to_load(size));
        return room.note(Note { text, offer: Offer::Load(name) });
    }
    load_own(room, name, None);
}

/// The reader's own file into this network, or into the one whose weights it holds.
pub fn load_own(room: Room, name: String, model: Option<String>) {
    let Some(file) = room.files.with_value(|files| files.get(&name).cloned()) else { return };
    let device = untrack(|| room.device());
    let ask = Ask::Load { model, file: name.clone(), device };
    room.ask(Topic::Load(name.clone()), format!("{name} {device:?}"), ask, vec![Part::File(file)]);
}

/// Of a file with so many bytes: they, the tensors read from them and the network made of these are there at once.
pub fn memory_to_load(bytes: f64) -> String {
    format!("{} of memory", megabytes((3.0 * bytes) as u64))
}

/// A heavy file, after its memory was told.
pub fn load_offered(room: Room, file: String) -> AnyView {
    let done = move || {
        room.notes.update(|notes| notes.retain(|note| note.offer != Offer::Load(file.clone())));
        load_own(room, file.clone(), None);
    };
    view! { <button class="load-own" on:click=press(done)>"Load it"</button> }.into_any()
}

/// A network stands: one that came from the reader's own file takes its place on the shelf, and is chosen.
pub fn arrived(room: Room, topic: &Topic, found: &Standing) {
    if !matches!(topic, Topic::Load(asked) if *asked == found.file) {
        return;
    }
    let weights = Weights { name: found.name.clone(), file: found.file.clone(), bytes: found.bytes, own: true };
    room.shelf.update(|shelf| {
        // One file is one network: as a twin's it is no longer the other's.
        shelf.retain(|known| known.name != weights.name && !(known.own && known.file == weights.file));
        shelf.push(weights);
    });
    let names = untrack(|| room.names());
    room.settings.commit(|s| {
        if !s.chosen(&names).contains(&found.name) {
            s.toggle(&found.name, &names);
        }
    });
}

/// Loads a network that is chosen and does not stand on this device, unless it was refused there.
pub fn bring(room: Room, name: &str, device: DeviceChoice) {
    let Some(weights) = room.shelf.with_untracked(|shelf| shelf.iter().find(|weights| weights.name == name).cloned()) else { return };
    let key = format!("{name} {device:?}");
    let busy = room.is_asked(&Topic::Load(name.into())) || room.bringing.with_value(|bringing| bringing.contains(name));
    if busy || room.refused.with_value(|refused| refused.contains(&key)) {
        return;
    }
    room.bringing.update_value(|bringing| bringing.extend([name.to_string()]));
    room.scope.spawn(async move {
        let read = match room.files.with_value(|files| files.get(&weights.file).cloned()) {
            Some(file) if weights.own => Ok(file),
            _ => {
                let path = format!("data/weights/{}", weights.file);
                let read = fetch::file(&path, |progress| room.fetching.set(Some((weights.file.clone(), progress)))).await;
                room.fetching.set(None);
                read
            }
        };
        room.bringing.update_value(|bringing| bringing.retain(|name| *name != weights.name));
        match read {
            Ok(file) => {
                let ask = Ask::Load { model: Some(weights.name.clone()), file: weights.file.clone(), device };
                room.ask(Topic::Load(weights.name), key, ask, vec![Part::File(file)]);
                room.turn.update(|turn| *turn += 1);
            }
            Err(error) => {
                room.refused.update_value(|refused| refused.extend([key]));
                room.tell(error);
            }
        }
    });
}

pub fn megabytes(bytes: u64) -> String {
    let value = bytes as f64 / 1e6;
    if value < 9.95 { format!("{value:.1} MB") } else { format!("{value:.0} MB") }
}

/// One network: chosen or not, and what it takes.
fn line(room: Room, weights: Weights) -> AnyView {
    let name = weights.name.clone();
    let chosen = {
        let name = name.clone();
        move || room.settings.with(|s| s.chosen(&room.names()).contains(&name))
    };
    let toggle = {
        let name = name.clone();
        move |_: ev::Event| {
            let names = untrack(|| room.names());
            room.refused.update_value(|refused| refused.retain(|key| !key.starts_with(&format!("{name} "))));
            room.settings.commit(|s| s.toggle(&name, &names));
        }
    };
    let (key, id) = (name.clone(), format!("network-{name}"));
    let title = move || room.zoo.with(|zoo| zoo.get(&key).map_or(key.clone(), |entry| entry.title.clone()));
    let key = name.clone();
    let costs = move || {
        let needs = room.zoo.with(|zoo| zoo.get(&key).map(|entry| megabytes(entry.memory)));
        let needs = needs.map_or(String::new(), |bytes| format!(", needs {bytes} of memory"));
        let own = if weights.own { ", yours" } else { "" };
        format!("file {}{needs}{own}", megabytes(weights.bytes as u64))
    };
    view! {
        <li>
            <label>
                <input type="checkbox" id=id name=name.clone() prop:checked=when(chosen) on:change=hear(toggle) />
                <span><strong>{say(title)}</strong><span class="note">{say(costs)}</span></span>
            </label>
        </li>
    }
    .into_any()
}

pub fn shelf(room: Room) -> AnyView {
    let lines = move || {
        let shelf = room.shelf.get();
        if shelf.is_empty() && room.shelf_known.get() {
            return view! {
                <li class="note" id="no-weights">
                    "This site has no weights. Whoever runs it adds EfficientNet-Lite0 with script/data and script/weights; your own files work without."
                </li>
            }
            .into_any();
        }
        shelf.into_iter().map(|weights| line(room, weights)).collect_view().into_any()
    };
    let devices = Signal::derive(move || room.machine.with(Machine::devices));
    let chosen = hear(move |event: ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        super::source::take_files(room, input.files());
        input.set_value("");
    });
    let device = move |value: String| room.settings.commit(|s| s.device = value);
    view! {
        <div class="shelf">
            <h2>"Networks"</h2>
            <ul id="networks">{part(lines)}</ul>
            <div class="bar">
                <label class="file button">"Add weights" <input id="weights-file" type="file" multiple accept=".safetensors,.pth,.pt,.th,.bin,.ckpt" on:change=chosen /></label>
                <A href=browser::link("/lab/zoo")>"All networks, and where their weights are"</A>
            </div>
            <p class="note">"A network has the weights that it was published with, or yours: safetensors or PyTorch’s .pth, dropped here or chosen. Whose weights they are is seen from their names and shapes. Nothing leaves this machine."</p>
            <Choice id="device" label="Device" value=Signal::derive(move || room.settings.with(|s| s.device.clone())) options=devices choose=device />
        </div>
    }
    .into_any()
}

/// After a refusal: all on the CPU.
pub fn on_cpu(room: Room) -> AnyView {
    let done = move || {
        room.notes.update(|notes| notes.retain(|note| note.offer != Offer::Cpu));
        room.settings.commit(|s| s.device = "cpu".into());
    };
    view! { <button id="use-cpu" on:click=press(done)>"Use the CPU"</button> }.into_any()
}
