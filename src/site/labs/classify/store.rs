//! The lab's store: what all labs of photos have, and the answers that only this one asks for.
use super::{
    compared::Seen,
    controls::Settings,
    gathered::Gathered,
    state::{Pictures, Verdict},
};
use crate::{
    nets::insight::LayerField,
    site::{labs::kit::photos::store::Photos, url::UrlState},
    wire::Part,
};
use leptos::prelude::*;
use std::{
    collections::{BTreeMap, VecDeque},
    ops::Deref,
};

/// Everything that the lab knows. What it shares with other labs of photos can be read as if it were its own.
#[derive(Clone, Copy)]
pub struct Store {
    photos: Photos,
    /// The settings, as last received from the page, which owns the address.
    pub settings: RwSignal<Settings>,
    pub verdicts: RwSignal<BTreeMap<String, Verdict>>,
    pub steps: RwSignal<Option<Pictures>>,
    pub why: RwSignal<Option<Pictures>>,
    pub unit: RwSignal<Option<Gathered>>,
    /// What networks saw in the photos on which they are compared; below, the photos that wait for it.
    pub seen: RwSignal<Vec<Seen>>,
    pub waiting: RwSignal<VecDeque<(String, Part)>, LocalStorage>,
    /// Whether the unit's picture is visible. Its gradient is asked for only then.
    pub unit_in_sight: RwSignal<bool>,
    /// The receptive fields of its network's layers; below, whether the reader looks at them.
    pub fields: RwSignal<Option<(String, Vec<LayerField>)>>,
    pub fields_open: RwSignal<bool>,
}

impl Deref for Store {
    type Target = Photos;
    fn deref(&self) -> &Photos {
        &self.photos
    }
}

impl Store {
    /// A store without a worker yet, for these settings.
    pub fn new(settings: UrlState<Settings>) -> Store {
        Store {
            photos: Photos::new(settings),
            settings: RwSignal::new(settings.get_untracked()),
            verdicts: RwSignal::default(),
            steps: RwSignal::default(),
            why: RwSignal::default(),
            unit: RwSignal::default(),
            seen: RwSignal::default(),
            waiting: RwSignal::new_local(VecDeque::new()),
            unit_in_sight: RwSignal::default(),
            fields: RwSignal::default(),
            fields_open: RwSignal::default(),
        }
    }
    /// The chosen networks whose weights are there.
    pub fn chosen(self) -> Vec<String> {
        self.settings.with(|s| s.chosen(&self.names()))
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
