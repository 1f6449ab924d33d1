//! The lab's worker: starts it, and takes in what it says.
use super::{
    controls::Settings,
    gathered::gather,
    networks,
    room::Room,
    source,
    state::{Held, Note, Offer, Pictures, Topic, Verdict},
};
use crate::{
    site::{
        bench::{Bench, Program, Status},
        browser::clock,
        machine::Machine,
        url::UrlState,
        widgets::canvas::Pixels,
    },
    workbench::{
        Wishes,
        protocol::{
            Event, Message, Request,
            photos::{Answer, Ask},
        },
    },
};
use leptos::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// Starts a worker; what an earlier one held is gone.
pub fn open(room: Room, settings: UrlState<Settings>) {
    room.wish(Wishes::restart);
    room.standing.set(BTreeMap::new());
    room.photo.set(None);
    match Bench::start(Program::Photos, room.scope, room.status, move |event| take(room, settings, event)) {
        Ok(bench) => {
            bench.send(Request::Machine);
            room.bench.set_value(Some(bench));
            room.ask(Topic::Zoo, "", Ask::Zoo, vec![]);
        }
        Err(error) => room.status.set(Status::Dead(error)),
    }
}

fn take(room: Room, settings: UrlState<Settings>, message: Message<Event>) {
    let Message { question, body, buffers } = message;
    let answer = match body {
        Event::Machine { adapter, why_no_gpu } => return room.machine.set(Machine { adapter, why_no_gpu }),
        // What could not even be read, of a file that was chosen.
        Event::Failed { message, .. } if room.wishes.with_untracked(|wishes| wishes.waits_for(question)) => {
            Answer::Failed { what: String::new(), message, on_cpu: false }
        }
        Event::Failed { message, .. } => return room.tell(message),
        // The zoo is answered with the last of its networks.
        Event::Photos(Answer::Counted { number, of, entry }) => {
            room.zoo.update(|zoo| drop(zoo.insert(entry.name.clone(), entry)));
            if number == of {
                room.wish(|wishes| drop(wishes.answered(question)));
            }
            return;
        }
        Event::Photos(answer) => answer,
        _ => return,
    };
    let Some((topic, wish)) = room.wishes.try_update(|wishes| wishes.answered(question)).flatten() else { return };
    match answer {
        Answer::Photo { file, height, width, small: [rows, columns], milliseconds } => {
            let bytes = buffers.into_iter().next().unwrap_or_default();
            let small = Arc::new(Pixels { height: rows, width: columns, bytes });
            room.shot.update_value(|shot| *shot += 1);
            // What was said of the photo before does not hold any more.
            room.verdicts.update(|verdicts| verdicts.values_mut().for_each(|verdict| verdict.from_file = None));
            let came = wish.file.as_ref().map(|(_, came)| *came);
            room.photo.set(Some(Held { file, height, width, milliseconds, small, came }));
            source::arrived(room, settings, wish);
        }
        Answer::Loaded(found) => {
            // Other weights: what the network said before is asked again.
            room.verdicts.update(|verdicts| drop(verdicts.remove(&found.name)));
            let of_it = |topic: &Topic| match topic {
                Topic::Classify(name) => *name == found.name,
                Topic::Steps | Topic::Why | Topic::Unit | Topic::Fields => true,
                _ => false,
            };
            room.wish(|wishes| wishes.forget(of_it));
            networks::arrived(room, settings, &topic, &found);
            room.standing.update(|standing| drop(standing.insert(found.name.clone(), found)));
        }
        Answer::Classified { model, device, top, preparing, reading, .. } => {
            let came = room.photo.write_untracked().as_mut().and_then(|held| held.came.take());
            let verdict = Verdict { device, top, preparing, reading, from_file: came.map(|came| clock() - came) };
            room.verdicts.update(|verdicts| drop(verdicts.insert(model, verdict)));
        }
        Answer::Prepared { resized, cropped, .. } => {
            let sizes = [resized, cropped, cropped, cropped, cropped];
            room.steps.set(Some(Pictures { answer, pictures: pictures(buffers, &sizes) }));
        }
        Answer::Explained { seen, .. } => {
            room.why.set(Some(Pictures { answer, pictures: pictures(buffers, &[seen, seen]) }));
        }
        Answer::Unit { .. } => room.unit.update(|unit| gather(unit, &wish.key, answer, buffers)),
        Answer::Fields { model, layers } => room.fields.set(Some((model, layers))),
        Answer::Failed { what, message, on_cpu } => {
            if let Topic::Load(name) = &topic {
                room.standing.update(|standing| drop(standing.remove(name)));
                room.wish(|wishes| wishes.refuse(topic, wish));
            }
            // An error of a file begins with the file's name.
            let text = if message.starts_with(&what) { message } else { format!("{what}: {message}") };
            room.note(Note { text, offer: if on_cpu { Offer::Cpu } else { Offer::Nothing } });
        }
        Answer::Counted { .. } => {}
    }
}

fn pictures(buffers: Vec<Vec<u8>>, sizes: &[[usize; 2]]) -> Vec<Arc<Pixels>> {
    buffers.into_iter().zip(sizes).map(|(bytes, [height, width])| Arc::new(Pixels { height: *height, width: *width, bytes })).collect()
}
