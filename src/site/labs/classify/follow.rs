//! Asks the worker for everything that the settings require and that is not there yet.
use super::{
    controls::Settings,
    gathered::{NUMBER, shifted},
    layers::{layers, outline},
    store::Store,
};
use crate::{
    site::{
        labs::kit::photos::{self as kit, topics::Topic},
        url::UrlState,
        widgets::canvas,
    },
    workbench::protocol::photos::{Answer, Ask},
};
use leptos::prelude::*;

/// Takes the settings, and asks for what is due. It runs whenever something of it changes.
pub fn follow(store: Store, address: UrlState<Settings>) {
    let settings = address.get();
    if store.settings.with_untracked(|known| *known != settings) {
        store.settings.set(settings.clone());
    }
    let is_there = kit::follow::follow(*store, || store.chosen());
    if !is_there {
        return;
    }
    let (device, chosen) = (store.device(), store.chosen());
    let stands = |name: &String| kit::follow::stands(*store, name);
    if chosen.is_empty() {
        store.why.set(None);
        store.steps.set(None);
    }
    if store.photo.with(Option::is_none) {
        return;
    }
    let (shot, disturbance) = (store.shot.get_value(), settings.disturbance());
    for name in chosen.iter().filter(|name| stands(name)) {
        let (model, key) = (name.clone(), format!("{shot} {device:?} {disturbance:?}"));
        store.ask_once(Topic::Classify(name.clone()), key, || Ask::Classify { model, disturbance });
    }
    if store.unit_in_sight.get()
        && let Some(model) = of_units(store).filter(|model| stands(model) || store.asked_for_units().is_some())
    {
        let of = format!("{shot} {device:?} {}", stands(&model));
        unit(store, &settings, model.clone(), of);
        fields(store, model);
    }
    let Some(model) = store.focus().filter(stands) else { return };
    let palette = canvas::palette();
    let key = format!("{shot} {device:?} {disturbance:?} {model} {palette:?}");
    store.ask_once(Topic::Steps, key.clone(), || Ask::Prepare { model: model.clone(), disturbance, palette });
    let class = store.class(&settings);
    let Settings { method, layer, fresh, .. } = settings;
    let key = format!("{key} {method:?} {layer} {class:?} {fresh}");
    store.ask_once(Topic::Why, key, || Ask::Explain { model, disturbance, method, layer, class, fresh, palette });
}

/// The network whose units are shown. None while the one that is asked for may still arrive.
fn of_units(store: Store) -> Option<String> {
    let asked = store.settings.with(|s| s.unit_model.clone());
    let is_counted = asked.is_empty() || store.zoo.with(|zoo| zoo.contains_key(&asked));
    let is_awaited = !is_counted && store.wishes.with_untracked(|wishes| wishes.is_under_way(&Topic::Zoo));
    store.asked_for_units().or_else(|| store.focus().filter(|_| !is_awaited))
}

/// Asks for the next picture that the mean of a unit's gradient still lacks.
fn unit(store: Store, settings: &Settings, model: String, of: String) {
    let Settings { unit_layer, unit_across, unit_down, unit_channel, unit_noise, unit_random, .. } = settings;
    let disturbance = settings.disturbance();
    let question = format!("{of} {model} {disturbance:?} {unit_layer} {unit_across} {unit_down} {unit_channel} {unit_noise} {unit_random}");
    let come = store.unit.with_untracked(|unit| unit.as_ref().filter(|unit| unit.question == question).map_or(0, |unit| unit.pictures));
    let number = if come > settings.unit_images { 0 } else { come };
    if number == settings.unit_images {
        return;
    }
    // The first picture determines the channel. The others are asked for the same channel, so that the mean belongs to one unit.
    let found = store.unit.with_untracked(|unit| match unit.as_ref().map(|unit| &unit.answer) {
        Some(Answer::Unit { channel, .. }) if number > 0 => Some(*channel),
        _ => None,
    });
    let disturbance = if *unit_noise { disturbance } else { shifted(disturbance, number) };
    let ask = || settings.unit(model, disturbance, number, found);
    store.ask_once(Topic::Unit, format!("{question}{NUMBER}{number}"), ask);
}

/// Asks for the receptive fields of the layers in the strip, while the table is open.
fn fields(store: Store, model: String) {
    let layers: Vec<String> = outline(&layers(store)).into_iter().map(|layer| layer.name).collect();
    if store.fields_open.get() && !layers.is_empty() {
        store.ask_once(Topic::Fields, format!("{model} {layers:?}"), || Ask::Fields { model, layers });
    }
}
