//! The answers of all networks, side by side: the five likeliest classes, the time, and the device.
use super::{
    controls::{NONE, Settings},
    state::Verdict,
    store::Store,
};
use crate::{
    nets::models::Reading,
    site::{
        browser,
        labs::kit::photos::networks::{load_own, megabytes, read_as},
        url::UrlState,
        widgets::erased::{flag, on_click, part, text},
    },
    workbench::protocol::{
        DeviceChoice,
        photos::{Guess, LoadedNetwork},
    },
};
use leptos::prelude::*;
use leptos_router::components::A;

pub fn percent(probability: f32) -> String {
    format!("{:.1} %", 100.0 * probability)
}

/// A class as a button that asks for its attribution.
fn guess(store: Store, settings: UrlState<Settings>, model: String, first: bool, guess: Guess) -> AnyView {
    let (class, asked) = (guess.class as i32, model.clone());
    let current = move || settings.with(|s| s.class == class || (s.class < 0 && first)) && store.focus().as_ref() == Some(&asked);
    let ask = move || {
        let model = model.clone();
        settings.commit(move |s| (s.of, s.class) = (model, class));
    };
    let share = format!("width:{:.1}%", 100.0 * guess.probability);
    view! {
        <li class:best=first>
            <button class="guess" data-class=class aria-pressed=text(move || current().to_string()) title="Where does it see that?" on:click=on_click(ask)>
                <span class="class">{guess.name}</span><span class="share">{percent(guess.probability)}</span>
                <span class="track"><span class="fill" style=share></span></span>
            </button>
        </li>
    }
    .into_any()
}

/// Whose way of reading photos it has, if its weight file says one, and the way to the other.
fn way_of_reading(store: Store, standing: &LoadedNetwork) -> AnyView {
    let name = standing.name.clone();
    let usual = store.zoo.with(|zoo| zoo.get(&name).and_then(|entry| entry.preprocess));
    let read = standing.preprocess;
    let (said, other) = match standing.reading {
        Reading::Usual => return ().into_any(),
        Reading::File if usual == Some(read) => (format!("Photos are read as its weight file says, which is the usual way: {read}."), None),
        Reading::File => (format!("Photos are read as its weight file says: {read}. "), Some("Read them as usual")),
        Reading::Overruled => {
            ("Photos are read as is usual for this network, not as its weight file says. ".into(), Some("Read them as the file says"))
        }
    };
    let overrule = standing.reading == Reading::File;
    let button = other.map(|label| {
        let again = move || read_as(*store, name.clone(), overrule);
        view! { <button class="quiet reading" on:click=on_click(again)>{label}</button> }
    });
    view! { <p class="note" data-reading=format!("{:?}", standing.reading).to_lowercase()>{said}{button}</p> }.into_any()
}

