//! The lab's store: a worker that counts the zoo once, and its counts.
use crate::{
    site::{
        labs::kit::connection::Connection,
        worker_client::{Program, Status},
    },
    workbench::protocol::{
        Event, Message, Request,
        photos::{Answer, Ask, Entry},
    },
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Store {
    connection: Connection,
    pub status: RwSignal<Status>,
    pub zoo: RwSignal<Vec<Entry>>,
    /// The number of networks, once it is known.
    pub of: RwSignal<usize>,
    pub pointed: RwSignal<Option<String>>,
}

impl Store {
    pub fn new() -> Store {
        let connection = Connection::new(Program::Photos);
        let store =
            Store { connection, status: connection.status, zoo: RwSignal::default(), of: RwSignal::new(0), pointed: RwSignal::new(None) };
        // Rows that arrive within a frame are shown together.
        let come = StoredValue::new(vec![]);
        connection.open(move |message| store.receive(message, come));
        connection.send(Request::Photos(Ask::Zoo));
        store
    }
    fn receive(self, message: Message<Event>, come: StoredValue<Vec<Entry>>) {
        match message.body {
            Event::Photos(Answer::Counted { number, of, entry }) => {
                come.update_value(|come| come.push(entry));
                // If the table grew by single rows, it would be drawn again for each.
                if number == of || number % 25 == 0 {
                    self.of.set(of);
                    self.zoo.set(come.get_value());
                }
                if number == of {
                    self.connection.end();
                }
            }
            Event::Photos(Answer::Failed { message, .. }) | Event::Failed { message, .. } => self.status.set(Status::Dead(message)),
            _ => {}
        }
    }
    pub fn is_done(self) -> bool {
        self.of.get() > 0 && self.zoo.with(Vec::len) == self.of.get()
    }
}
