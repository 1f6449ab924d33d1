//! The controls: picture, kernel, and what is made of them.
use super::{
    cells, id,
    makers::{self, MAKERS, PRESETS, SAMPLES, Slider},
    settings::Settings,
    source,
    table::Table,
};
use crate::{
    nets::vision::{Border, Noise},
    site::{url::Keys, widgets::choice::Choice},
    workbench::protocol::vision::View,
};
use leptos::{ev, html, prelude::*};

type Options = Vec<(String, String)>;

fn named(pairs: &[(&str, &str)]) -> Options {
    pairs.iter().map(|(key, name)| (key.to_string(), name.to_string())).collect()
}

/// A choice among fixed things; types are erased, so that the page stays small.
pub fn choice(
    table: Table,
    own: &'static str,
    label: &'static str,
    options: Signal<Options>,
    get: fn(&Settings) -> String,
    set: fn(&mut Settings, &str),
) -> AnyView {
    pick(table, own, label, options, Signal::derive(move || table.settings.with(get)), set)
}

fn pick(
    table: Table,
    own: &'static str,
    label: &'static str,
    options: Signal<Options>,
    value: Signal<String>,
    set: fn(&mut Settings, &str),
) -> AnyView {
    view! { <Choice id=id(own) label value options choose=move |key: String| table.settings.commit(|s| set(s, &key)) /> }.into_any()
}

/// A key as serde writes it, and back; what cannot be read changes nothing.
pub fn key_of<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_string()
}
pub fn read_key<T: serde::de::DeserializeOwned>(slot: &mut T, key: &str) {
    if let Ok(value) = serde_json::from_str(&format!("\"{key}\"")) {
        *slot = value;
    }
}

/// A slider that is seen while it is dragged and kept when it is let go.
pub fn slider(table: Table, slider: &'static Slider) -> AnyView {
    let read = |event: &ev::Event| event_target_value(event).parse::<f32>().ok();
    let set = move |s: &mut Settings, value: f32| {
        (slider.set)(s, value);
        // A wider bell needs more cells.
        if let Some(maker) = MAKERS.iter().find(|maker| maker.key == s.kernel)
            && ["sigma", "ratio", "gamma"].contains(&slider.key)
        {
            s.size = (maker.natural)(s);
        }
    };
    let value = move || table.settings.with(slider.get);
    let id = id(slider.key);
    view! {
        <label class="control slider" for=id.clone()>
            <span>{slider.label} " " <output>{move || cells::number(value(), 3)}{slider.unit}</output></span>
            <input
                id=id.clone()
                type="range"
                min=slider.range[0]
                max=slider.range[1]
                step=slider.step
                prop:value=move || value().to_string()
                on:input=move |event| if let Some(value) = read(&event) { table.settings.preview(|s| set(s, value)) }
                on:change=move |event| if let Some(value) = read(&event) { table.settings.commit(|s| set(s, value)) }
            />
        </label>
    }
    .into_any()
}