fn column(store: Store, settings: UrlState<Settings>, name: String) -> AnyView {
    let Some(standing) = store.standing.with(|standing| standing.get(&name).cloned()) else {
        let title = store.title(&name);
        return view! { <div class="answer" data-model=name><h3>{title}</h3><p class="note">"Not loaded."</p></div> }.into_any();
    };
    let found = store.verdicts.with(|verdicts| verdicts.get(&name).cloned());
    let device = store.connection.machine.with(|machine| machine.device_name(standing.device));
    let place = if standing.device == DeviceChoice::Gpu { "gpu" } else { "cpu" };
    let top = found.as_ref().and_then(|v| v.top.first().map(|g| g.name.clone()));
    let size = format!("{:.2} million parameters, {}", standing.parameters as f64 / 1e6, megabytes(standing.bytes as u64));
    let (preparing, reading, from_file) = found.as_ref().map_or((None, None, None), |v| (Some(v.preparing), Some(v.reading), v.from_file));
    let list = match found {
        Some(Verdict { device: on, top, preparing, reading, from_file, .. }) => {
            let whole = from_file.map_or(String::new(), |time| format!("; from the file to this {time:.0} ms"));
            let text = format!(
                "{}: prepared in {preparing:.0} ms, read in {reading:.0} ms{whole}",
                store.connection.machine.with(|m| m.device_name(on))
            );
            let guesses = top.into_iter().enumerate().map(|(at, g)| guess(store, settings, name.clone(), at == 0, g)).collect_view();
            view! { <ol class="guesses">{guesses}</ol><p class="note times">{text}</p> }.into_any()
        }
        None => {
            let next = if store.photo.with(Option::is_some) { "it reads the photo…" } else { "it waits for a photo." };
            view! { <p class="note">{format!("Loaded on the {device}; {next}")}</p> }.into_any()
        }
    };
    let own = store.shelf.with(|shelf| shelf.iter().flatten().any(|weights| weights.own && weights.name == name));
    let twins = if own { standing.twins.clone() } else { vec![] };
    let known = if standing.says_padding { "the file says that it is not that. " } else { "the file does not say which it is. " };
    let read = way_of_reading(store, &standing);
    let twins = twins.into_iter().map(|(twin, title)| {
        let file = standing.file.clone();
        let load = move || load_own(*store, file.clone(), Some(twin.clone()));
        view! {
            <p class="note twin">
                "These weights also fit "{title.clone()}", which pads or prepares photos differently; "{known}
                <button class="quiet" on:click=on_click(load)>"Read them as that"</button>
            </p>
        }
    });
    let twins = twins.collect_view();
    view! {
        <div class="answer" data-model=name data-device=place data-top=top data-preparing-ms=preparing data-reading-ms=reading data-from-file-ms=from_file>
            <h3>{standing.title}</h3>
            <p class="note">{size}</p>
            {list}{read}{twins}
        </div>
    }
    .into_any()
}

/// Networks in the address whose weights are not here.
fn elsewhere(store: Store) -> Vec<String> {
    let names = store.names();
    let asked = store.settings.with(|s| s.networks.clone());
    let is_absent = |name: &&str| !name.is_empty() && *name != NONE && !names.iter().any(|known| known == name);
    if store.shelf.with(Option::is_some) { asked.split(',').filter(is_absent).map(String::from).collect() } else { vec![] }
}

fn absent(store: Store, name: String) -> AnyView {
    let title = store.zoo.with(|zoo| zoo.get(&name).map(|entry| entry.title.clone()));
    let text = match title {
        Some(_) => "Its weights are not beside this site. Add a file of them above; the zoo tells where they are.",
        None => "The zoo has no network of this name.",
    };
    let zoo = browser::link(&format!("/lab/zoo?network={name}"));
    let title = title.unwrap_or(name.clone());
    view! { <div class="answer" data-absent=name><h3>{title}</h3><p class="note">{text}</p><A href=zoo>"The zoo"</A></div> }.into_any()
}

pub fn answers(store: Store, settings: UrlState<Settings>) -> AnyView {
    let columns = move || {
        let chosen = store.chosen();
        let elsewhere = elsewhere(store);
        if chosen.is_empty() && elsewhere.is_empty() {
            return view! { <p class="note">"Choose a network, or add one."</p> }.into_any();
        }
        let absent = elsewhere.into_iter().map(|name| absent(store, name)).collect_view();
        view! { {chosen.into_iter().map(|name| column(store, settings, name)).collect_view()}{absent} }.into_any()
    };
    let first = move || {
        let name = store.focus()?;
        let name_of = store.verdicts.with(|verdicts| verdicts.get(&name).and_then(|v| v.top.first().map(|g| g.name.clone())))?;
        Some(format!("It sees: {name_of}."))
    };
    view! {
        <section aria-labelledby="answers-title">
            <h2 id="answers-title">"What it sees"</h2>
            <p class="visually-hidden" aria-live="polite">{text(move || first().unwrap_or_default())}</p>
            <div class="answers wide" id="answers" class:many=flag(move || store.chosen().len() > 1)>{part(columns)}</div>
        </section>
    }
    .into_any()
}
