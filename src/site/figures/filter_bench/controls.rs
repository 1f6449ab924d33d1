//! The controls: the picture, the kernel, and what is shown.
use super::{
    cells,
    ids::id,
    makers::{MAKERS, PRESETS, SAMPLES},
    settings::Settings,
    source,
    table::Table,
};
use crate::{
    site::{
        controls::Choices,
        url::Keys,
        widgets::{
            choice::Choice,
            controls::{among, plain},
            erased::{flag, on_click, on_event, part, text},
        },
    },
    vision::Noise,
    workbench::protocol::vision::View,
};
use leptos::{ev, html, prelude::*};

/// Keys and names as a choice takes them.
fn named<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Choices {
    pairs.into_iter().map(|(key, name)| (key.to_string(), name.to_string())).collect()
}

/// A control of the table.
pub fn control(table: Table, key: &str) -> AnyView {
    crate::site::widgets::controls::control(table.settings, "filters-", key, &plain())
}

/// Reset and presets.
pub fn bar(table: Table) -> AnyView {
    let presets = named([("", "Presets …")].into_iter().chain(PRESETS.iter().map(|(name, query)| (*query, *name))));
    // A preset keeps the picture and the place that the reader looks at.
    fn preset(query: &str, s: &Settings) -> Settings {
        Settings { picture: s.picture.clone(), seed: s.seed, row: s.row, column: s.column, ..Keys::default().from_query(query) }
    }
    let choose = move |query: String| {
        if !query.is_empty() {
            table.settings.commit(|s| *s = preset(&query, s));
        }
    };
    // Shows the preset that has the present settings, if any.
    let known = StoredValue::new(PRESETS.iter().map(|(_, query)| Keys::default().from_query(query)).collect::<Vec<Settings>>());
    let chosen = text(move || {
        let own = table.settings.with(|s| Settings { picture: "scene".into(), ..s.clone() });
        let Settings { seed, row, column, .. } = own;
        let same = |known: &Settings| Settings { seed, row, column, ..known.clone() } == own;
        known.with_value(|known| known.iter().position(same)).map_or(String::new(), |i| PRESETS[i].1.to_string())
    });
    view! {
        <div class="buttons"><button id=id("reset") type="button" on:click=on_click(move || table.settings.reset())>"Reset"</button></div>
        <Choice id=id("preset") label="Try" value=chosen options=Signal::stored(presets) choose />
    }
    .into_any()
}

/// The source of the picture, its seed and its noise.
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
    let noisy = Memo::new(move |_| table.settings.with(|s| s.noise != Noise::None));
    let file_id = id("file");
    view! {
        {among(table.settings, id("picture"), "picture", pictures)}
        <div class="buttons">
            <label class="file button" for=file_id.clone()>
                "Open …"
                <input id=file_id.clone() node_ref=file class="visually-hidden" type="file" accept="image/*" on:change=on_event(opened) />
            </label>
            <button id=id("camera") type="button" aria-pressed=text(move || filming.get().to_string()) on:click=on_click(camera)>
                {text(move || if filming.get() { "Stop the camera" } else { "Camera" }.into())}
            </button>
        </div>
        {control(table, "seed")}
        {control(table, "noise")}
        {part(move || if noisy.get() { control(table, "grain") } else { ().into_any() })}
    }
    .into_any()
}

/// The kernel, its size and its numbers.
pub fn kernel(table: Table) -> AnyView {
    let kernels = Signal::derive(move || {
        let own = table.settings.with(|s| s.kernel == "own").then_some(("own", "My own"));
        named(MAKERS.iter().map(|maker| (maker.key, maker.name)).chain(own))
    });
    let maker = Memo::new(move |_| table.settings.with(|s| MAKERS.iter().position(|maker| maker.key == s.kernel)));
    let sliders = move || {
        let keys = maker.get().into_iter().flat_map(|maker| MAKERS[maker].sliders.iter().chain(&["scale"]));
        keys.map(|key| control(table, key)).collect::<Vec<_>>().into_any()
    };
    let formula = move || maker.get().map_or("your own numbers", |maker| MAKERS[maker].formula).to_string();
    let sizes = Signal::derive(move || cells::sizes(maker.get().map_or(1, |maker| MAKERS[maker].least)));
    view! {
        {among(table.settings, id("maker"), "kernel", kernels)}
        {among(table.settings, id("size"), "size", sizes)}
        {part(sliders)}
        <p class="note recipe">{text(formula)}</p>
    }
    .into_any()
}

/// The border, the convention, and what is shown.
pub fn view(table: Table) -> AnyView {
    let which = Memo::new(move |_| table.settings.with(|s| s.view));
    let more = move || match which.get() {
        View::Crossings => control(table, "threshold"),
        View::Grey | View::Median => ().into_any(),
        _ => control(table, "gain"),
    };
    view! { {control(table, "view")} {part(more)} {control(table, "border")} {control(table, "flip")} {control(table, "passes")} }
        .into_any()
}
