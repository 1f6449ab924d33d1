//! The store that labs of photos share: the worker, the photo, and the networks that are there and that are loaded.
use super::topics::{Topic, Wish};
use crate::{
    site::{
        controls::Controls,
        labs::kit::connection::Connection,
        machine::{Machine, device},
        theme::Dark,
        url::{Setting, UrlState},
        widgets::{camera::Camera, canvas::Pixels},
        worker_client::Program,
    },
    wire::Part,
    workbench::{
        Wishes,
        protocol::{
            DeviceChoice, Request,
            photos::{Answer, Ask, Entry, LoadedNetwork},
        },
    },
};
use leptos::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use web_sys::{Blob, File};

/// The photo that the worker holds. Its pictures are kept with the answers that brought them.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The file's name.
    pub file: String,
    /// The number of rows.
    pub height: usize,
    /// The number of columns.
    pub width: usize,
    /// The time of decoding.
    pub milliseconds: f32,
    /// A small copy.
    pub small: Arc<Pixels>,
    /// When its file arrived, if it is the reader's, until its first classes are there.
    pub came: Option<f64>,
}

/// Weights that can be loaded: a network's name, its file, and its size; from the site or from the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The network's name.
    pub name: String,
    /// The file's name.
    pub file: String,
    /// The length of the file in bytes.
    pub bytes: usize,
    /// Whether it is the reader's.
    pub own: bool,
}

/// The reader's list of class names that is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// The file's name.
    pub file: String,
    /// The number of names.
    pub names: usize,
}

/// What a lab hears from its worker.
pub enum Heard {
    /// Another photo is there.
    Photo,
    /// A network has been loaded. Its name, and whether from a file that the reader has just given.
    Loaded(String, bool),
    /// Classes have other names.
    Named,
    /// A question that has no answer: its topic, and why.
    Failed(Topic, String),
    /// An answer that only this lab asks for: its topic, the wish, the answer, and its buffers.
    Answer(Topic, Wish, Box<Answer>, Vec<Vec<u8>>),
}

/// What the lab does with it.
type Hear = Arc<dyn Fn(Heard) + Send + Sync>;

/// The shared store. It consists of handles, so that it can be copied.
#[derive(Clone, Copy)]
pub struct Photos {
    /// The worker.
    pub connection: Connection,
    /// The theme. Pictures follow it.
    pub dark: Option<Dark>,
    /// None until the site has said which weights it has.
    pub shelf: RwSignal<Option<Vec<Weights>>>,
    /// The networks of the zoo that have been counted, by name.
    pub zoo: RwSignal<BTreeMap<String, Entry>>,
    /// The photo.
    pub photo: RwSignal<Option<Held>>,
    /// The loaded networks, by name.
    pub standing: RwSignal<BTreeMap<String, LoadedNetwork>>,
    /// The open camera.
    pub film: RwSignal<Option<Camera>, LocalStorage>,
    /// Counts the photos.
    pub shot: StoredValue<u32>,
    /// The reader's own photo, as long as the page exists.
    pub own_photo: StoredValue<Option<File>, LocalStorage>,
    /// The reader's list of class names, once the worker has taken it.
    pub class_names: RwSignal<Option<Names>>,
    /// Its file.
    pub names_file: StoredValue<Option<File>, LocalStorage>,
    /// Own weight files, by name.
    pub files: StoredValue<BTreeMap<String, Blob>, LocalStorage>,
    /// Networks that the reader wants to read photos as usual, whatever their weight file says.
    pub usual: StoredValue<BTreeSet<String>>,
    /// Files at which a program has ended. The next program is not given them.
    pub fatal: StoredValue<BTreeSet<String>>,
    /// What is being fetched, was asked, was answered and was refused.
    pub wishes: RwSignal<Wishes<Topic, Wish>, LocalStorage>,
    photo_setting: StoredValue<Setting>,
    device_setting: StoredValue<Setting>,
    hear: StoredValue<Option<Hear>>,
}

impl Photos {
    /// A store without a worker yet. The settings have the fields `photo` and `device`.
    pub fn new<S: Controls>(settings: UrlState<S>) -> Photos {
        let photos = Photos {
            connection: Connection::new(Program::Photos),
            dark: use_context(),
            shelf: RwSignal::default(),
            zoo: RwSignal::default(),
            photo: RwSignal::default(),
            standing: RwSignal::default(),
            film: RwSignal::new_local(None),
            shot: StoredValue::default(),
            own_photo: StoredValue::new_local(None),
            class_names: RwSignal::default(),
            names_file: StoredValue::new_local(None),
            files: StoredValue::new_local(BTreeMap::new()),
            usual: StoredValue::default(),
            fatal: StoredValue::default(),
            wishes: RwSignal::new_local(Wishes::default()),
            photo_setting: StoredValue::new(settings.setting("photo")),
            device_setting: StoredValue::new(settings.setting("device")),
            hear: StoredValue::default(),
        };
        on_cleanup(move || photos.film.try_update(Option::take).flatten().iter().for_each(|camera| camera.stop()));
        photos
    }
    /// Says what the lab does with what its worker answers.
    pub fn hears(self, hear: impl Fn(Heard) + Send + Sync + 'static) {
        self.hear.set_value(Some(Arc::new(hear)));
    }
    /// Hands on to the lab.
    pub fn told(self, heard: Heard) {
        if let Some(hear) = self.hear.with_value(Clone::clone) {
            hear(heard);
        }
    }
    /// A note that something went wrong.
    pub fn tell(self, text: impl Into<String>) {
        self.connection.notes.tell(true, text);
    }
    /// The photo in the settings: its key.
    pub fn photo_setting(self) -> Setting {
        self.photo_setting.get_value()
    }
    /// The device in the settings.
    pub fn device_setting(self) -> Setting {
        self.device_setting.get_value()
    }
    /// The device that the settings and the machine come to.
    pub fn device(self) -> DeviceChoice {
        let real = self.connection.machine.with(Machine::real_gpu);
        device(&self.device_setting().value.get(), real)
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
    /// The title of a network.
    pub fn title(self, name: &str) -> String {
        self.zoo.with(|zoo| zoo.get(name).map_or(name.into(), |entry| entry.title.clone()))
    }
    /// Whether all networks of the zoo have been counted.
    pub fn is_counted(self) -> bool {
        self.wishes.with(|wishes| wishes.latest(&Topic::Zoo).is_some() && !wishes.is_under_way(&Topic::Zoo))
    }
}
