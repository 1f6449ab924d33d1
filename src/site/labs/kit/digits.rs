//! MNIST as a lab that learns from it knows it: which of its files have come, fetched or brought by the reader, and which the site lacks.
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

/// How many digits are there, and the files that are still to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// Training digits.
    pub train: usize,
    /// Test digits.
    pub test: usize,
    /// Names of the files.
    pub missing: Vec<String>,
}

impl Default for Data {
    fn default() -> Self {
        Data { train: 0, test: 0, missing: FILES.iter().map(|f| f.to_string()).collect() }
    }
}

/// The digits of a lab, none at first.
#[derive(Clone, Copy, Default)]
pub struct Digits {
    /// What its worker has.
    pub data: RwSignal<Data>,
    /// Files that the site turned out not to have.
    pub absent: RwSignal<Vec<String>>,
}

impl Digits {
    /// Another worker, which has none.
    pub fn forget(self) {
        self.data.set(Data::default());
    }
    /// Whether all have come.
    pub fn are_whole(self) -> bool {
        self.data.with(|data| data.missing.is_empty())
    }
    /// Whether there are some to learn from and some to test on.
    pub fn suffice(self) -> bool {
        self.data.with(|data| data.train > 0 && data.test > 0)
    }
    /// Takes in what the worker says of them.
    pub fn take(self, event: &Event) {
        if let Event::Data { train, test, missing } = event {
            self.data.set(Data { train: *train, test: *test, missing: missing.clone() });
        }
    }
    /// Fetches the four files and hands them to the worker.
    pub fn fetch(self, connection: Connection) {
        self.absent.update(Vec::clear);
        connection.scope.spawn(async move {
            for name in FILES {
                match connection.fetch("data/mnist", name, &format!("{name}.gz")).await {
                    Ok(file) => drop(connection.send_with(Request::Data { name: name.into() }, vec![Part::File(file)])),
                    // What is missing is said by the message below, with how to add it.
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
            // Not what has been fetched and is still being unpacked.
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
