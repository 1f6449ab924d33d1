//! The lab's room: the worker, what it was asked and has answered, and what is still to be asked.
use super::{controls::Settings, source::Film, unit::Gathered};
use crate::{
    nets::insight::LayerField,
    site::{
        bench::{Bench, Program, Status},
        browser::clock,
        fetch::Progress,
        machine::{Machine, device},
        scope::Scope,
        theme::Dark,
        url::UrlState,
        widgets::canvas::{self, Pixels},
    },
    wire::Part,
    workbench::{
        Wishes,
        protocol::{
            DeviceChoice, Event, Message, Request,
            photos::{Answer, Ask, Entry, Guess, Standing},
        },
    },
};
use leptos::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a question is about: at most one of each is under way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Photo,
    Load(String),
    Classify(String),
    Steps,
    Why,
    Unit,
    Fields,
}

/// The photo that the worker holds. Pictures stand beside the answers that brought them.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub file: String,
    pub height: usize,
    pub width: usize,
    pub milliseconds: f32,
    pub small: Arc<Pixels>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub device: DeviceChoice,
    pub top: Vec<Guess>,
    pub preparing: f32,
    pub reading: f32,
    /// Milliseconds from a new photo's file to these classes.
    pub from_file: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    pub answer: Answer,
    pub pictures: Vec<Arc<Pixels>>,
}

/// What a message offers to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    Nothing,
    /// All on the CPU instead.
    Cpu,
    /// To load this file of the reader's after all.
    Load(String),
}

/// Something that went wrong, or that wants an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub text: String,
    pub offer: Offer,
}

/// Weights that can be loaded: a network's name, its file, and its bytes; of the site, or the reader's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub name: String,
    pub file: String,
    pub bytes: usize,
    pub own: bool,
}

#[derive(Clone, Copy)]
pub struct Room {
    pub scope: Scope,
    pub settings: UrlState<Settings>,
    bench: StoredValue<Option<Bench>, LocalStorage>,
    pub status: RwSignal<Status>,
    pub machine: RwSignal<Machine>,
    pub notes: RwSignal<Vec<Note>>,
    pub fetching: RwSignal<Option<(String, Progress)>>,
    pub shelf: RwSignal<Vec<Weights>>,
    /// Whether the site has said what it has.
    pub shelf_known: RwSignal<bool>,
    pub zoo: RwSignal<BTreeMap<String, Entry>>,
    /// Whether all of it has come.
    zoo_is_whole: RwSignal<bool>,
    pub photo: RwSignal<Option<Held>>,
    pub standing: RwSignal<BTreeMap<String, Standing>>,
    pub verdicts: RwSignal<BTreeMap<String, Verdict>>,
    pub steps: RwSignal<Option<Pictures>>,
    pub why: RwSignal<Option<Pictures>>,
    pub unit: RwSignal<Option<Gathered>>,
    /// Whether the unit's picture is in sight: only then is its gradient asked for.
    pub unit_in_sight: RwSignal<bool>,
    /// How far the units of its network's layers see, and whether the reader looks at it.
    pub fields: RwSignal<Option<(String, Vec<LayerField>)>>,
    pub fields_open: RwSignal<bool>,
    pub film: RwSignal<Option<Film>, LocalStorage>,
    /// The key of the photo that was brought last.
    pub shown: StoredValue<String>,
    /// Counts the photos.
    pub shot: StoredValue<u32>,
    /// When the photo's file came; until its first classes are there.
    pub came: StoredValue<Option<f64>>,
    /// The photo file that is being decoded, and the reader's own photo, as long as the page stands.
    pub taken: StoredValue<Option<web_sys::File>, LocalStorage>,
    pub own_photo: StoredValue<Option<web_sys::File>, LocalStorage>,
    /// The reader's own weight files, by name.
    pub files: StoredValue<BTreeMap<String, web_sys::Blob>, LocalStorage>,
    /// Files that are being read, so that none is read twice.
    pub bringing: StoredValue<BTreeSet<String>>,
    /// Networks that could not be loaded, with their device: not tried again by themselves.
    pub refused: StoredValue<BTreeSet<String>>,
    /// Files at which a program ended.
    pub fatal: StoredValue<BTreeSet<String>>,
    /// What was asked, each with a key that says which of its topic it is, and what was answered.
    pub wishes: RwSignal<Wishes<Topic, String>>,
    /// Counts what has come, so that what waited for it is asked.
    pub turn: RwSignal<u32>,
    dark: Option<Dark>,
}

