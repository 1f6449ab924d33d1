//! One network: its paper, the source of its accuracy, its input, its memory, its lines of PyTorch, and where its weights are.
use super::{controls::Settings, snippet::snippet, store::Store};
use crate::{
    site::{
        browser, credits,
        scope::Scope,
        url::UrlState,
        widgets::{
            erased::{on_click, part, text},
            number::grouped,
        },
    },
    workbench::protocol::photos::{Accuracy, Entry},
};
use leptos::prelude::*;
use leptos_router::components::A;

fn reads(entry: &Entry) -> String {
    let [channels, height, width] = entry.input;
    let tensor = format!("N × {channels} × {height} × {width}");
    let read = entry.preprocess.as_ref().map_or(tensor.clone(), |preprocess| format!("{tensor}; {preprocess}"));
    if entry.answers_per_pixel { read + "; answers for every pixel" } else { read }
}

fn reached(accuracy: &Accuracy) -> String {
    let top5 = accuracy.top5.map_or(String::new(), |v| format!(", top-5 {v:.1} %"));
    format!("top-1 {:.1} %{top5}; {}", accuracy.top1, accuracy.by)
}

/// Where published weights are, and how a site gets them.
fn weights(entry: &Entry) -> AnyView {
    if entry.weights.is_empty() {
        return view! { "None are known under exactly these names." }.into_any();
    }
    let credits::Manifest { files, catalogue } = credits::manifest().unwrap_or_default();
    let line = |file: &String| {
        let published = catalogue.iter().find(|source| source.file == *file).map(|found| (&found.source, &found.licence, String::new()));
        // Files that the site's set-up fetches, or that it always has.
        let own = files.iter().find(|known| known.name == *file);
        let own = own.map(|found| (&found.source, &found.licence, format!(", with this site ({} {})", found.package, found.version)));
        match own.or(published) {
            Some((address, licence, note)) if address.starts_with("https://") => {
                view! { <li><a href=address.clone() rel="noopener">{file.clone()}</a>" "{licence.clone()}{note}</li> }.into_any()
            }
            Some((source, licence, note)) => view! { <li>{format!("{file} {licence}, {source}{note}")}</li> }.into_any(),
            None => view! { <li>{file.clone()}</li> }.into_any(),
        }
    };
    let lines = entry.weights.iter().map(line).collect_view();
    let later = entry.later.as_ref().map(|later| {
        let note = format!(
            "Trained again: {}; {}. Known by its file’s name; the command brings the one above.",
            reached(&later.accuracy),
            later.preprocess
        );
        view! { {line(&later.file)}<li class="note">{note}</li> }
    });
    let command = catalogue.iter().any(|source| source.network == entry.name).then(|| {
        let command = format!("script/weights {}", entry.name);
        view! { <span class="note">"Where there is a network, "<code>{command}</code>" lays them beside the site; or drop the file onto the lab of photos."</span> }
    });
    view! { <ul>{lines}{later}</ul>{command} }.into_any()
}

fn shown(entry: Entry, settings: UrlState<Settings>, copied: RwSignal<bool>) -> AnyView {
    let lines = snippet(&entry);
    let code = lines.clone();
    let scope = Scope::here();
    let copy = move || {
        let lines = lines.clone();
        scope.spawn(async move { copied.set(browser::copy(lines).await) });
    };
    let accuracy = entry.accuracy.as_ref().map_or("not published".to_string(), reached);
    let memory = format!(
        "{:.0} MB to ask it once, {:.0} MB to ask it why (a backward pass keeps what was computed)",
        entry.memory as f64 / 1e6,
        entry.memory_to_explain as f64 / 1e6
    );
    let beside = match entry.only_for_training {
        0 => String::new(),
        heads => format!(
            " ({} with the {} of its auxiliary heads, which only training reads)",
            grouped(entry.parameters as u64),
            grouped(heads as u64)
        ),
    };
    let counts = format!("{} parameters{beside}, {} multiply-adds", grouped(entry.answering() as u64), grouped(entry.macs));
    let photos = (entry.preprocess.is_some() && !entry.answers_per_pixel).then(|| {
        let address = browser::link(&format!("/lab/classify?networks={}", entry.name));
        view! { <A href=address>"Show it a photo"</A> }
    });
    let inside = browser::link(&format!("/lab/inspect?network={}", entry.name));
    let published = weights(&entry);
    let reads = reads(&entry);
    view! {
        <section class="details" id="details" aria-labelledby="details-title" data-network=entry.name.clone()>
            <h2 id="details-title">{entry.title.clone()}" "<code>{entry.name.clone()}</code></h2>
            <dl>
                <dt>"Paper"</dt><dd>{entry.paper}</dd>
                <dt>"Counted"</dt><dd>{counts}</dd>
                <dt>"Accuracy"</dt><dd>{accuracy}</dd>
                <dt>"Reads"</dt><dd>{reads}</dd>
                <dt>"Memory"</dt><dd>{memory}</dd>
                <dt>"Weights"</dt><dd>{published}</dd>
            </dl>
            <pre tabindex="0" id="snippet"><code>{code}</code></pre>
            <div class="bar">
                <button id="copy-snippet" on:click=on_click(copy)>"Copy"</button>
                <span role="status">{text(move || if copied.get() { "Copied.".into() } else { String::new() })}</span>
                {photos}
                <A href=inside>"Look into it"</A>
                <button class="quiet" id="close-details" on:click=on_click(move || settings.commit(|s| s.network = String::new()))>"Close"</button>
            </div>
        </section>
    }
    .into_any()
}

pub fn details(store: Store, settings: UrlState<Settings>) -> AnyView {
    let copied = RwSignal::new(false);
    let network = Memo::new(move |_| settings.with(|s| s.network.clone()));
    part(move || {
        let name = network.get();
        copied.set(false);
        match store.zoo.with(|zoo| zoo.iter().find(|entry| entry.name == name).cloned()) {
            Some(entry) => shown(entry, settings, copied),
            None if !name.is_empty() && store.is_done() => {
                view! { <p class="note" id="unknown-network">{format!("The zoo has no {name}.")}</p> }.into_any()
            }
            None if !name.is_empty() => view! { <p class="note coming">{format!("{name} is being counted…")}</p> }.into_any(),
            None => view! { <p class="note">"Choose a network, in a plot or in the table, for its paper, its memory and its lines of PyTorch."</p> }.into_any(),
        }
    })
}
