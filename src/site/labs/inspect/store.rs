//! The lab's store: what all labs of photos have, and what was seen of the network.
use super::{
    controls::Settings,
    seen::{Graph, Layer, Number, Times},
};
use crate::{
    nets::insight::LayerField,
    site::{
        labs::kit::photos::{follow::stands, networks, store::Photos, topics::Topic},
        url::UrlState,
    },
    vision::Preprocess,
    workbench::protocol::photos::Entry,
};
use leptos::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
    sync::Arc,
};

/// The network if none is chosen and the site has no weights: small, and quick with random ones.
const USUAL: &str = "squeezenet1_1";
/// From this memory in bytes on, or these multiply-adds, a network is built only once the reader has agreed.
const HEAVY: u64 = 600_000_000;
const LONG: u64 = 6_000_000_000;
/// Up to these multiply-adds each layer's time is measured without being asked for.
const SHORT: u64 = 1_000_000_000;

/// Everything that the lab knows. What it shares with other labs of photos can be read as if it were its own.
#[derive(Clone, Copy)]
pub struct Store {
    photos: Photos,
    pub settings: UrlState<Settings>,
    network: Memo<String>,
    entry: Memo<Option<Entry>>,
    present: Memo<Option<Arc<Graph>>>,
    node: Memo<Option<usize>>,
    pub graph: RwSignal<Option<Arc<Graph>>>,
    pub times: RwSignal<Option<Arc<Times>>>,
    pub layer: RwSignal<Option<Arc<Layer>>>,
    pub number: RwSignal<Option<Arc<Number>>>,
    /// The receptive fields of a network's layers, by path.
    pub fields: RwSignal<(String, BTreeMap<String, LayerField>)>,
    /// The likeliest class, and for which question.
    pub likeliest: RwSignal<Option<(String, usize)>>,
    /// Why a question has no answer.
    pub refused: RwSignal<BTreeMap<Topic, String>>,
    /// The unfolded blocks.
    pub open: RwSignal<BTreeSet<String>>,
    /// The large networks that the reader agreed to build, and those whose times the reader asked for.
    pub agreed: RwSignal<BTreeSet<String>>,
    pub timed: RwSignal<BTreeSet<String>>,
}

impl Deref for Store {
    type Target = Photos;
    fn deref(&self) -> &Photos {
        &self.photos
    }
}

/// Whose weights a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighted {
    /// Published or the reader's own, loaded.
    Real,
    /// They are on their way.
    Coming,
    /// None are there, or the reader wants none.
    Random,
}

impl Store {
    /// A store without a worker yet, for these settings.
    pub fn new(settings: UrlState<Settings>) -> Store {
        let photos = Photos::new(settings);
        let graph = RwSignal::new(None::<Arc<Graph>>);
        let network = Memo::new(move |_| {
            let asked = settings.with(|s| s.network.clone());
            if asked.is_empty() { photos.names().into_iter().next().unwrap_or(USUAL.into()) } else { asked }
        });
        let entry = Memo::new(move |_| photos.zoo.with(|zoo| network.with(|network| zoo.get(network).cloned())));
        let present = Memo::new(move |_| graph.get().filter(|graph| network.with(|network| graph.model == *network)));
        let node = Memo::new(move |_| settings.with(|s| present.get()?.find(&s.node)));
        Store {
            photos,
            settings,
            network,
            entry,
            present,
            node,
            graph,
            times: RwSignal::default(),
            layer: RwSignal::default(),
            number: RwSignal::default(),
            fields: RwSignal::default(),
            likeliest: RwSignal::default(),
            refused: RwSignal::default(),
            open: RwSignal::default(),
            agreed: RwSignal::default(),
            timed: RwSignal::default(),
        }
    }
    /// The chosen network: the one of the settings, or the first whose weights are there.
    pub fn network(self) -> String {
        self.network.get()
    }
    /// The counts of the chosen network, once they are there.
    pub fn entry(self) -> Option<Entry> {
        self.entry.get()
    }
    /// The number of its classes: its weight file's, if it is loaded, else the paper's.
    pub fn classes(self) -> usize {
        let network = self.network();
        let own = self.standing.with(|standing| standing.get(&network).map(|found| found.classes));
        own.or(self.entry().map(|entry| entry.classes)).unwrap_or(0)
    }
    /// How it reads photos: as it is loaded, else as usual.
    pub fn preprocess(self) -> Option<Preprocess> {
        let network = self.network();
        let own = self.standing.with(|standing| standing.get(&network).map(|found| found.preprocess));
        own.or(self.entry().and_then(|entry| entry.preprocess))
    }
    /// The graph of the chosen network.
    pub fn present(self) -> Option<Arc<Graph>> {
        self.present.get()
    }
    /// The number of the chosen node.
    pub fn node(self) -> Option<usize> {
        self.node.get()
    }
    /// The times of the chosen network.
    pub fn present_times(self) -> Option<Arc<Times>> {
        let network = self.network();
        self.times.get().filter(|times| times.model == network)
    }
    /// The layer of the chosen node.
    pub fn present_layer(self) -> Option<Arc<Layer>> {
        let (graph, node) = (self.present()?, self.node()?);
        self.layer.get().filter(|layer| graph.nodes.get(node).is_some_and(|node| node.path == layer.output.name))
    }
    /// Channel, row and column of the number that is followed, once its layer is there.
    pub fn followed(self) -> Option<[usize; 3]> {
        let layer = self.present_layer()?;
        self.settings.with(|s| {
            let channel = layer.chosen(s.channel)?;
            let [row, column] = layer.place(channel, s.row, s.column)?;
            Some([channel, row, column])
        })
    }
    /// What building the chosen network takes, if that is much.
    pub fn is_heavy(self) -> bool {
        self.entry().is_some_and(|entry| entry.memory >= HEAVY || entry.macs >= LONG)
    }
    /// Whether the chosen network may be built: it is known what it takes, and that is little or the reader has agreed.
    pub fn may_build(self) -> bool {
        let network = self.network();
        self.entry().is_some() && (!self.is_heavy() || self.agreed.with(|agreed| agreed.contains(&network)))
    }
    /// Whether its times are measured now.
    pub fn is_timed(self) -> bool {
        let network = self.network();
        self.present().is_some_and(|graph| graph.macs() <= SHORT) || self.timed.with(|timed| timed.contains(&network))
    }
    /// The networks whose weights are wanted.
    pub fn wanted(self) -> Vec<String> {
        let network = self.network();
        let is_there = self.names().contains(&network) && !self.settings.with(|s| s.random);
        // What stands was built already.
        let stands = self.standing.with(|standing| standing.contains_key(&network));
        if is_there && (stands || self.may_build()) { vec![network] } else { vec![] }
    }
    /// Whose weights the chosen network has.
    pub fn weighted(self) -> Weighted {
        let network = self.network();
        if !self.wanted().contains(&network) {
            return Weighted::Random;
        }
        let (topic, wish) = (Topic::Load(network.clone()), networks::wish(self.device()));
        match stands(self.photos, &network) {
            true => Weighted::Real,
            false if self.wishes.with(|wishes| wishes.is_refused(&topic, &wish)) => Weighted::Random,
            false => Weighted::Coming,
        }
    }
}
