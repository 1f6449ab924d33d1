//! Asks the worker for everything that the settings require and that is not there yet.
use super::{
    controls::Settings,
    gathered::{NUMBER, shifted},
    layers::{layers, outline},
    networks::bring,
    room::Room,
    source::bring_photo,
    state::Topic,
    worker::survive,
};
use crate::{
    site::{machine::Machine, url::UrlState, widgets::canvas, worker_client::Status},
    workbench::protocol::{
        Request,
        photos::{Answer, Ask},
    },
};
use leptos::prelude::*;

/// Takes the settings, and asks for what is due. It runs whenever something of it changes.
pub fn follow(room: Room, address: UrlState<Settings>) {
    let settings = address.get();
    if room.settings.with_untracked(|known| *known != settings) {
        room.settings.set(settings.clone());
    }
    // When something has arrived or was refused, questions that waited for it are asked.
    room.wishes.track();
    // Pictures follow the theme.
    room.dark.iter().for_each(|dark| dark.0.track());
    let status = room.connection.status.get();
    if let Status::Dead(why) = &status {
        survive(room, address, why);
    }
    if status != Status::Ready || !room.connection.machine.with(Machine::is_known) || room.shelf.with(Option::is_none) {
        return;
    }
    let device = room.device();
    bring_photo(room, address, &settings.photo);
    let chosen = room.chosen();
    for name in room.standing.with(|standing| standing.keys().filter(|name| !chosen.contains(name)).cloned().collect::<Vec<_>>()) {
        room.connection.send(Request::Photos(Ask::Unload { model: name.clone() }));
        room.standing.update(|standing| drop(standing.remove(&name)));
    }
    let stands = |name: &String| room.standing.with(|standing| standing.get(name).is_some_and(|found| found.device == device));
    chosen.iter().filter(|name| !stands(name)).for_each(|name| bring(room, name, device));
    if chosen.is_empty() {
        room.why.set(None);
        room.steps.set(None);
    }
    if room.photo.with(Option::is_none) {
        return;
    }
    let (shot, disturbance) = (room.shot.get_value(), settings.disturbance());
    for name in chosen.iter().filter(|name| stands(name)) {
        let (model, key) = (name.clone(), format!("{shot} {device:?} {disturbance:?}"));
        room.ask_once(Topic::Classify(name.clone()), key, || Ask::Classify { model, disturbance });
    }
    if room.unit_in_sight.get()
        && let Some(model) = of_units(room).filter(|model| stands(model) || room.asked_for_units().is_some())
    {
        let of = format!("{shot} {device:?} {}", stands(&model));
        unit(room, &settings, model.clone(), of);
        fields(room, model);
    }
    let Some(model) = room.focus().filter(stands) else { return };
    let palette = canvas::palette();
    let key = format!("{shot} {device:?} {disturbance:?} {model} {palette:?}");
    room.ask_once(Topic::Steps, key.clone(), || Ask::Prepare { model: model.clone(), disturbance, palette });
    let class = room.class(&settings);
    let Settings { method, layer, fresh, .. } = settings;
    let key = format!("{key} {method:?} {layer} {class:?} {fresh}");
    room.ask_once(Topic::Why, key, || Ask::Explain { model, disturbance, method, layer, class, fresh, palette });
}

/// The network whose units are shown. None while the one that is asked for may still arrive.
fn of_units(room: Room) -> Option<String> {
    let asked = room.settings.with(|s| s.unit_model.clone());
    let is_counted = asked.is_empty() || room.zoo.with(|zoo| zoo.contains_key(&asked));
    let is_awaited = !is_counted && room.wishes.with_untracked(|wishes| wishes.is_under_way(&Topic::Zoo));
    room.asked_for_units().or_else(|| room.focus().filter(|_| !is_awaited))
}

/// Asks for the next picture that the mean of a unit's gradient still lacks.
fn unit(room: Room, settings: &Settings, model: String, of: String) {
    let Settings { unit_layer, unit_across, unit_down, unit_channel, unit_noise, unit_random, .. } = settings;
    let disturbance = settings.disturbance();
    let question = format!("{of} {model} {disturbance:?} {unit_layer} {unit_across} {unit_down} {unit_channel} {unit_noise} {unit_random}");
    let come = room.unit.with_untracked(|unit| unit.as_ref().filter(|unit| unit.question == question).map_or(0, |unit| unit.pictures));
    let number = if come > settings.unit_images { 0 } else { come };
    if number == settings.unit_images {
        return;
    }
    // The first picture determines the channel. The others are asked for the same channel, so that the mean belongs to one unit.
    let found = room.unit.with_untracked(|unit| match unit.as_ref().map(|unit| &unit.answer) {
        Some(Answer::Unit { channel, .. }) if number > 0 => Some(*channel),
        _ => None,
    });
    let disturbance = if *unit_noise { disturbance } else { shifted(disturbance, number) };
    let ask = || settings.unit(model, disturbance, number, found);
    room.ask_once(Topic::Unit, format!("{question}{NUMBER}{number}"), ask);
}

/// Asks for the receptive fields of the layers in the strip, while the table is open.
fn fields(room: Room, model: String) {
    let layers: Vec<String> = outline(&layers(room)).into_iter().map(|layer| layer.name).collect();
    if room.fields_open.get() && !layers.is_empty() {
        room.ask_once(Topic::Fields, format!("{model} {layers:?}"), || Ask::Fields { model, layers });
    }
}
