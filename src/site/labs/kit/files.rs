//! Files from the reader, chosen or dropped anywhere on a lab's page. They are sent to the worker as they are.
use super::connection::Connection;
use crate::{site::browser, vision::files::Kind, wire::Part, workbench::protocol::Request};
use leptos::{ev, prelude::*};
use web_sys::{Blob, FileList, HtmlInputElement};

/// The largest file that is accepted, in bytes: MNIST's largest is 47 MB unpacked.
const MOST: f64 = 256e6;

/// Makes the request for a file of this name. The kind is found from its first bytes.
pub type Asks = fn(Option<Kind>, String) -> Request;

/// For a lab that only takes digits.
pub const DIGITS: Asks = |_, name| Request::Data { name };

/// Sends each of these files to the worker.
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

/// Sends one file to the worker.
pub async fn hand_on(connection: Connection, name: String, file: Blob, asks: Asks) {
    match browser::kind(&name, &file).await {
        Ok(kind) => drop(connection.send_with(asks(kind, name), vec![Part::File(file)])),
        Err(error) => connection.notes.tell(true, error),
    }
}

/// The handler of a file input.
pub fn chosen(connection: Connection, asks: Asks) -> impl Fn(ev::Event) + 'static {
    move |event| event_target::<HtmlInputElement>(&event).files().into_iter().for_each(|files| bring(connection, files, asks))
}

/// Takes every file that is dropped on the page, as long as the lab is shown.
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
