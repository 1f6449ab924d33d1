//! The lab's room: a worker that counts the zoo once, and what it has counted.
use crate::{
    site::{
        bench::{Bench, Program, Status},
        scope::Scope,
    },
    workbench::protocol::{
        Event, Message, Request,
        photos::{Answer, Ask, Entry},
    },
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Room {
    pub status: RwSignal<Status>,
    pub zoo: RwSignal<Vec<Entry>>,
    /// How many networks there are, once it is known.
    pub of: RwSignal<usize>,
    pub pointed: RwSignal<Option<String>>,
    bench: StoredValue<Option<Bench>, LocalStorage>,
}

impl Room {
    pub fn new() -> Room {
        let room = Room {
            status: RwSignal::new(Status::Starting),
            zoo: RwSignal::default(),
            of: RwSignal::new(0),
            pointed: RwSignal::new(None),
            bench: StoredValue::new_local(None),
        };
        // Rows that come within a frame are shown together.
        let come = StoredValue::new(vec![]);
        match Bench::start(Program::Photos, Scope::here(), room.status, move |message| room.take(message, come)) {
            Ok(bench) => {
                bench.send(Request::Photos(Ask::Zoo));
                room.bench.set_value(Some(bench));
            }
            Err(error) => room.status.set(Status::Dead(error)),
        }
        on_cleanup(move || room.end());
        room
    }
    fn take(self, message: Message<Event>, come: StoredValue<Vec<Entry>>) {
        match message.body {
            Event::Photos(Answer::Counted { number, of, entry }) => {
                come.update_value(|come| come.push(entry));
                // A table that grows by single rows would be made anew as often.
                if number == of || number % 25 == 0 {
                    self.of.set(of);
                    self.zoo.set(come.get_value());
                }
                if number == of {
                    self.end();
                }
            }
            Event::Photos(Answer::Failed { message, .. }) | Event::Failed { message, .. } => self.status.set(Status::Dead(message)),
            _ => {}
        }
    }
    fn end(self) {
        let bench = self.bench.try_update_value(Option::take).flatten();
        bench.iter().for_each(Bench::end);
    }
    pub fn is_done(self) -> bool {
        self.of.get() > 0 && self.zoo.with(Vec::len) == self.of.get()
    }
}
