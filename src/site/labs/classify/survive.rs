//! A program that ends while it reads a file (a decoder's panic ends it, or the browser, for want of memory): the file is blamed, and another program takes up
//! what stood before.
use super::room::{Room, Topic};
use crate::workbench::protocol::DeviceChoice;
use leptos::prelude::*;

/// Starts another program, and says at which file the last one ended. One that ended while it read none, or read what another ended at before, stays ended:
/// the reader is told, and may start one.
pub fn survive(room: Room, why: &str) {
    // What was asked first is what it was at.
    let reading = room.wishes.with_untracked(|wishes| wishes.topics().next().cloned());
    let file = match &reading {
        Some(Topic::Photo) => room.taken.with_value(|taken| taken.as_ref().map_or("The photo".into(), |file| file.name())),
        Some(Topic::Load(name)) => name.clone(),
        _ => return,
    };
    if !room.fatal.try_update_value(|fatal| fatal.insert(file.clone())).unwrap_or(false) {
        return;
    }
    room.taken.set_value(None);
    if let Some(Topic::Load(name)) = reading {
        // Not brought again by itself, on whichever device.
        let devices = [DeviceChoice::Cpu, DeviceChoice::Gpu];
        room.refused.update_value(|refused| refused.extend(devices.map(|device| format!("{name} {device:?}"))));
    }
    room.tell(format!("{file}: the worker ended while it read this file, and was started again. {why}"));
    room.open();
}
