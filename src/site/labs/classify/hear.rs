//! What the lab does with what its worker answers.
use super::{
    compare::{arrived, next},
    controls::Settings,
    gathered::gather,
    state::{Pictures, Verdict},
    store::Store,
};
use crate::{
    site::{
        browser::clock,
        labs::kit::photos::{
            store::Heard,
            topics::{Topic, Wish},
        },
        url::UrlState,
        widgets::canvas::Pixels,
    },
    workbench::protocol::photos::Answer,
};
use leptos::prelude::*;
use std::sync::Arc;

pub fn hear(store: Store, settings: UrlState<Settings>, heard: Heard) {
    match heard {
        // Answers about the photo before are not valid any more.
        Heard::Photo => store.verdicts.update(|verdicts| verdicts.values_mut().for_each(|verdict| verdict.from_file = None)),
        Heard::Loaded(name, own) => {
            // The weights have changed, so the network is asked again.
            store.verdicts.update(|verdicts| drop(verdicts.remove(&name)));
            let of_it = |topic: &Topic| match topic {
                Topic::Classify(of) => *of == name,
                Topic::Steps | Topic::Why | Topic::Unit | Topic::Fields => true,
                _ => false,
            };
            store.wish(|wishes| wishes.forget(of_it));
            store.seen.update(|seen| seen.iter_mut().for_each(|seen| drop(seen.by.remove(&name))));
            if own {
                choose(store, settings, &name);
            }
        }
        Heard::Named => store.wish(|wishes| wishes.forget(|topic| matches!(topic, Topic::Classify(_) | Topic::Why))),
        // One that is no photo does not stop the others.
        Heard::Failed(Topic::Compare, _) => next(store),
        Heard::Failed(..) => {}
        Heard::Answer(_, wish, answer, buffers) => take(store, &wish, *answer, buffers),
    }
}

/// A network of the reader's own file is chosen.
fn choose(store: Store, settings: UrlState<Settings>, name: &String) {
    let names = untrack(|| store.names());
    settings.commit(|s| {
        if !s.chosen(&names).contains(name) {
            s.toggle(name, &names);
        }
    });
}

fn take(store: Store, wish: &Wish, answer: Answer, buffers: Vec<Vec<u8>>) {
    match answer {
        Answer::Classified { model, device, top, preparing, reading, .. } => {
            let came = store.photo.write_untracked().as_mut().and_then(|held| held.came.take());
            let verdict = Verdict { device, top, preparing, reading, from_file: came.map(|came| clock() - came) };
            store.verdicts.update(|verdicts| drop(verdicts.insert(model, verdict)));
        }
        Answer::Compared { file, found } => arrived(store, file, found),
        Answer::Prepared { resized, cropped, .. } => {
            store.steps.set(pictures(answer, buffers, &[resized, cropped, cropped, cropped, cropped]));
        }
        Answer::Explained { seen, .. } => store.why.set(pictures(answer, buffers, &[seen, seen])),
        Answer::Unit { .. } => store.unit.update(|unit| gather(unit, &wish.key, answer, buffers)),
        Answer::Fields { model, layers } => store.fields.set(Some((model, layers))),
        _ => {}
    }
}

fn pictures(answer: Answer, buffers: Vec<Vec<u8>>, sizes: &[[usize; 2]]) -> Option<Pictures> {
    let picture = |(bytes, [height, width]): (_, &[usize; 2])| Arc::new(Pixels { height: *height, width: *width, bytes });
    Some(Pictures { answer, pictures: buffers.into_iter().zip(sizes).map(picture).collect() })
}
