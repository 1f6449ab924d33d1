//! The controls: picture, kernel, and what is made of them.
use super::{
    cells,
    ids::id,
    keyed::{Keyed, key, set_by_key},
    makers::{self, BORDERS, MAKERS, NOISES, PRESETS, SAMPLES, Slider, VIEWS},
    settings::Settings,
    source,
    table::Table,
};
use crate::{
    site::{
        url::Keys,
        widgets::{
            choice::Choice,
            erased::{flag, on_click, on_event, part, text},
            number::number,
        },
    },
    vision::Noise,
    workbench::protocol::vision::View,
};
use leptos::{ev, html, prelude::*};

type Options = Vec<(String, String)>;

/// Keys and names as a choice takes them.
fn named<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Options {
    pairs.into_iter().map(|(key, name)| (key.to_string(), name.to_string())).collect()
}

pub fn options<T>(table: Keyed<T>) -> Signal<Options> {
    Signal::stored(named(table.iter().map(|(_, key, name)| (*key, *name))))
}
/// A choice among named things.
pub fn choice(
    table: Table,
    own: &'static str,
    label: &'static str,
    options: Signal<Options>,
    get: fn(&Settings) -> String,
    set: fn(&mut Settings, &str),
) -> AnyView {
    pick(table, own, label, options, text(move || table.settings.with(get)), set)
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

/// A slider that is seen while it is dragged and kept when it is let go.
pub fn slider(table: Table, slider: &'static Slider) -> AnyView {
    let turn = move |event: ev::Event, keep: bool| {
        let Ok(value) = event_target_value(&event).parse::<f32>() else { return };
        let set = move |s: &mut Settings| {
            (slider.set)(s, value);
            // A wider bell needs more cells.
            if let Some(maker) = MAKERS.iter().find(|maker| maker.key == s.kernel)
                && ["sigma", "ratio", "gamma"].contains(&slider.key)
            {
                s.size = (maker.natural)(s);
            }
        };
        if keep { table.settings.commit(set) } else { table.settings.preview(set) }
    };
    let value = move || table.settings.with(slider.get);
    let id = id(slider.key);
    let [least, most] = slider.range.map(|end| end.to_string());
    view! {
        <label class="control slider" for=id.clone()>
            <span>{slider.label} " " <output>{text(move || number(value(), 3) + slider.unit)}</output></span>
            <input
                id=id.clone()
                type="range"
                min=least
                max=most
                step=slider.step.to_string()
                prop:value=text(move || value().to_string())
                on:input=on_event(move |event| turn(event, false))
                on:change=on_event(move |event| turn(event, true))
            />
        </label>
    }
    .into_any()
}

/// A box to tick.
fn tick(table: Table, own: &'static str, label: &'static str, get: fn(&Settings) -> bool, set: fn(&mut Settings, bool)) -> AnyView {
    let ticked = move |event: ev::Event| table.settings.commit(|s| set(s, event_target_checked(&event)));
    view! {
        <label class="control tick" for=id(own)>
            <input id=id(own) type="checkbox" prop:checked=flag(move || table.settings.with(get)) on:change=on_event(ticked) />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// Reset and presets.
pub fn bar(table: Table) -> AnyView {
    let presets = named([("", "Presets …")].into_iter().chain(PRESETS.iter().map(|(name, query)| (*query, *name))));
    // A preset leaves the picture and the place that is looked at as they are.
    fn preset(query: &str, s: &Settings) -> Settings {
        Settings { picture: s.picture.clone(), seed: s.seed, row: s.row, column: s.column, ..Keys::default().from_query(query) }
    }
    let choose = |s: &mut Settings, query: &str| {
        if !query.is_empty() {
            *s = preset(query, s);
        }
    };
    // It shows the preset that the settings are, if they are one.
    let known = StoredValue::new(PRESETS.iter().map(|(_, query)| Keys::default().from_query(query)).collect::<Vec<Settings>>());
    let chosen = text(move || {
        let own = table.settings.with(|s| Settings { picture: "scene".into(), ..s.clone() });
        let Settings { seed, row, column, .. } = own;
        let same = |known: &Settings| Settings { seed, row, column, ..known.clone() } == own;
        known.with_value(|known| known.iter().position(same)).map_or(String::new(), |i| PRESETS[i].1.to_string())
    });
    view! {
        <div class="buttons"><button id=id("reset") type="button" on:click=on_click(move || table.settings.reset())>"Reset"</button></div>
        {pick(table, "preset", "Try", Signal::stored(presets), chosen, choose)}
    }
    .into_any()
}

/// Where the picture comes from, its seed and its noise.
pub fn picture(table: Table) -> AnyView {
    let pictures = Signal::derive(move || {
        let now = table.settings.with(|s| s.picture.clone());
        let own = now == "own" || table.sources.with_value(|sources| sources.contains_key("own"));
        let more = [("own", "My own", own), ("live", "Camera", now == "live")];
        let more = more.into_iter().filter(|(.., there)| *there).map(|(key, name, _)| (key, name));
        named([("scene", "Drawn scene")].into_iter().chain(SAMPLES.iter().copied()).chain(more))
    });
    let file = NodeRef::<html::Input>::new();
    let filming = flag(move || table.camera.with(Option::is_some));
    let camera = move || if filming.get_untracked() { source::stop_camera(table) } else { source::start_camera(table) };
    let opened = move |_: ev::Event| source::take_files(table, file.get_untracked().and_then(|file| file.files()));
    let seeded = move |event: ev::Event| table.settings.commit(|s| s.seed = event_target_value(&event).parse().unwrap_or(s.seed));
    let noisy = Memo::new(move |_| table.settings.with(|s| s.noise != Noise::None));
    let file_id = id("file");
    view! {
        {choice(table, "picture", "Picture", pictures, |s| s.picture.clone(), |s, key| s.picture = key.into())}
        <div class="buttons">
            <label class="file button" for=file_id.clone()>
                "Open …"
                <input id=file_id.clone() node_ref=file class="visually-hidden" type="file" accept="image/*" on:change=on_event(opened) />
            </label>
            <button id=id("camera") type="button" aria-pressed=text(move || filming.get().to_string()) on:click=on_click(camera)>
                {text(move || if filming.get() { "Stop the camera" } else { "Camera" }.into())}
            </button>
        </div>
        <label class="control seed" for=id("seed")>
            <span>"Seed"</span>
            <input id=id("seed") type="number" min="0" step="1" prop:value=text(move || table.settings.with(|s| s.seed.to_string())) on:change=on_event(seeded) />
        </label>
        {choice(table, "noise", "Noise", options(NOISES), |s| key(NOISES, &s.noise), |s, key| set_by_key(NOISES, &mut s.noise, key))}
        {part(move || if noisy.get() { slider(table, makers::slider("grain")) } else { ().into_any() })}
    }
    .into_any()
}

/// Which kernel, how large, and its numbers.
pub fn kernel(table: Table) -> AnyView {
    let kernels = Signal::derive(move || {
        let own = table.settings.with(|s| s.kernel == "own").then_some(("own", "My own"));
        named(MAKERS.iter().map(|maker| (maker.key, maker.name)).chain(own))
    });
    let maker = Memo::new(move |_| table.settings.with(|s| MAKERS.iter().position(|maker| maker.key == s.kernel)));
    let choose = |s: &mut Settings, key: &str| {
        if let Some(maker) = MAKERS.iter().find(|maker| maker.key == key) {
            s.kernel = key.into();
            s.size = (maker.natural)(s);
        }
    };
    let sliders = move || {
        let keys = maker.get().into_iter().flat_map(|maker| MAKERS[maker].sliders.iter().chain(&["scale"]));
        keys.map(|key| slider(table, makers::slider(key))).collect::<Vec<_>>().into_any()
    };
    let formula = move || maker.get().map_or("your own numbers", |maker| MAKERS[maker].formula).to_string();
    let sizes = Signal::derive(move || cells::sizes(maker.get().map_or(1, |maker| MAKERS[maker].least)));
    let resize = |s: &mut Settings, key: &str| s.resize(key.parse().unwrap_or(s.size));
    view! {
        {choice(table, "maker", "Kernel", kernels, |s| s.kernel.clone(), choose)}
        {choice(table, "size", "Size", sizes, |s| s.size.to_string(), resize)}
        {part(sliders)}
        <p class="note recipe">{text(formula)}</p>
    }
    .into_any()
}

/// Border, convention, and what is shown.
pub fn view(table: Table) -> AnyView {
    let which = Memo::new(move |_| table.settings.with(|s| s.view));
    let more = move || match which.get() {
        View::Crossings => slider(table, makers::slider("threshold")),
        View::Grey | View::Median => ().into_any(),
        _ => slider(table, makers::slider("gain")),
    };
    view! {
        {choice(table, "view", "Output shows", options(VIEWS), |s| key(VIEWS, &s.view), |s, key| set_by_key(VIEWS, &mut s.view, key))}
        {part(more)}
        {choice(table, "border", "Border", options(BORDERS), |s| key(BORDERS, &s.border), |s, key| set_by_key(BORDERS, &mut s.border, key))}
        {tick(table, "flip", "True convolution: the kernel turned by half a turn", |s| s.flip, |s, on| s.flip = on)}
        {tick(table, "passes", "In passes: columns, then rows", |s| s.passes, |s, on| s.passes = on)}
    }
    .into_any()
}
