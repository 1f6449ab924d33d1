//! Files that a reader brings to a lab, chosen or dropped anywhere on its page: asked what they are, by their content, and handed to its worker as they are.
use super::connection::Connection;
use crate::{site::browser, vision::files::Purpose, wire::Part, workbench::protocol::Request};
use leptos::{ev, prelude::*};
use web_sys::{Blob, FileList, HtmlInputElement};

/// The largest file that is accepted, in bytes: MNIST's largest is 47 MB unpacked.
const MOST: f64 = 256e6;

/// What a lab takes of the files that a reader brings.
#[derive(Clone, Copy)]
pub struct Takes {
    /// It in words, for whoever brings something else.
    pub what: &'static str,
    /// What is asked with a file for this purpose and of this name; None where the lab takes none of the kind.
    pub asks: fn(Purpose, String) -> Option<Request>,
    /// What is done with a picture, by its name, where the lab looks at one itself.
    pub picture: Option<Callback<(String, Blob)>>,
}

/// For a lab that only takes digits.
pub const DIGITS: Takes = Takes {
    what: "digits of MNIST (IDX files, plain or as .gz)",
    asks: |purpose, name| (purpose == Purpose::Digits).then_some(Request::Data { name }),
    picture: None,
};

/// That a lab has no use for such a file, and which one has.
pub fn misplaced(name: &str, expected: &str, found: Purpose) -> String {
    let advice = match found {
        Purpose::Photo => ": the lab of photos looks at it",
        Purpose::Weights => ": the lab of photos reads the weights of all networks, and the training lab those of LeNet-5",
        Purpose::Digits => ": the training lab learns from them",
        Purpose::Classes => ": the lab of photos calls a network's classes by it",
    };
    format!("{name}: expected {expected}, found {}{advice}", found.name())
}

/// Hands on each of these.
pub fn bring(connection: Connection, files: FileList, takes: Takes) {
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        connection.scope.spawn(async move {
            let name = file.name();
            if file.size() > MOST {
                let found = format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6);
                return connection.notes.tell(true, found);
            }
            hand_on(connection, name, file.into(), takes).await;
        });
    }
}

/// Hands on one.
pub async fn hand_on(connection: Connection, name: String, file: Blob, takes: Takes) {
    let purpose = match browser::purpose(&name, &file, takes.what).await {
        Ok(purpose) => purpose,
        Err(error) => return connection.notes.tell(true, error),
    };
    if let (Purpose::Photo, Some(picture)) = (purpose, takes.picture) {
        return picture.run((name, file));
    }
    match (takes.asks)(purpose, name.clone()) {
        Some(request) => drop(connection.send_with(request, vec![Part::File(file)])),
        None => connection.notes.tell(true, misplaced(&name, takes.what, purpose)),
    }
}

/// What a file input does with what is chosen in it; the same may be chosen again.
pub fn chosen(connection: Connection, takes: Takes) -> impl Fn(ev::Event) + 'static {
    move |event| {
        let input = event_target::<HtmlInputElement>(&event);
        input.files().into_iter().for_each(|files| bring(connection, files, takes));
        input.set_value("");
    }
}

/// Takes every file that is dropped on the page, as long as the lab is shown.
pub fn drops(connection: Connection, takes: Takes) {
    let over = window_event_listener(ev::dragover, |event| event.prevent_default());
    let dropped = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
            bring(connection, files, takes);
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
}
