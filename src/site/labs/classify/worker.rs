//! The lab's worker: it is started, its events are handled, and it is replaced if it ended at a file.
use super::{
    controls::Settings,
    gathered::gather,
    networks, source,
    state::{Held, Pictures, Topic, Verdict},
    store::Store,
};
use crate::{
    site::{browser::clock, labs::kit::notes::Action, url::UrlState, widgets::canvas::Pixels},
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
pub fn open(store: Store, settings: UrlState<Settings>) {
    store.wish(Wishes::restart);
    store.standing.set(BTreeMap::new());
    store.photo.set(None);
    store.connection.open(move |event| receive(store, settings, event));
    store.connection.send(Request::Machine);
    store.ask(Topic::Zoo, "", Ask::Zoo, vec![]);
}

/// A program ended while it read a file (by a panic in a decoder, or by the browser because memory was short). The file is blamed, and
/// another program restores the state. If it read no file, or a file at which another program ended before, it is not replaced: the reader
/// is told, and may start one.
pub fn survive(store: Store, settings: UrlState<Settings>, why: &str) {
    // It was reading the file that was asked for first.
    let reading = store.wishes.with_untracked(|wishes| wishes.under_way().find(|(topic, _)| *topic != Topic::Zoo).cloned());
    let file = match &reading {
        Some((Topic::Photo | Topic::Own, wish)) => wish.file.as_ref().map_or("The photo".into(), |(file, _)| file.name()),
        Some((Topic::Load(name), _)) => name.clone(),
        _ => return,
    };
    if !store.fatal.try_update_value(|fatal| fatal.insert(file.clone())).unwrap_or(false) {
        return;
    }
    if let Some((topic @ Topic::Load(_), _)) = reading {
        // The file is not tried again automatically, on no device.
        let devices = [DeviceChoice::Cpu, DeviceChoice::Gpu];
        store.wish(|wishes| devices.iter().for_each(|device| wishes.refuse(topic.clone(), networks::wish(*device))));
    }
    store.tell(format!("{file}: the worker ended while it read this file, and was started again. {why}"));
    open(store, settings);
}

fn receive(store: Store, settings: UrlState<Settings>, message: Message<Event>) {
    let Message { question, body, buffers } = message;
    let answer = match body {
        // A chosen file that could not even be read.
        Event::Failed { message, .. } if store.wishes.with_untracked(|wishes| wishes.waits_for(question)) => {
            Answer::Failed { what: String::new(), message, on_cpu: false }
        }
        Event::Failed { message, .. } => return store.tell(message),
        // The zoo is answered once its last network has been counted.
        Event::Photos(Answer::Counted { number, of, entry }) => {
            store.zoo.update(|zoo| drop(zoo.insert(entry.name.clone(), entry)));
            if number == of {
                store.wish(|wishes| drop(wishes.answered(question)));
            }
            return;
        }
        Event::Photos(answer) => answer,
        _ => return,
    };
    let Some((topic, wish)) = store.wishes.try_update(|wishes| wishes.answered(question)).flatten() else { return };
    match answer {
        Answer::Photo { file, height, width, small: [rows, columns], milliseconds } => {
            let bytes = buffers.into_iter().next().unwrap_or_default();
            let small = Arc::new(Pixels { height: rows, width: columns, bytes });
            store.shot.update_value(|shot| *shot += 1);
            // Answers about the photo before are not valid any more.
            store.verdicts.update(|verdicts| verdicts.values_mut().for_each(|verdict| verdict.from_file = None));
            let came = wish.file.as_ref().map(|(_, came)| *came);
            store.photo.set(Some(Held { file, height, width, milliseconds, small, came }));
            source::arrived(store, settings, wish);
        }
        Answer::Loaded(found) => {
            // The weights have changed, so the network is asked again.
            store.verdicts.update(|verdicts| drop(verdicts.remove(&found.name)));
            let of_it = |topic: &Topic| match topic {
                Topic::Classify(name) => *name == found.name,
                Topic::Steps | Topic::Why | Topic::Unit | Topic::Fields => true,
                _ => false,
            };
            store.wish(|wishes| wishes.forget(of_it));
            networks::arrived(store, settings, &topic, &found);
            store.standing.update(|standing| drop(standing.insert(found.name.clone(), found)));
        }
        Answer::Classified { model, device, top, preparing, reading, .. } => {
            let came = store.photo.write_untracked().as_mut().and_then(|held| held.came.take());
            let verdict = Verdict { device, top, preparing, reading, from_file: came.map(|came| clock() - came) };
            store.verdicts.update(|verdicts| drop(verdicts.insert(model, verdict)));
        }
        Answer::Prepared { resized, cropped, .. } => {
            store.steps.set(pictures(answer, buffers, &[resized, cropped, cropped, cropped, cropped]));
        }
        Answer::Explained { seen, .. } => store.why.set(pictures(answer, buffers, &[seen, seen])),
        Answer::Unit { .. } => store.unit.update(|unit| gather(unit, &wish.key, answer, buffers)),
        Answer::Fields { model, layers } => store.fields.set(Some((model, layers))),
        Answer::Failed { what, message, on_cpu } => {
            if let Topic::Load(name) = &topic {
                store.standing.update(|standing| drop(standing.remove(name)));
                store.wish(|wishes| wishes.refuse(topic, wish));
            }
            // An error about a file begins with the file's name.
            let text = if message.starts_with(&what) { message } else { format!("{what}: {message}") };
            let done = Arc::new(move || settings.commit(|s| s.device = "cpu".into()));
            let offer = on_cpu.then(|| Action { kind: "use-cpu", about: String::new(), text: "Use the CPU", done });
            store.connection.notes.offer(text, offer);
        }
        Answer::Counted { .. } | Answer::Inspected { .. } => {}
    }
}

fn pictures(answer: Answer, buffers: Vec<Vec<u8>>, sizes: &[[usize; 2]]) -> Option<Pictures> {
    let picture = |(bytes, [height, width]): (_, &[usize; 2])| Arc::new(Pixels { height: *height, width: *width, bytes });
    Some(Pictures { answer, pictures: buffers.into_iter().zip(sizes).map(picture).collect() })
}
