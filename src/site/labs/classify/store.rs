//! The lab's store: the worker, the loaded networks, and everything that follows from both.
use super::{
    controls::Settings,
    state::{State, Topic, Wish},
};
use crate::{
    site::{
        labs::kit::connection::Connection,
        machine::{Machine, device},
        theme::Dark,
        worker_client::Program,
    },
    wire::Part,
    workbench::{
        Wishes,
        protocol::{DeviceChoice, Request, photos::Ask},
    },
};
use leptos::prelude::*;
use std::ops::Deref;

/// The lab's store: its worker, and its state, whose fields can be read as if they were its own.
#[derive(Clone, Copy)]
pub struct Store {
    pub connection: Connection,
    pub dark: Option<Dark>,
    state: State,
}

impl Deref for Store {
    type Target = State;
    fn deref(&self) -> &State {
        &self.state
    }
}

impl Store {
    /// A store without a worker yet, for these settings.
    pub fn new(settings: Settings) -> Store {
        let store = Store { connection: Connection::new(Program::Photos), dark: use_context(), state: State::default() };
        store.settings.set(settings);
        on_cleanup(move || store.film.try_update(Option::take).flatten().iter().for_each(|camera| camera.stop()));
        store
    }
    pub fn tell(self, text: impl Into<String>) {
        self.connection.notes.tell(true, text);
    }
    /// Whether nothing about a photo or a network is under way, and everything that the settings ask for is answered.
    pub fn is_idle(self) -> bool {
        self.wishes.with_untracked(|wishes| wishes.under_way().all(|(topic, _)| *topic == Topic::Zoo))
    }
    /// Sends a question. The wish says which question of its topic it is.
    pub fn ask(self, topic: Topic, wish: impl Into<Wish>, ask: Ask, buffers: Vec<Part>) {
        let question = self.connection.send_with(Request::Photos(ask), buffers);
        self.wish(|wishes| wishes.asked(question, topic, wish.into()));
    }
    /// Sends a question, unless the same one was wished last or something of the topic is under way.
    pub fn ask_once(self, topic: Topic, key: String, ask: impl FnOnce() -> Ask) {
        let wish = Wish::from(key);
        if self.wishes.with_untracked(|wishes| wishes.is_due(&topic, &wish)) {
            self.ask(topic, wish, ask(), vec![]);
        }
    }
    /// Changes the wishes.
    pub fn wish(self, change: impl FnOnce(&mut Wishes<Topic, Wish>)) {
        self.wishes.update(change);
    }
    /// The names of all networks whose weights are there.
    pub fn names(self) -> Vec<String> {
        self.shelf.with(|shelf| shelf.iter().flatten().map(|weights| weights.name.clone()).collect())
    }
    /// The chosen networks whose weights are there.
    pub fn chosen(self) -> Vec<String> {
        self.settings.with(|s| s.chosen(&self.names()))
    }
    /// The title of a network.
    pub fn title(self, name: &str) -> String {
        self.zoo.with(|zoo| zoo.get(name).map_or(name.into(), |entry| entry.title.clone()))
    }
    pub fn device(self) -> DeviceChoice {
        let real = self.connection.machine.with(Machine::real_gpu);
        self.settings.with(|s| device(&s.device, real))
    }
    /// The chosen network whose preprocessing and attribution are shown.
    pub fn focus(self) -> Option<String> {
        let (chosen, of) = (self.chosen(), self.settings.with(|s| s.of.clone()));
        chosen.iter().find(|name| **name == of).or(chosen.first()).cloned()
    }
    /// The network in the address whose unit is shown, once it is known to read photos.
    pub fn asked_for_units(self) -> Option<String> {
        let name = self.settings.with(|s| s.unit_model.clone());
        self.zoo.with(|zoo| zoo.get(&name).is_some_and(|entry| entry.preprocess.is_some())).then_some(name)
    }
    /// The class that is explained, if the network in focus has it.
    pub fn class(self, settings: &Settings) -> Option<usize> {
        let classes = self.focus().and_then(|name| self.standing.with(|standing| standing.get(&name).map(|found| found.classes)));
        settings.class().filter(|class| classes.is_none_or(|classes| *class < classes))
    }
}
