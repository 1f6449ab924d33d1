//! The lab's data: plain values, and the signals that hold them.
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

/// The topic of a question. At most one question of each topic is under way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Zoo,
    /// The photo that the settings name.
    Photo,
    /// A file that the reader has chosen. It may not be readable: until it is decoded, the settings keep their value.
    Own,
    Load(String),
    Classify(String),
    Steps,
    Why,
    Unit,
    Fields,
}

/// A wish: which question of its topic it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// Everything on which the answer depends. For a photo it is the name in the settings; for the reader's own photo the name of the photo before.
    pub key: String,
    /// The reader's own photo, and when it arrived (milliseconds).
    pub file: Option<(File, f64)>,
}

impl<S: Into<String>> From<S> for Wish {
    fn from(key: S) -> Wish {
        Wish { key: key.into(), file: None }
    }
}

/// The photo that the worker holds. Its pictures are kept with the answers that brought them.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub file: String,
    pub height: usize,
    pub width: usize,
    pub milliseconds: f32,
    pub small: Arc<Pixels>,
    /// When its file arrived, if it is the reader's, until its first classes are there.
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

/// Weights that can be loaded: a network's name, its file, and its size; from the site or from the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub name: String,
    pub file: String,
    pub bytes: usize,
    pub own: bool,
}

/// Everything that the lab knows. It consists of handles, so that it can be copied.
#[derive(Clone, Copy, Default)]
pub struct State {
    /// The settings, as last received from the page, which owns the address.
    pub settings: RwSignal<Settings>,
    /// None until the site has said which weights it has.
    pub shelf: RwSignal<Option<Vec<Weights>>>,
    pub zoo: RwSignal<BTreeMap<String, Entry>>,
    pub photo: RwSignal<Option<Held>>,
    pub standing: RwSignal<BTreeMap<String, LoadedNetwork>>,
    pub verdicts: RwSignal<BTreeMap<String, Verdict>>,
    pub steps: RwSignal<Option<Pictures>>,
    pub why: RwSignal<Option<Pictures>>,
    pub unit: RwSignal<Option<Gathered>>,
    /// Whether the unit's picture is visible. Its gradient is asked for only then.
    pub unit_in_sight: RwSignal<bool>,
    /// The receptive fields of its network's layers; below, whether the reader looks at them.
    pub fields: RwSignal<Option<(String, Vec<LayerField>)>>,
    pub fields_open: RwSignal<bool>,
    /// The open camera.
    pub film: RwSignal<Option<Camera>, LocalStorage>,
    /// Counts the photos.
    pub shot: StoredValue<u32>,
    /// The reader's own photo, as long as the page exists; below, own weight files, by name.
    pub own_photo: StoredValue<Option<File>, LocalStorage>,
    pub files: StoredValue<BTreeMap<String, Blob>, LocalStorage>,
    /// Files at which a program has ended. The next program is not given them.
    pub fatal: StoredValue<BTreeSet<String>>,
    /// What is being fetched, was asked, was answered and was refused.
    pub wishes: RwSignal<Wishes<Topic, Wish>, LocalStorage>,
}
