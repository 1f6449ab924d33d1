//! What a lab of photos begins with whenever something has changed: the worker, the photo, and the networks that are wanted.
use super::{networks::bring, source::bring_photo, store::Photos, worker::survive};
use crate::{
    site::{machine::Machine, worker_client::Status},
    workbench::protocol::{Request, photos::Ask},
};
use leptos::prelude::*;

/// Replaces a worker that has ended at a file, brings the photo that the settings name, loads the networks that are wanted and have weights, and unloads all others.
/// Returns whether there is a worker to ask. It tracks everything that it reads.
pub fn follow(photos: Photos, wanted: impl FnOnce() -> Vec<String>) -> bool {
    // When something has arrived or was refused, questions that waited for it are asked.
    photos.wishes.track();
    // Pictures follow the theme.
    photos.dark.iter().for_each(|dark| dark.0.track());
    let status = photos.connection.status.get();
    if let Status::Dead(why) = &status {
        survive(photos, why);
    }
    if status != Status::Ready || !photos.connection.machine.with(Machine::is_known) || photos.shelf.with(Option::is_none) {
        return false;
    }
    let device = photos.device();
    bring_photo(photos, &photos.photo_setting().value.get());
    let wanted = wanted();
    for name in photos.standing.with(|standing| standing.keys().filter(|name| !wanted.contains(name)).cloned().collect::<Vec<_>>()) {
        photos.connection.send(Request::Photos(Ask::Unload { model: name.clone() }));
        photos.standing.update(|standing| drop(standing.remove(&name)));
    }
    wanted.iter().filter(|name| !stands(photos, name)).for_each(|name| bring(photos, name, device));
    true
}

/// Whether a network is loaded on the device of the settings.
pub fn stands(photos: Photos, name: &str) -> bool {
    let device = photos.device();
    photos.standing.with(|standing| standing.get(name).is_some_and(|found| found.device == device))
}
