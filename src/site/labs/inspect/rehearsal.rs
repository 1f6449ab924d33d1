//! The lab's logic with the workbench in the same thread: from a network's name to its graph, a layer, and one number; late wishes and bad addresses.
use super::{controls::Settings, follow::follow, hear::hear, number::chain, store::Store};
use crate::{
    engine::tensor::Device,
    nets::{
        data::{Precision, write_safetensors},
        models::model,
        nn::{self, Scope},
    },
    site::{
        in_process::{self, Part},
        labs::kit::photos::{samples::OWN, topics::Topic, worker::open},
        url::UrlState,
    },
    workbench::protocol::{DeviceChoice, inspect::Kind, photos::Ask},
};
use image::{ImageFormat, Rgb, RgbImage};
use leptos::prelude::*;
use pollster::block_on;
use std::io::Cursor;

const NETWORK: &str = "squeezenet1_1";

/// A photo of one colour with a stripe.
fn photo() -> Vec<u8> {
    let mut bytes = vec![];
    let picture = RgbImage::from_fn(96, 64, |x, _| if x / 8 == 3 { Rgb([250, 240, 10]) } else { Rgb([20, 90, 160]) });
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// The lab with a photo and without weights.
fn lab(settings: Settings) -> (Part, Store) {
    let settings = Settings { photo: OWN.into(), device: "cpu".into(), ..settings };
    let (page, store) = Part::of(|| Store::new(UrlState::free(settings)));
    store.hears(move |heard| hear(store, heard));
    page.run(|| open(*store));
    store.shelf.set(Some(vec![]));
    store.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
    until(store, "the machine", || store.connection.machine.with_untracked(|machine| machine.is_known()));
    store.ask(Topic::Photo, OWN, Ask::Photo { file: "stripe.png".into() }, vec![photo().into()]);
    (page, store)
}

/// What the page's effect does whenever something changes.
fn until(store: Store, what: &str, holds: impl Fn() -> bool) {
    in_process::until(what, || {
        untrack(|| follow(store));
        holds()
    });
}

fn of(network: &str) -> Settings {
    Settings { network: network.into(), ..Settings::default() }
}

/// The path of the layer that is shown.
fn shown(store: Store) -> Option<String> {
    untrack(|| store.present_layer()).map(|layer| layer.output.name.clone())
}

/// The number that has come last: its path, channel and place.
fn followed(store: Store) -> Option<(String, usize, [usize; 2])> {
    store.number.with_untracked(|number| number.as_ref().map(|number| (number.cell.node.clone(), number.cell.channel, number.cell.place)))
}

#[test]
fn a_network_becomes_a_graph_a_layer_and_one_number_that_equals_the_engines() {
    let (_page, store) = lab(of(NETWORK));
    until(store, "the graph", || untrack(|| store.present()).is_some());
    let graph = untrack(|| store.present()).unwrap();
    assert_eq!(graph.nodes[0].kind, Kind::Input);
    assert_eq!(graph.nodes.iter().map(|node| node.parameters).sum::<usize>(), model(NETWORK).unwrap().params);
    assert!(store.open.with_untracked(|open| open.contains("features")), "a few boxes are there to be seen");
    // The first convolution, of its own accord, and the strongest number in it.
    until(store, "a layer and its number", || store.number.with_untracked(Option::is_some));
    let layer = untrack(|| store.present_layer()).unwrap();
    assert!(layer.drawn, "without weights they are random");
    assert_eq!(layer.values.len(), layer.size.iter().product::<usize>());
    let number = store.number.get_untracked().unwrap();
    let [channel, row, column] = untrack(|| store.followed()).unwrap();
    let place = (row * layer.size[2]) + column;
    assert_eq!(number.cell.value, layer.channel(channel)[place], "the number of the map");
    assert!(number.agrees() && number.patch.len() == 27, "{number:?}");
    assert!(chain(&number).iter().any(|line| line.starts_with("equal to the engine’s number")));
    // Times come by themselves for a small network, one for each node.
    until(store, "the times", || store.times.with_untracked(Option::is_some));
    assert_eq!(untrack(|| store.present_times()).unwrap().milliseconds.len(), graph.nodes.len());
    until(store, "rest", || store.is_idle());
    let asked = store.connection.asked();
    (0..20).for_each(|_| {
        untrack(|| follow(store));
        in_process::turn();
    });
    assert_eq!(store.connection.asked(), asked, "what was answered is asked again");
}

#[test]
fn a_newer_wish_wins_and_the_gradient_of_the_likeliest_class_is_another_picture() {
    let (_page, store) = lab(of(NETWORK));
    until(store, "a layer", || shown(store).is_some());
    until(store, "rest", || store.is_idle());
    let asked = store.connection.asked();
    let graph = untrack(|| store.present()).unwrap();
    let paths: Vec<&str> = graph.nodes.iter().filter(|node| node.kind == Kind::Convolution).map(|node| &node.path[..]).collect();
    for path in &paths {
        store.settings.preview(|s| s.choose(path.to_string()));
        untrack(|| follow(store));
    }
    let last = paths.last().unwrap().to_string();
    until(store, "the last layer", || shown(store).as_ref() == Some(&last) && store.is_idle());
    until(store, "its number", || followed(store).is_some_and(|(node, ..)| node == last) && store.is_idle());
    assert!(store.connection.asked() - asked <= 6, "{} questions for {} layers", store.connection.asked() - asked, paths.len());
    let before = untrack(|| store.present_layer()).unwrap();
    store.settings.preview(|s| s.gradient = true);
    until(store, "the gradient", || untrack(|| store.present_layer()).is_some_and(|layer| layer.logit.is_some()));
    let after = untrack(|| store.present_layer()).unwrap();
    let (known, class) = store.likeliest.get_untracked().unwrap();
    assert_eq!((after.logit.map(|(class, _)| class), after.values.len()), (Some(class), before.values.len()), "{known}");
    assert_ne!(after.values, before.values);
}

#[test]
fn what_an_address_cannot_have_is_corrected() {
    let bad = Settings { node: "nothing".into(), channel: 9999, row: 3, column: 99_999, gradient: true, class: 5000, ..of(NETWORK) };
    let (_page, store) = lab(bad);
    until(store, "a gradient", || untrack(|| store.present_layer()).is_some_and(|layer| layer.logit.is_some()));
    until(store, "a number", || store.number.with_untracked(Option::is_some));
    let settings = store.settings.get_untracked();
    assert_eq!((settings.node.as_str(), settings.class, settings.channel, settings.row), ("", -1, -1, -1));
    // A network that there is not is known once all are counted.
    store.settings.preview(|s| s.network = "nothing".into());
    until(store, "another network", || store.settings.with_untracked(|s| s.network.is_empty()));
    until(store, "its graph", || untrack(|| store.present()).is_some());
}

#[test]
fn a_network_that_reads_no_photos_says_why_and_has_a_graph() {
    let (_page, store) = lab(of("lenet5"));
    until(store, "the graph", || untrack(|| store.present()).is_some());
    until(store, "the reason", || store.refused.with_untracked(|refused| refused.contains_key(&Topic::Layer)));
    until(store, "rest", || store.is_idle());
    let why = store.refused.with_untracked(|refused| refused[&Topic::Layer].clone());
    assert!(why.starts_with("lenet5"), "{why}");
}

#[test]
fn a_large_network_is_drawn_at_once_and_built_after_a_yes() {
    let (_page, store) = lab(of("vgg16"));
    until(store, "the graph and the counts", || untrack(|| store.present().is_some() && store.entry().is_some()));
    (0..50).for_each(|_| {
        untrack(|| follow(store));
        in_process::turn();
    });
    assert!(untrack(|| store.is_heavy() && !store.may_build()));
    assert!(store.wishes.with_untracked(|wishes| wishes.latest(&Topic::Layer).is_none()), "nothing is built unasked");
    store.agreed.write().insert("vgg16".into());
    untrack(|| follow(store));
    assert!(store.wishes.with_untracked(|wishes| wishes.latest(&Topic::Layer).is_some()));
}

#[test]
fn a_readers_weights_are_chosen_and_are_not_random() {
    let (_page, store) = lab(of("squeezenet1_0"));
    let network = model(NETWORK).unwrap().network(&Scope::new(Device::Cpu, 1)).unwrap();
    let weights = write_safetensors(&block_on(nn::save(&network)).unwrap(), Precision::Single, &[]).unwrap();
    let ask = Ask::Load { model: None, file: "squeeze.safetensors".into(), device: DeviceChoice::Cpu, usual: false };
    store.ask(Topic::Load("squeeze.safetensors".into()), "Cpu", ask, vec![weights.into()]);
    until(store, "its layer", || untrack(|| store.network() == NETWORK && store.present_layer().is_some_and(|layer| !layer.drawn)));
    // A file of other classes has another graph.
    let outputs = || untrack(|| store.present()).map(|graph| graph.nodes[graph.nodes.len() - 1].dims.clone());
    assert_eq!(outputs(), Some(vec![1000]));
    let network = model(NETWORK).unwrap().with_classes(7).network(&Scope::new(Device::Cpu, 1)).unwrap();
    let weights = write_safetensors(&block_on(nn::save(&network)).unwrap(), Precision::Single, &[]).unwrap();
    let ask = Ask::Load { model: None, file: "seven.safetensors".into(), device: DeviceChoice::Cpu, usual: false };
    store.ask(Topic::Load("seven.safetensors".into()), "Cpu", ask, vec![weights.into()]);
    until(store, "its graph", || outputs() == Some(vec![7]) && untrack(|| store.classes()) == 7);
    until(store, "its layer again", || shown(store).is_some() && store.is_idle());
    // The reader wants random ones all the same.
    store.settings.preview(|s| s.random = true);
    until(store, "random weights", || untrack(|| store.present_layer().is_some_and(|layer| layer.drawn)));
}
