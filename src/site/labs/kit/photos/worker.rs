//! The worker of a lab of photos: it is started, its events are handled, and it is replaced if it ended at a file.
use super::{
    names, networks, source,
    store::{Heard, Held, Names, Photos},
    topics::Topic,
};
use crate::{
    site::{labs::kit::notes::Action, widgets::canvas::Pixels},
    workbench::{
        Wishes,
        protocol::{
            DeviceChoice, Event, Message, Request,
            photos::{Answer, Ask},
        },
    },
};
use leptos::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// Starts a worker. The data of an earlier one are gone.
pub fn open(photos: Photos) {
    photos.wish(Wishes::restart);
    photos.standing.set(BTreeMap::new());
    photos.photo.set(None);
    photos.connection.open(move |event| receive(photos, event));
    photos.connection.send(Request::Machine);
    photos.ask(Topic::Zoo, "", Ask::Zoo, vec![]);
    names::give_again(photos);
}

/// A program ended while it read a file (by a panic in a decoder, or by the browser because memory was short). The file is blamed, and
/// another program restores the state. If it read no file, or a file at which another program ended before, it is not replaced: the reader
/// is told, and may start one.
pub fn survive(photos: Photos, why: &str) {
    // It was reading the file that was asked for first.
    let reading = photos.wishes.with_untracked(|wishes| wishes.under_way().find(|(topic, _)| *topic != Topic::Zoo).cloned());
    let file = match &reading {
        Some((Topic::Photo | Topic::Own, wish)) => wish.file.as_ref().map_or("The photo".into(), |(file, _)| file.name()),
        Some((Topic::Load(name), _)) => name.clone(),
        Some((Topic::Compare, wish)) => wish.key.clone(),
        _ => return,
    };
    if !photos.fatal.try_update_value(|fatal| fatal.insert(file.clone())).unwrap_or(false) {
        return;
    }
    if let Some((topic @ Topic::Load(_), _)) = reading {
        // The file is not tried again automatically, on no device.
        let devices = [DeviceChoice::Cpu, DeviceChoice::Gpu];
        photos.wish(|wishes| devices.iter().for_each(|device| wishes.refuse(topic.clone(), networks::wish(*device))));
    }
    photos.tell(format!("{file}: the worker ended while it read this file, and was started again. {why}"));
    open(photos);
}

fn receive(photos: Photos, message: Message<Event>) {
    let Message { question, body, buffers } = message;
    let answer = match body {
        // A chosen file that could not even be read.
        Event::Failed { message, .. } if photos.wishes.with_untracked(|wishes| wishes.waits_for(question)) => {
            Answer::Failed { what: String::new(), message, on_cpu: false }
        }
        Event::Failed { message, .. } => return photos.tell(message),
        // The zoo is answered once its last network has been counted.
        Event::Photos(Answer::Counted { number, of, entry }) => {
            photos.zoo.update(|zoo| drop(zoo.insert(entry.name.clone(), entry)));
            if number == of {
                photos.wish(|wishes| drop(wishes.answered(question)));
            }
            return;
        }
        Event::Photos(answer) => answer,
        _ => return,
    };
    let Some((topic, wish)) = photos.wishes.try_update(|wishes| wishes.answered(question)).flatten() else { return };
    match answer {
        Answer::Photo { file, height, width, small: [rows, columns], milliseconds } => {
            let bytes = buffers.into_iter().next().unwrap_or_default();
            let small = Arc::new(Pixels { height: rows, width: columns, bytes });
            photos.shot.update_value(|shot| *shot += 1);
            photos.told(Heard::Photo);
            let came = wish.file.as_ref().map(|(_, came)| *came);
            photos.photo.set(Some(Held { file, height, width, milliseconds, small, came }));
            source::arrived(photos, wish);
        }
        Answer::Named { file, names, fits, told } => names::arrived(photos, wish, file.map(|file| Names { file, names }), fits, told),
        Answer::Loaded(found) => networks::arrived(photos, &topic, found),
        Answer::Failed { what, message, on_cpu } => {
            if let Topic::Load(name) = &topic {
                photos.standing.update(|standing| drop(standing.remove(name)));
                photos.wish(|wishes| wishes.refuse(topic.clone(), wish));
            }
            // An error about a file begins with the file's name.
            let text = if message.starts_with(&what) { message } else { format!("{what}: {message}") };
            photos.told(Heard::Failed(topic, text.clone()));
            let done = Arc::new(move || (photos.device_setting().commit)("cpu".into()));
            let offer = on_cpu.then(|| Action { kind: "use-cpu", about: String::new(), text: "Use the CPU", done });
            photos.connection.notes.offer(text, offer);
        }
        answer => photos.told(Heard::Answer(topic, wish, Box::new(answer), buffers)),
    }
}
