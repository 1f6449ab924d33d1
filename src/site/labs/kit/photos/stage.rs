//! The photo: what the worker decoded, other sources, and its author.
use super::{
    samples::{SAMPLES, Sample},
    source::{chosen as take, paste, start_film, stop_film, take_files},
    store::Photos,
};
use crate::site::{
    credits, files,
    widgets::{
        erased::{flag, on_click, text},
        picture::picture,
    },
};
use leptos::{ev, prelude::*};

/// The note of a file in the manifest, which names its author.
fn credit(key: &str) -> Option<String> {
    let file = credits::manifest().ok()?.files.into_iter().find(|file| file.name == format!("{key}.png"))?;
    let note = file.note.split(". ").next().unwrap_or_default().to_string();
    Some(format!("{note}. {}.", file.licence))
}

fn sample(photos: Photos, Sample { key, name, .. }: Sample) -> AnyView {
    let setting = photos.photo_setting();
    let current = move || setting.value.with(|photo| photo == key).to_string();
    let address = files::address(&format!("data/photos/{key}.png"));
    view! {
        <button class="sample" id=format!("sample-{key}") aria-pressed=text(current) title=name on:click=on_click(move || (setting.commit)(key.into()))>
            <img src=address alt="" width="64" height="64" loading="lazy" /><span>{name}</span>
        </button>
    }
    .into_any()
}

/// The photo, with the ways to another one.
pub fn stage(photos: Photos) -> AnyView {
    let small = Signal::derive(move || photos.photo.with(|photo| photo.as_ref().map(|held| held.small.clone())));
    let label =
        text(move || photos.photo.with(|photo| photo.as_ref().map_or("No photo yet".into(), |held| format!("The photo {}", held.file))));
    let chosen = photos.photo_setting().value;
    // The place that the photo will take.
    let place = move || {
        let [width, height] = chosen.with(|photo| SAMPLES.iter().find(|sample| sample.key == photo).map_or([3, 2], |sample| sample.size));
        format!("--photo-width:{width};--photo-height:{height}")
    };
    let filming = flag(move || photos.film.with(Option::is_some));
    let camera = move || if filming.get_untracked() { stop_film(photos) } else { start_film(photos) };
    view! {
        <div class="stage">
            <h2>"Photo"</h2>
            <div class="photo" class:waiting-photo=flag(move || photos.photo.with(Option::is_none)) style=text(place)>{picture("photo", label, small)}</div>
            <div class="bar">
                <label class="file button main">"Choose a photo" <input id="photo-file" type="file" accept="image/*" on:change=take(photos) /></label>
                <button id="camera" aria-pressed=text(move || filming.get().to_string()) on:click=on_click(camera)>
                    {text(move || if filming.get() { "Stop the camera".into() } else { "Camera".into() })}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// The description and the author of the photo, and other photos to choose.
pub fn samples(photos: Photos) -> AnyView {
    let facts = move || {
        photos.photo.with(|photo| {
            let Some(held) = photo else { return "The photo is on its way.".into() };
            let pixels = format!("{} × {} pixels", held.width, held.height);
            let megapixels = (held.width * held.height) as f64 / 1e6;
            let decoded = if held.milliseconds > 0.0 { format!(", decoded in {:.0} ms", held.milliseconds) } else { String::new() };
            format!("{}: {pixels}, {megapixels:.1} megapixels{decoded}", held.file)
        })
    };
    let chosen = photos.photo_setting().value;
    let made = move || chosen.with(|photo| credit(photo)).unwrap_or_else(|| "Yours; it stays on this machine.".into());
    view! {
        <div class="samples-and-facts">
            <p class="facts" id="photo-facts">{text(facts)}</p>
            <p class="note" id="photo-credit">{text(made)}</p>
            <div class="samples" role="group" aria-label="Sample photos">{SAMPLES.map(|one| sample(photos, one)).into_iter().collect_view()}</div>
            <p class="note">"Or drop or paste a photo anywhere on this page."</p>
        </div>
    }
    .into_any()
}

/// Takes files that are dropped or pasted anywhere on the page.
pub fn listen(photos: Photos) {
    let over = window_event_listener(ev::dragover, |event| event.prevent_default());
    let dropped = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        take_files(photos, event.data_transfer().and_then(|data| data.files()));
    });
    let pasted = window_event_listener(ev::paste, move |event| paste(photos, &event.into()));
    on_cleanup(move || {
        over.remove();
        dropped.remove();
        pasted.remove();
    });
}
