//! What the photo goes through before the network sees it, step by step, up to the tensor that enters.
use super::{room::Room, state::Pictures};
use crate::{
    site::widgets::{
        erased::{part, say},
        number::number,
        picture::{Shown, picture},
    },
    workbench::protocol::photos::Answer,
};
use leptos::prelude::*;

/// Picture number `at` of those that belong to an answer.
pub fn nth(of: RwSignal<Option<Pictures>>, at: usize) -> Signal<Shown> {
    Signal::derive(move || of.with(|found| found.as_ref().and_then(|found| found.pictures.get(at).cloned())))
}

fn words(room: Room, of: impl Fn(&Answer) -> Option<String> + Send + Sync + 'static) -> Signal<String> {
    say(move || room.steps.with(|found| found.as_ref().and_then(|found| of(&found.answer)).unwrap_or_else(|| "…".into())))
}

fn size([height, width]: [usize; 2]) -> String {
    format!("{width} × {height}")
}

fn channel(room: Room, at: usize, id: &'static str, name: &'static str) -> AnyView {
    let range = words(room, move |answer| {
        let Answer::Prepared { ranges, preprocess, .. } = answer else { return None };
        let [least, mean, most] = *ranges.get(at)?;
        let [from, by] = [preprocess.mean[at], preprocess.deviation[at]].map(|v| number(v, 3));
        Some(format!("(x/255 − {from}) / {by}: {} to {}, mean {}", number(least, 2), number(most, 2), number(mean, 2)))
    });
    view! { <li><h3>{name}</h3>{picture(id, say(move || format!("Channel {name} of the tensor")), nth(room.steps, at + 2))}<p class="note">{range}</p></li> }.into_any()
}

pub fn steps(room: Room) -> AnyView {
    let decoded = words(room, |answer| match answer {
        Answer::Prepared { decoded, .. } => Some(format!("{} pixels of red, green and blue, bytes", size(*decoded))),
        _ => None,
    });
    let resized = words(room, |answer| match answer {
        Answer::Prepared { resized, preprocess, .. } => {
            let how = format!("{:?}", preprocess.resampling).to_lowercase();
            Some(format!("{}: the shorter side {}, {how} as Pillow does it", size(*resized), preprocess.resize))
        }
        _ => None,
    });
    let cropped = words(room, |answer| match answer {
        Answer::Prepared { cropped, .. } => Some(format!("{}: the middle", size(*cropped))),
        _ => None,
    });
    let tensor = words(room, |answer| match answer {
        Answer::Prepared { cropped: [height, width], .. } => Some(format!("N 1 × C 3 × H {height} × W {width}")),
        _ => None,
    });
    let title = move || {
        let name = room.focus()?;
        room.zoo.with(|zoo| zoo.get(&name).map(|entry| entry.title.clone()))
    };
    let whose = say(move || title().map_or("What enters".into(), |title| format!("As {title} wants it.")));
    let small = Signal::derive(move || room.photo.with(|photo| photo.as_ref().map(|held| held.small.clone())));
    let shown = move || {
        view! {
            <ol class="steps wide" id="steps">
                <li><h3>"Decoded"</h3>{picture("decoded", say(|| "The photo as decoded".into()), small)}<p class="note">{decoded}</p></li>
                <li><h3>"Resized"</h3>{picture("resized", say(|| "The photo resized".into()), nth(room.steps, 0))}<p class="note">{resized}</p></li>
                <li><h3>"Cropped"</h3>{picture("cropped", say(|| "The middle of the photo".into()), nth(room.steps, 1))}<p class="note">{cropped}</p></li>
                {channel(room, 0, "red", "Red, normalised")}
                {channel(room, 1, "green", "Green, normalised")}
                {channel(room, 2, "blue", "Blue, normalised")}
            </ol>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="steps-title">
            <h2 id="steps-title">"From the photo to the tensor"</h2>
            <p>{whose} " A network reads numbers about zero, in a square. What it was trained with, it gets: the same resampling, the same middle, the same scale of each channel. Blue is below zero, orange above."</p>
            {part(shown)}
            <p class="note" id="tensor">"What enters: " {tensor}</p>
        </section>
    }
    .into_any()
}
