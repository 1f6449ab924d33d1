//! MNIST in a lab that trains: which of its files have arrived, fetched or from the reader, and which are missing on the site.
use super::{
    connection::Connection,
    files::{Takes, chosen},
};
use crate::{
    nets::data::FILES,
    site::{
        widgets::erased::{on_event, part},
        worker_client::Status,
    },
    wire::Part,
    workbench::protocol::{Event, Request},
};
use leptos::prelude::*;

/// The numbers of digits that have arrived, and the files that are still missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// The number of training digits.
    pub train: usize,
    /// The number of test digits.
    pub test: usize,
    /// The names of the missing files.
    pub missing: Vec<String>,
}

impl Default for Data {
    fn default() -> Self {
        Data { train: 0, test: 0, missing: FILES.iter().map(|f| f.to_string()).collect() }
    }
}

/// The digits of a lab. At first there are none.
#[derive(Clone, Copy, Default)]
pub struct Digits {
    /// The digits that its worker has.
    pub data: RwSignal<Data>,
    /// The files that the site does not have.
    pub absent: RwSignal<Vec<String>>,
}

impl Digits {
    /// Forgets all digits, since another worker has none.
    pub fn forget(self) {
        self.data.set(Data::default());
    }
    /// Whether all digits have arrived.
    pub fn are_whole(self) -> bool {
        self.data.with(|data| data.missing.is_empty())
    }
    /// Whether there are digits to train on and digits to test on.
    pub fn suffice(self) -> bool {
        self.data.with(|data| data.train > 0 && data.test > 0)
    }
    /// Updates the data from a worker's event.
    pub fn receive(self, event: &Event) {
        if let Event::Data { train, test, missing } = event {
            self.data.set(Data { train: *train, test: *test, missing: missing.clone() });
        }
    }
    /// Fetches the four files and sends them to the worker.
    pub fn fetch(self, connection: Connection) {
        self.absent.update(Vec::clear);
        connection.scope.spawn(async move {
            for name in FILES {
                match connection.fetch("data/mnist", name, &format!("{name}.gz")).await {
                    Ok(file) => drop(connection.send_with(Request::Data { name: name.into() }, vec![Part::File(file)])),
                    // The message below names missing files, and says how to add them.
                    Err(_) => self.absent.update(|absent| absent.push(name.into())),
                }
            }
            connection.fetching.set(None);
        });
    }
    /// What the site lacks, and how to bring it; `takes` is for what the reader chooses, `without` says what works all the same.
    pub fn missing(self, connection: Connection, takes: Takes, without: &'static str) -> AnyView {
        part(move || {
            let waiting = connection.fetching.with(Option::is_some) || connection.status.get() != Status::Ready;
            // Without files that have been fetched and are being unpacked.
            let missing = self.data.with(|data| {
                self.absent.with(|absent| data.missing.iter().filter(|name| absent.contains(name)).cloned().collect::<Vec<_>>())
            });
            if waiting || missing.is_empty() {
                return ().into_any();
            }
            view! {
                <div class="message" id="missing" role="status">
                    <p>
                        "This site lacks " {missing.join(", ")} ". Drop these files of MNIST onto the page, plain or as .gz, or "
                        <label class="file">"choose them" <input id="data-files" type="file" multiple on:change=on_event(chosen(connection, takes)) /></label>
                        "; whoever runs the site adds them with script/data. " {without}
                    </p>
                </div>
            }
            .into_any()
        })
    }
}
