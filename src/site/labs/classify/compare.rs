//! The networks compared: photos that the reader gives, one after another through all loaded networks, and the tables of what they saw.
use super::{
    compared::{add, networks, photos},
    store::Store,
};
use crate::{
    site::{
        browser, fetch,
        labs::kit::photos::{samples::SAMPLES, topics::Topic},
        widgets::{
            data_table::DataTable,
            erased::{flag, on_click, on_event, part, text},
        },
    },
    wire::Part,
    workbench::protocol::photos::{Ask, Compared, LoadedNetwork},
};
use leptos::{ev, prelude::*};
use web_sys::HtmlInputElement;

/// The largest photo file in bytes.
const MOST: f64 = 200e6;

/// The chosen networks that are loaded, in the order of the shelf.
fn loaded(store: Store) -> Vec<LoadedNetwork> {
    let chosen = store.chosen();
    store.standing.with(|standing| chosen.iter().filter_map(|name| standing.get(name).cloned()).collect())
}

fn tables(store: Store) -> Vec<DataTable> {
    let loaded = loaded(store);
    store.seen.with(|seen| [networks(seen, &loaded), photos(seen, &loaded)].into_iter().flatten().collect())
}

/// Asks for the next photo that waits, one at a time, so that everything else is answered between.
pub fn next(store: Store) {
    if store.wishes.with_untracked(|wishes| wishes.is_under_way(&Topic::Compare)) {
        return;
    }
    let photo = store.waiting.try_update(|waiting| waiting.pop_front()).flatten();
    if let Some((file, bytes)) = photo {
        store.ask(Topic::Compare, file.clone(), Ask::Compare { file }, vec![bytes]);
    }
}

/// Lets photos wait to be compared on.
pub fn take(store: Store, photos: impl IntoIterator<Item = (String, Part)>) {
    store.waiting.update(|waiting| waiting.extend(photos));
    next(store);
}

/// What all loaded networks saw in a photo.
pub fn arrived(store: Store, photo: String, found: Vec<Compared>) {
    store.seen.update(|seen| add(seen, photo, found));
    next(store);
}

/// The photos of the site.
fn samples(store: Store) {
    store.connection.scope.spawn(async move {
        for sample in &SAMPLES {
            let file = format!("{}.png", sample.key);
            match fetch::file(&format!("data/photos/{file}"), |_| {}).await {
                Ok(photo) => take(store, [(file, Part::File(photo))]),
                Err(error) => return store.tell(error),
            }
        }
    });
}

fn chosen(store: Store, event: &ev::Event) {
    let input = event_target::<HtmlInputElement>(event);
    let files = input.files();
    let files = files.iter().flat_map(|files| (0..files.length()).filter_map(|at| files.get(at)));
    let (photos, large): (Vec<_>, Vec<_>) = files.partition(|file| file.size() <= MOST);
    for file in large {
        store.tell(format!("{}: expected at most {:.0} MB, found {:.0} MB", file.name(), MOST / 1e6, file.size() / 1e6));
    }
    take(store, photos.into_iter().map(|file| (file.name(), Part::File(file.into()))));
    input.set_value("");
}

pub fn compare(store: Store) -> AnyView {
    let few = move || loaded(store).len() < 2;
    let save = move || {
        let csv = untrack(|| tables(store)).iter().map(DataTable::to_csv).collect::<Vec<_>>().join("\r\n");
        if let Err(error) = browser::offer("networks-compared.csv", "text/csv", csv.as_bytes()) {
            store.tell(error);
        }
    };
    let forget = move || {
        store.waiting.update(|waiting| waiting.clear());
        store.seen.set(vec![]);
    };
    let state = move || {
        let waiting = store.waiting.with(|waiting| waiting.len());
        let reading =
            store.wishes.with(|wishes| wishes.under_way().find(|(topic, _)| *topic == Topic::Compare).map(|(_, wish)| wish.key.clone()));
        match reading {
            Some(file) if waiting > 0 => format!("Reading {file}; {waiting} more wait."),
            Some(file) => format!("Reading {file}."),
            None if few() => "Choose two networks or more.".into(),
            None => String::new(),
        }
    };
    let shown = move || tables(store).iter().map(DataTable::view).collect_view().into_any();
    view! {
        <section aria-labelledby="compare-title">
            <h2 id="compare-title">"Networks on the same photos"</h2>
            <p>"Every chosen network reads the same photos, undisturbed: what each sees first, how often they agree, how long they take here, and how large they are. Two classes are the same if they have the same name."</p>
            <div class="bar">
                <label class="file button">"Choose photos" <input id="compare-files" type="file" accept="image/*" multiple disabled=flag(few) on:change=on_event(move |event: ev::Event| chosen(store, &event)) /></label>
                <button id="compare-samples" disabled=flag(few) on:click=on_click(move || samples(store))>"The four samples"</button>
                <button id="compare-save" disabled=flag(move || few() || store.seen.with(Vec::is_empty)) on:click=on_click(save)>"Save as CSV"</button>
                <button id="compare-forget" disabled=flag(move || store.seen.with(Vec::is_empty)) on:click=on_click(forget)>"Clear"</button>
                <span class="note" role="status" id="comparing">{text(state)}</span>
            </div>
            <div class="compared wide" id="compared">{part(shown)}</div>
        </section>
    }
    .into_any()
}