/// A box to tick.
fn tick(table: Table, own: &'static str, label: &'static str, get: fn(&Settings) -> bool, set: fn(&mut Settings, bool)) -> AnyView {
    view! {
        <label class="control tick" for=id(own)>
            <input id=id(own) type="checkbox" prop:checked=move || table.settings.with(get) on:change=move |event| table.settings.commit(|s| set(s, event_target_checked(&event))) />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// Reset and presets.
pub fn bar(table: Table) -> AnyView {
    let presets: Options = std::iter::once((String::new(), "Presets …".to_string()))
        .chain(PRESETS.iter().map(|(name, query)| (query.to_string(), name.to_string())))
        .collect();
    let choose = |s: &mut Settings, query: &str| {
        if !query.is_empty() {
            let (picture, seed, row, column) = (s.picture.clone(), s.seed, s.row, s.column);
            *s = Settings { picture, seed, row, column, ..Keys::default().from_query(query) };
        }
    };
    // It shows the preset that the settings are, if they are one.
    let chosen = Signal::derive(move || {
        let own = table
            .settings
            .with(|s| Keys::default().to_query(&Settings { picture: "scene".into(), seed: 1, row: 100, column: 100, ..s.clone() }, ""));
        let same = |query: &str| {
            let sorted = |query: &str| {
                let mut parts: Vec<String> = query.split('&').map(String::from).collect();
                parts.sort();
                parts
            };
            sorted(query) == sorted(&own)
        };
        PRESETS.iter().find(|(_, query)| same(query)).map(|(_, query)| query.to_string()).unwrap_or_default()
    });
    view! {
        <div class="buttons"><button id=id("reset") type="button" on:click=move |_| table.settings.reset()>"Reset"</button></div>
        {pick(table, "preset", "Try", Signal::stored(presets), chosen, choose)}
    }
    .into_any()
}

/// Where the picture comes from, its seed and its noise.
pub fn picture(table: Table) -> AnyView {
    let options = Signal::derive(move || {
        let mut options = named(&[("scene", "Drawn scene")]);
        options.extend(named(SAMPLES));
        let own = table.settings.with(|s| s.picture.clone());
        if own == "own" || table.sources.with_value(|sources| sources.contains_key("own")) {
            options.extend(named(&[("own", "My own")]));
        }
        if own == "live" {
            options.extend(named(&[("live", "Camera")]));
        }
        options
    });
    let file = NodeRef::<html::Input>::new();
    let filming = move || table.camera.with(Option::is_some);
    let noises = named(&[("none", "None"), ("gaussian", "Normal"), ("pepper", "Salt and pepper")]);
    let noisy = move || table.settings.with(|s| s.noise != Noise::None);
    view! {
        {choice(table, "picture", "Picture", options, |s| s.picture.clone(), |s, key| s.picture = key.into())}
        <div class="buttons">
            <label class="file button" for=id("file")>
                "Open …"
                <input id=id("file") node_ref=file class="visually-hidden" type="file" accept="image/*"
                    on:change=move |_| source::take_files(table, file.get_untracked().and_then(|file| file.files())) />
            </label>
            <button id=id("camera") type="button" aria-pressed=move || filming().to_string()
                on:click=move |_| if filming() { source::stop_camera(table) } else { source::start_camera(table) }>
                {move || if filming() { "Stop the camera" } else { "Camera" }}
            </button>
        </div>
        <label class="control seed" for=id("seed")>
            <span>"Seed"</span>
            <input id=id("seed") type="number" min="0" step="1" prop:value=move || table.settings.with(|s| s.seed.to_string())
                on:change=move |event| table.settings.commit(|s| s.seed = event_target_value(&event).parse().unwrap_or(s.seed)) />
        </label>
        {choice(table, "noise", "Noise", Signal::stored(noises), |s| key_of(&s.noise), |s, key| read_key(&mut s.noise, key))}
        {move || noisy().then(|| slider(table, makers::slider("grain")))}
    }
    .into_any()
}

/// Which kernel, how large, and its numbers.
pub fn kernel(table: Table) -> AnyView {
    let options = Signal::derive(move || {
        let own = table.settings.with(|s| s.kernel == "own").then(|| ("own".to_string(), "My own".to_string()));
        MAKERS.iter().map(|maker| (maker.key.to_string(), maker.name.to_string())).chain(own).collect::<Options>()
    });
    let maker = Memo::new(move |_| table.settings.with(|s| MAKERS.iter().position(|maker| maker.key == s.kernel)));
    let choose = |s: &mut Settings, key: &str| {
        if let Some(maker) = MAKERS.iter().find(|maker| maker.key == key) {
            s.kernel = key.into();
            s.size = (maker.natural)(s);
        }
    };
    let sliders = move || match maker.get() {
        Some(maker) => {
            MAKERS[maker].sliders.iter().chain(&["scale"]).map(|key| slider(table, makers::slider(key))).collect_view().into_any()
        }
        None => ().into_any(),
    };
    let formula = move || maker.get().map_or("your own numbers", |maker| MAKERS[maker].formula);
    view! {
        {choice(table, "maker", "Kernel", options, |s| s.kernel.clone(), choose)}
        {choice(table, "size", "Size", Signal::stored(cells::sizes()), |s| s.size.to_string(), |s, key| s.resize(key.parse().unwrap_or(s.size)))}
        {sliders}
        <p class="note formula">{formula}</p>
    }
    .into_any()
}

/// Border, convention, and what is shown.
pub fn view(table: Table) -> AnyView {
    let borders = Border::ALL.map(|border| {
        let (name, row) = match border {
            Border::Zeros => ("Zeros", "0 0 | a b c"),
            Border::Reflect => ("Reflect", "c b | a b c"),
            Border::Symmetric => ("Symmetric", "b a | a b c"),
            Border::Replicate => ("Replicate", "a a | a b c"),
            Border::Circular => ("Circular", "b c | a b c"),
        };
        (key_of(&border), format!("{name}: {row}"))
    });
    let views = named(&[
        ("signed", "Signed: blue − 0 + orange"),
        ("absolute", "Absolute values"),
        ("grey", "As a picture, 0 to 1"),
        ("magnitude", "Gradient: size"),
        ("direction", "Gradient: direction"),
        ("crossings", "Zero crossings"),
        ("median", "Median of the window"),
    ]);
    let which = Memo::new(move |_| table.settings.with(|s| s.view));
    let more = move || match which.get() {
        View::Crossings => slider(table, makers::slider("threshold")),
        View::Grey | View::Median => ().into_any(),
        _ => slider(table, makers::slider("gain")),
    };
    view! {
        {choice(table, "view", "Output shows", Signal::stored(views), |s| key_of(&s.view), |s, key| read_key(&mut s.view, key))}
        {more}
        {choice(table, "border", "Border", Signal::stored(borders.to_vec()), |s| key_of(&s.border), |s, key| read_key(&mut s.border, key))}
        {tick(table, "flip", "True convolution: the kernel turned by half a turn", |s| s.flip, |s, on| s.flip = on)}
        {tick(table, "passes", "In passes: columns, then rows", |s| s.passes, |s, on| s.passes = on)}
    }
    .into_any()
}
