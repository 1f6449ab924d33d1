//! Files that a reader brings to a lab, chosen or dropped anywhere on its page: handed to its worker as they are.
use super::connection::Connection;
use crate::{site::browser, vision::files::Kind, wire::Part, workbench::protocol::Request};
use leptos::{ev, prelude::*};
use web_sys::{Blob, FileList, HtmlInputElement};

/// The largest file that is read: MNIST's largest is 47 MB unpacked.
const MOST: f64 = 256e6;

/// What is asked with a file of this kind, as its first bytes say, and of this name.
pub type Asks = fn(Option<Kind>, String) -> Request;

/// Of a lab that takes nothing but digits.
pub const DIGITS: Asks = |_, name| Request::Data { name };

/// Hands on each of these.
pub fn bring(connection: Connection, files: FileList, asks: Asks) {
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        connection.scope.spawn(async move {
            let name = file.name();
            if file.size() > MOST {
                let found = format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6);
                return connection.notes.tell(true, found);
            }
            hand_on(connection, name, file.into(), asks).await;
        });
    }
}

/// Hands on one.
pub async fn hand_on(connection: Connection, name: String, file: Blob, asks: Asks) {
    match browser::kind(&name, &file).await {
        Ok(kind) => drop(connection.send_with(asks(kind, name), vec![Part::File(file)])),
        Err(error) => connection.notes.tell(true, error),
    }
}

/// What a file input does with what is chosen in it.
pub fn chosen(connection: Connection, asks: Asks) -> impl Fn(ev::Event) + 'static {
    move |event| event_target::<HtmlInputElement>(&event).files().into_iter().for_each(|files| bring(connection, files, asks))
}

/// A file dropped anywhere on the page is meant for the lab, as long as it stands.
pub fn drops(connection: Connection, asks: Asks) {
    let over = window_event_listener(ev::dragover, |event| event.prevent_default());
    let dropped = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
            bring(connection, files, asks);
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
}
