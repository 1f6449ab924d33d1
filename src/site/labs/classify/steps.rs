//! The steps of preprocessing, up to the input tensor.
use super::{state::Pictures, store::Store};
use crate::{
    nets::models::Reading,
    site::widgets::{
        erased::{part, text},
        number::number,
        picture::{Shown, picture},
    },
    workbench::protocol::photos::Answer,
};
use leptos::prelude::*;

/// Picture number `at` of an answer.
pub fn nth(of: RwSignal<Option<Pictures>>, at: usize) -> Signal<Shown> {
    Signal::derive(move || of.with(|found| found.as_ref().and_then(|found| found.pictures.get(at).cloned())))
}

fn size([height, width]: [usize; 2]) -> String {
    format!("{width} × {height}")
}

/// The descriptions of the decoded, resized and cropped photo, of the tensor, and of its three channels.
fn said(answer: &Answer) -> Option<[String; 7]> {
    let Answer::Prepared { decoded, resized, cropped, ranges, preprocess, .. } = answer else { return None };
    let how = format!("{:?}", preprocess.resampling).to_lowercase();
    let channel = |at: usize| {
        let [from, by] = [preprocess.mean[at], preprocess.deviation[at]].map(|v| number(v, 3));
        let range = ranges.get(at).map(|range| range.map(|v| number(v, 2)));
        range.map_or("…".into(), |[least, mean, most]| format!("(x/255 − {from}) / {by}: {least} to {most}, mean {mean}"))
    };
    Some([
        format!("{} pixels of red, green and blue, bytes", size(*decoded)),
        format!("{}: the shorter side {}, {how} as Pillow does it", size(*resized), preprocess.resize),
        format!("{}: the middle", size(*cropped)),
        format!("N 1 × C 3 × H {} × W {}", cropped[0], cropped[1]),
        channel(0),
        channel(1),
        channel(2),
    ])
}

pub fn steps(store: Store) -> AnyView {
    let all = Memo::new(move |_| store.steps.with(|found| found.as_ref().and_then(|found| said(&found.answer))));
    let words = move |at: usize| text(move || all.with(|all| all.as_ref().map_or("…".into(), |all| all[at].clone())));
    let channel = move |at: usize, id: &'static str, name: &'static str| {
        let label = text(move || format!("Channel {name} of the tensor"));
        view! { <li><h3>{name}</h3>{picture(id, label, nth(store.steps, at + 2))}<p class="note">{words(at + 4)}</p></li> }.into_any()
    };
    let title = move || {
        let name = store.focus()?;
        store.zoo.with(|zoo| zoo.get(&name).map(|entry| entry.title.clone()))
    };
    let says = move || store.standing.with(|standing| standing.get(&store.focus()?).map(|found| found.reading)) == Some(Reading::File);
    let way = move |title: String| if says() { format!("As the weight file of {title} says.") } else { format!("As {title} wants it.") };
    let whose = text(move || title().map_or("What enters".into(), way));
    let small = Signal::derive(move || store.photo.with(|photo| photo.as_ref().map(|held| held.small.clone())));
    let shown = move || {
        view! {
            <ol class="steps wide" id="steps">
                <li><h3>"Decoded"</h3>{picture("decoded", text(|| "The photo as decoded".into()), small)}<p class="note">{words(0)}</p></li>
                <li><h3>"Resized"</h3>{picture("resized", text(|| "The photo resized".into()), nth(store.steps, 0))}<p class="note">{words(1)}</p></li>
                <li><h3>"Cropped"</h3>{picture("cropped", text(|| "The middle of the photo".into()), nth(store.steps, 1))}<p class="note">{words(2)}</p></li>
                {channel(0, "red", "Red, normalised")}
                {channel(1, "green", "Green, normalised")}
                {channel(2, "blue", "Blue, normalised")}
            </ol>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="steps-title">
            <h2 id="steps-title">"From the photo to the tensor"</h2>
            <p>{whose} " A network reads numbers about zero, in a square. What it was trained with, it gets: the same resampling, the same middle, the same scale of each channel. Blue is below zero, orange above."</p>
            {part(shown)}
            <p class="note" id="tensor">"What enters: " {words(3)}</p>
        </section>
    }
    .into_any()
}