impl Room {
    pub fn new(settings: UrlState<Settings>) -> Room {
        let room = Room {
            scope: Scope::here(),
            settings,
            bench: StoredValue::new_local(None),
            status: RwSignal::new(Status::Starting),
            machine: RwSignal::default(),
            notes: RwSignal::default(),
            fetching: RwSignal::new(None),
            shelf: RwSignal::default(),
            shelf_known: RwSignal::new(false),
            zoo: RwSignal::default(),
            zoo_is_whole: RwSignal::default(),
            photo: RwSignal::new(None),
            standing: RwSignal::default(),
            verdicts: RwSignal::default(),
            steps: RwSignal::new(None),
            why: RwSignal::new(None),
            unit: RwSignal::new(None),
            unit_in_sight: RwSignal::new(false),
            fields: RwSignal::new(None),
            fields_open: RwSignal::new(false),
            film: RwSignal::new_local(None),
            shown: StoredValue::default(),
            shot: StoredValue::new(0),
            came: StoredValue::new(None),
            taken: StoredValue::new_local(None),
            own_photo: StoredValue::new_local(None),
            files: StoredValue::new_local(BTreeMap::new()),
            bringing: StoredValue::default(),
            refused: StoredValue::default(),
            fatal: StoredValue::default(),
            wishes: RwSignal::default(),
            turn: RwSignal::new(0),
            dark: use_context(),
        };
        room.open();
        on_cleanup(move || {
            super::source::stop_film(room);
            let bench = room.bench.try_update_value(Option::take).flatten();
            bench.iter().for_each(Bench::end);
        });
        room
    }
    /// Starts a worker; what an earlier one held is gone.
    pub fn open(self) {
        self.wishes.set(Wishes::default());
        self.came.set_value(None);
        self.standing.set(BTreeMap::new());
        self.photo.set(None);
        self.shown.set_value(String::new());
        match Bench::start(Program::Photos, self.scope, self.status, move |event| self.take(event)) {
            Ok(bench) => {
                bench.send(Request::Machine);
                bench.send(Request::Photos(Ask::Zoo));
                self.bench.set_value(Some(bench));
            }
            Err(error) => self.status.set(Status::Dead(error)),
        }
    }
    pub fn tell(self, text: impl Into<String>) {
        self.note(Note { text: text.into(), offer: Offer::Nothing });
    }
    pub fn note(self, note: Note) {
        self.notes.update(|notes| {
            notes.retain(|known| *known != note);
            notes.push(note);
            let surplus = notes.len().saturating_sub(3);
            notes.drain(..surplus);
        });
    }
    pub fn is_asked(self, topic: &Topic) -> bool {
        self.wishes.with_untracked(|wishes| wishes.is_under_way(topic))
    }
    /// Whether nothing is under way, and whatever the settings ask for is answered.
    pub fn is_idle(self) -> bool {
        self.wishes.with_untracked(Wishes::is_idle)
    }
    /// How many questions the worker was asked.
    #[cfg(test)]
    pub fn asked(self) -> u32 {
        self.bench.with_value(|bench| bench.as_ref().map_or(0, Bench::asked))
    }
    fn send(self, request: Request, buffers: Vec<Part>) -> u32 {
        self.bench.with_value(Clone::clone).map_or(0, |bench| bench.send_with(request, buffers))
    }
    /// Sends a question; `key` says which.
    pub fn ask(self, topic: Topic, key: String, ask: Ask, buffers: Vec<Part>) {
        let question = self.send(Request::Photos(ask), buffers);
        self.wishes.update(|wishes| wishes.asked(question, topic, key));
    }
    /// Asks, unless the same was answered already or something of the topic is under way.
    pub fn ask_once(self, topic: Topic, key: String, ask: impl FnOnce() -> Ask) {
        if self.wishes.with_untracked(|wishes| wishes.is_due(&topic, &key)) {
            self.ask(topic, key, ask(), vec![]);
        }
    }
    /// The names of all networks whose weights are at hand.
    pub fn names(self) -> Vec<String> {
        self.shelf.with(|shelf| shelf.iter().map(|weights| weights.name.clone()).collect())
    }
    pub fn device(self) -> DeviceChoice {
        let real = self.machine.with(Machine::real_gpu);
        self.settings.with(|s| device(&s.device, real))
    }
    /// The chosen network whose preparation and reason are shown.
    pub fn focus(self) -> Option<String> {
        let chosen = self.settings.with(|s| s.chosen(&self.names()));
        let of = self.settings.with(|s| s.of.clone());
        chosen.iter().find(|name| **name == of).or(chosen.first()).cloned()
    }
    /// The network that the address names for its units, once it is known to read photos.
    pub fn asked_for_units(self) -> Option<String> {
        let name = self.settings.with(|s| s.unit_model.clone());
        self.zoo.with(|zoo| zoo.get(&name).is_some_and(|entry| entry.preprocess.is_some())).then_some(name)
    }
    /// The network whose units are looked at; none while the one that is asked for may still come.
    fn of_units(self) -> Option<String> {
        let awaited = self.settings.with(|s| !s.unit_model.is_empty() && self.zoo.with(|zoo| !zoo.contains_key(&s.unit_model)));
        let awaited = awaited && !self.zoo_is_whole.get();
        self.asked_for_units().or_else(|| self.focus().filter(|_| !awaited))
    }
    /// The class whose reason is asked for, if the network in focus has so many.
    pub fn class(self, settings: &Settings) -> Option<usize> {
        let classes = self.focus().and_then(|name| self.standing.with(|standing| standing.get(&name).map(|found| found.classes)));
        settings.class().filter(|class| classes.is_none_or(|classes| *class < classes))
    }
    /// Whatever the settings ask for and is not there yet is asked of the worker. Runs whenever any of it changes.
    pub fn follow(self) {
        self.turn.track();
        // Pictures follow the theme.
        self.dark.iter().for_each(|dark| dark.0.track());
        let status = self.status.get();
        if let Status::Dead(why) = &status {
            super::survive::survive(self, why);
        }
        if status != Status::Ready || !self.machine.with(Machine::is_known) || !self.shelf_known.get() {
            return;
        }
        let (settings, device) = (self.settings.get(), self.device());
        super::source::bring_photo(self, &settings.photo);
        let chosen = settings.chosen(&self.names());
        for name in self.standing.with(|standing| standing.keys().filter(|name| !chosen.contains(name)).cloned().collect::<Vec<_>>()) {
            self.send(Request::Photos(Ask::Unload { model: name.clone() }), vec![]);
            self.standing.update(|standing| drop(standing.remove(&name)));
        }
        for name in &chosen {
            if self.standing.with(|standing| standing.get(name).is_none_or(|found| found.device != device)) {
                super::networks::bring(self, name, device);
            }
        }
        if chosen.is_empty() {
            self.why.set(None);
            self.steps.set(None);
        }
        if self.photo.with(Option::is_none) {
            return;
        }
        let stands = |name: &String| self.standing.with(|standing| standing.get(name).is_some_and(|found| found.device == device));
        let (shot, disturbance) = (self.shot.get_value(), settings.disturbance());
        for name in chosen.iter().filter(|name| stands(name)) {
            let (model, key) = (name.clone(), format!("{shot} {device:?} {disturbance:?}"));
            self.ask_once(Topic::Classify(name.clone()), key, || Ask::Classify { model, disturbance });
        }
        if self.unit_in_sight.get()
            && let Some(model) = self.of_units().filter(|model| stands(model) || self.asked_for_units().is_some())
        {
            let of = format!("{shot} {device:?} {}", stands(&model));
            super::unit::follow(self, &settings, model.clone(), of);
            super::fields::follow(self, model);
        }
        let Some(model) = self.focus().filter(stands) else { return };
        let palette = canvas::palette();
        let key = format!("{shot} {device:?} {disturbance:?} {model} {palette:?}");
        self.ask_once(Topic::Steps, key.clone(), || Ask::Prepare { model: model.clone(), disturbance, palette });
        let Settings { method, layer, fresh, .. } = settings.clone();
        let class = self.class(&settings);
        let key = format!("{key} {method:?} {layer} {class:?} {fresh}");
        self.ask_once(Topic::Why, key, || Ask::Explain { model, disturbance, method, layer, class, fresh, palette });
    }
    fn take(self, message: Message<Event>) {
        let Message { question, body, buffers } = message;
        let answer = match body {
            Event::Machine { adapter, why_no_gpu } => return self.machine.set(Machine { adapter, why_no_gpu }),
            // What could not even be read, of a file that was chosen.
            Event::Failed { message, .. } if self.wishes.with_untracked(|wishes| wishes.waits_for(question)) => {
                Answer::Failed { what: String::new(), message, on_cpu: false }
            }
            Event::Failed { message, .. } => return self.tell(message),
            Event::Photos(answer) => answer,
            _ => return,
        };
        if let Answer::Counted { number, of, entry } = answer {
            self.zoo.update(|zoo| drop(zoo.insert(entry.name.clone(), entry)));
            return self.zoo_is_whole.set(number == of);
        }
        let Some((topic, key)) = self.wishes.try_update(|wishes| wishes.answered(question)).flatten() else { return };
        match answer {
            Answer::Photo { file, height, width, small: [rows, columns], milliseconds } => {
                let bytes = buffers.into_iter().next().unwrap_or_default();
                let small = Arc::new(Pixels { height: rows, width: columns, bytes });
                self.shot.update_value(|shot| *shot += 1);
                super::source::came(self, &key);
                self.photo.set(Some(Held { file, height, width, milliseconds, small }));
            }
            Answer::Loaded(found) => {
                // Other weights: what the network said before is asked again.
                self.verdicts.update(|verdicts| drop(verdicts.remove(&found.name)));
                let of_it = |topic: &Topic| match topic {
                    Topic::Classify(name) => *name == found.name,
                    Topic::Photo | Topic::Load(_) => false,
                    _ => true,
                };
                self.wishes.update(|wishes| wishes.forget(of_it));
                super::networks::arrived(self, &topic, &found);
                self.standing.update(|standing| drop(standing.insert(found.name.clone(), found)));
            }
            Answer::Classified { model, device, top, preparing, reading, .. } => {
                let from_file = self.came.try_update_value(Option::take).flatten().map(|came| clock() - came);
                let verdict = Verdict { device, top, preparing, reading, from_file };
                self.verdicts.update(|verdicts| drop(verdicts.insert(model, verdict)));
            }
            Answer::Prepared { resized, cropped, .. } => {
                let sizes = [resized, cropped, cropped, cropped, cropped];
                self.steps.set(Some(Pictures { answer, pictures: pictures(buffers, &sizes) }));
            }
            Answer::Explained { seen, .. } => {
                self.why.set(Some(Pictures { answer, pictures: pictures(buffers, &[seen, seen]) }));
            }
            Answer::Unit { .. } => super::unit::gather(self, &key, answer, buffers),
            Answer::Fields { model, layers } => self.fields.set(Some((model, layers))),
            Answer::Failed { what, message, on_cpu } => {
                if let Topic::Load(name) = &topic {
                    self.refused.update_value(|refused| refused.extend([key]));
                    self.standing.update(|standing| drop(standing.remove(name)));
                }
                if topic == Topic::Photo {
                    self.came.set_value(None);
                }
                // An error of a file begins with the file's name.
                let text = if message.starts_with(&what) { message } else { format!("{what}: {message}") };
                self.note(Note { text, offer: if on_cpu { Offer::Cpu } else { Offer::Nothing } });
            }
            Answer::Counted { .. } => {}
        }
        self.turn.update(|turn| *turn += 1);
    }
}

fn pictures(buffers: Vec<Vec<u8>>, sizes: &[[usize; 2]]) -> Vec<Arc<Pixels>> {
    buffers.into_iter().zip(sizes).map(|(bytes, [height, width])| Arc::new(Pixels { height: *height, width: *width, bytes })).collect()
}
