//! Asks the worker for everything that the settings require and that is not there yet, and corrects what the network does not have.
use super::{
    controls::{Settings, ask},
    store::{Store, Weighted},
};
use crate::{
    site::labs::kit::photos::{follow as kit, topics::Topic},
    workbench::protocol::{inspect::Look, photos::Ask},
};
use leptos::prelude::*;

/// The largest number of nodes whose receptive fields are asked for.
const FIELDS: usize = 400;

/// Asks for what is due. It runs whenever something of it changes.
pub fn follow(store: Store) {
    let settings = store.settings.get();
    if !kit::follow(*store, || store.wanted()) {
        return;
    }
    let network = store.network();
    if store.is_counted() && store.entry().is_none() && !settings.network.is_empty() {
        return store.settings.mend("Network", &settings.network, "the usual one", "The zoo has no network of this name.", |s| {
            s.network.clear();
            s.choose(String::new());
        });
    }
    // The graph needs neither weights nor a photo. A weight file may have other classes, or be read at another size.
    let (classes, side) = (store.classes(), store.preprocess().map(|own| own.crop));
    let usual = store.entry().is_none_or(|entry| (entry.classes, entry.preprocess.map(|own| own.crop)) == (classes, side));
    let key = if usual { network.clone() } else { format!("{network} {classes} {side:?}") };
    store.ask_once(Topic::Graph, key, || ask(&network, Look::Graph));
    let Some(graph) = store.present() else { return };
    let Some(node) = graph.find(&settings.node) else {
        return store.settings.mend("Layer", &settings.node, "the first convolution", "This network has no layer of this path.", |s| {
            s.choose(String::new())
        });
    };
    if store.photo.with(Option::is_none) || !store.may_build() || store.weighted() == Weighted::Coming {
        return;
    }
    let of = format!("{} {:?} {network} {:?}", store.shot.get_value(), store.device(), store.weighted());
    let path = graph.nodes[node].path.clone();
    let Some(class) = class(store, &settings, &network, &of) else { return };
    let key = format!("{of} {path} {class:?}");
    store.ask_once(Topic::Layer, key.clone(), || ask(&network, Look::Layer { node: path.clone(), class }));
    number(store, &settings, &network, &of, &key);
    // What takes longer comes after the layer.
    if store.present_layer().is_none() {
        return;
    }
    if graph.nodes.len() <= FIELDS {
        let layers = || graph.nodes.iter().map(|node| node.path.clone()).collect();
        store.ask_once(Topic::Fields, network.clone(), || Ask::Fields { model: network.clone(), layers: layers() });
    }
    if store.is_timed() {
        store.ask_once(Topic::Times, of, || ask(&network, Look::Times));
    }
}

/// The class whose logit is differentiated; none for the activation itself. The outer None: it is not known yet.
fn class(store: Store, settings: &Settings, network: &str, of: &str) -> Option<Option<usize>> {
    if !settings.gradient {
        return Some(None);
    }
    let classes = store.classes();
    match usize::try_from(settings.class) {
        Ok(class) if class < classes => Some(Some(class)),
        Ok(class) => {
            let why = format!("This network has the classes 0 to {}.", classes.saturating_sub(1));
            store.settings.mend("Class", &class.to_string(), "the likeliest one", &why, |s| s.class = -1);
            None
        }
        Err(_) => {
            if let Some((_, class)) = store.likeliest.get().filter(|(known, _)| known == of) {
                return Some(Some(class));
            }
            let last = store.present()?.nodes.last()?.path.clone();
            store.ask_once(Topic::Logits, of.into(), || ask(network, Look::Layer { node: last, class: None }));
            None
        }
    }
}

/// Asks for the number that is followed, once its layer is there.
fn number(store: Store, settings: &Settings, network: &str, of: &str, key: &str) {
    let Some(layer) = store.layer.get().filter(|layer| layer.key == key) else { return };
    let has = format!("This layer has {}.", super::words::sizes(layer.size));
    let Some(channel) = layer.chosen(settings.channel) else {
        return store.settings.mend("Channel", &settings.channel.to_string(), "the strongest one", &has, |s| {
            (s.channel, s.row, s.column) = (-1, -1, -1);
        });
    };
    let Some(place) = layer.place(channel, settings.row, settings.column) else {
        let asked = format!("{}, {}", settings.row, settings.column);
        return store.settings.mend("Row and column", &asked, "the strongest place", &has, |s| (s.row, s.column) = (-1, -1));
    };
    let node = layer.output.name.clone();
    let (channel, place) = layer.counted(channel, place);
    store.ask_once(Topic::Cell, format!("{of} {node} {channel} {place:?}"), || ask(network, Look::Cell { node, channel, place }));
}
