//! A program that ends while it reads a file (a decoder's panic ends it, or the browser, for want of memory): the file is blamed, and another program takes up
//! what stood before.
use super::{controls::Settings, networks::wish, room::Room, state::Topic, worker::open};
use crate::{site::url::UrlState, workbench::protocol::DeviceChoice};
use leptos::prelude::*;

/// Starts another program, and says at which file the last one ended. One that ended while it read none, or read what another ended at before, stays ended:
/// the reader is told, and may start one.
pub fn survive(room: Room, settings: UrlState<Settings>, why: &str) {
    // What was asked first is what it was at.
    let reading = room.wishes.with_untracked(|wishes| wishes.under_way().find(|(topic, _)| *topic != Topic::Zoo).cloned());
    let file = match &reading {
        Some((Topic::Photo | Topic::Own, wish)) => wish.file.as_ref().map_or("The photo".into(), |(file, _)| file.name()),
        Some((Topic::Load(name), _)) => name.clone(),
        _ => return,
    };
    if !room.fatal.try_update_value(|fatal| fatal.insert(file.clone())).unwrap_or(false) {
        return;
    }
    if let Some((topic @ Topic::Load(_), _)) = reading {
        // Not brought again by itself, on whichever device.
        let devices = [DeviceChoice::Cpu, DeviceChoice::Gpu];
        room.wish(|wishes| devices.iter().for_each(|device| wishes.refuse(topic.clone(), wish(*device))));
    }
    room.tell(format!("{file}: the worker ended while it read this file, and was started again. {why}"));
    open(room, settings);
}
