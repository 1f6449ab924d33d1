//! What stands in the lab and what has come: plain data, and the signals that hold it.
use super::{controls::Settings, gathered::Gathered};
use crate::{
    nets::insight::LayerField,
    site::widgets::{camera::Camera, canvas::Pixels},
    workbench::{
        Wishes,
        protocol::{
            DeviceChoice,
            photos::{Answer, Entry, Guess, LoadedNetwork},
        },
    },
};
use leptos::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use web_sys::{Blob, File};

/// What a question is about: at most one of each is under way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Zoo,
    /// The photo that the settings name.
    Photo,
    /// A file that the reader has chosen. It may be none that can be read: until it is decoded, the settings name what they did.
    Own,
    Load(String),
    Classify(String),
    Steps,
    Why,
    Unit,
    Fields,
}

/// Which of its topic a question is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// All that the answer depends on. Of a photo: what the settings call it; of the reader's own: what they called the one that was there before.
    pub key: String,
    /// The reader's own photo, and when it came (milliseconds).
    pub file: Option<(File, f64)>,
}

impl<S: Into<String>> From<S> for Wish {
    fn from(key: S) -> Wish {
        Wish { key: key.into(), file: None }
    }
}

/// The photo that the worker holds. Pictures stand beside the answers that brought them.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub file: String,
    pub height: usize,
    pub width: usize,
    pub milliseconds: f32,
    pub small: Arc<Pixels>,
    /// When its file came, if it is the reader's; until its first classes are there.
    pub came: Option<f64>,
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

/// Weights that can be loaded: a network's name, its file, and its bytes; of the site, or the reader's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub name: String,
    pub file: String,
    pub bytes: usize,
    pub own: bool,
}

/// All that the lab knows; only handles, so that it is copied.
#[derive(Clone, Copy, Default)]
pub struct State {
    /// The settings as the lab last heard them; the address is the page's.
    pub settings: RwSignal<Settings>,
    /// None until the site has said what it has.
    pub shelf: RwSignal<Option<Vec<Weights>>>,
    pub zoo: RwSignal<BTreeMap<String, Entry>>,
    pub photo: RwSignal<Option<Held>>,
    pub standing: RwSignal<BTreeMap<String, LoadedNetwork>>,
    pub verdicts: RwSignal<BTreeMap<String, Verdict>>,
    pub steps: RwSignal<Option<Pictures>>,
    pub why: RwSignal<Option<Pictures>>,
    pub unit: RwSignal<Option<Gathered>>,
    /// Whether the unit's picture is in sight: only then is its gradient asked for.
    pub unit_in_sight: RwSignal<bool>,
    /// How far the units of its network's layers see, and whether the reader looks at it.
    pub fields: RwSignal<Option<(String, Vec<LayerField>)>>,
    pub fields_open: RwSignal<bool>,
    /// The camera that is looked through.
    pub film: RwSignal<Option<Camera>, LocalStorage>,
    /// Counts the photos.
    pub shot: StoredValue<u32>,
    /// The reader's own photo, as long as the page stands, and own weight files, by name.
    pub own_photo: StoredValue<Option<File>, LocalStorage>,
    pub files: StoredValue<BTreeMap<String, Blob>, LocalStorage>,
    /// Files at which a program ended: what the next one was asked does not tell it.
    pub fatal: StoredValue<BTreeSet<String>>,
    /// What is being brought, was asked, was answered and was refused.
    pub wishes: RwSignal<Wishes<Topic, Wish>, LocalStorage>,
}
