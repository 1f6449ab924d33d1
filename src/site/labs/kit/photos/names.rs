//! The reader's list of class names: a text file with one name a line, for networks that have as many classes.
use super::{
    store::{Heard, Names, Photos},
    topics::{Topic, Wish},
};
use crate::{
    site::widgets::erased::{on_click, part},
    wire::Part,
    workbench::protocol::photos::Ask,
};
use leptos::prelude::*;
use web_sys::File;

/// The largest list in bytes.
const MOST: f64 = 4e6;

/// Takes the reader's list.
pub fn take_names(photos: Photos, file: File) {
    let name = file.name();
    if file.size() > MOST {
        return photos.tell(format!("{name}: expected a list of at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
    }
    let wish = Wish { key: name.clone(), file: Some((file.clone(), 0.0)) };
    photos.ask(Topic::Names, wish, Ask::Names { file: Some(name) }, vec![Part::File(file.into())]);
}

/// Gives another worker the list that the one before had.
pub fn give_again(photos: Photos) {
    if let Some(file) = photos.names_file.get_value() {
        take_names(photos, file);
    }
}

/// The worker has taken a list, or has none any more. Every network is asked again.
pub fn arrived(photos: Photos, wish: Wish, list: Option<Names>, fits: bool, told: String) {
    photos.names_file.set_value(list.as_ref().and(wish.file).map(|(file, _)| file));
    photos.connection.notes.tell(!fits, format!("{told}."));
    photos.class_names.set(list);
    photos.told(Heard::Named);
}

/// The list that is used, with a way to do without it.
pub fn used(photos: Photos) -> AnyView {
    let without = move || photos.ask(Topic::Names, "", Ask::Names { file: None }, vec![]);
    let line = move || {
        let Some(Names { file, names }) = photos.class_names.get() else { return ().into_any() };
        view! {
            <p class="note" id="class-names">
                {format!("{file}: the names of {names} classes. ")}
                <button class="quiet" id="no-names" on:click=on_click(without)>"Do without it"</button>
            </p>
        }
        .into_any()
    };
    part(line).into_any()
}
