//! One unit of the network: its field on the photo, how much each pixel changes it, and how small the used part is.
use super::{
    controls::Settings,
    fields::fields,
    gathered::{Gathered, SHARE},
    layers::{choice, layers},
    store::Store,
    strip::strip,
};
use crate::{
    site::{
        labs::kit::photos::{networks::megabytes, topics::Topic},
        url::UrlState,
        widgets::{
            canvas::{self, Pixels},
            choice::Choice,
            controls::{among, control, plain},
            erased::{on_event, part, text},
            number::number,
            picture::picture,
        },
    },
    workbench::protocol::photos::{Answer, Entry, usual_layer},
};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// The margin that is drawn around the photo, in shares of its sides, since a field may be larger than the photo.
const AROUND: f32 = 0.16;

fn controls(store: Store, settings: UrlState<Settings>) -> AnyView {
    let networks = Signal::derive(move || {
        let stands = |name: &String| store.standing.with(|standing| standing.contains_key(name));
        let line = |(name, entry): (&String, &Entry)| {
            let weights =
                if stands(name) { "its weights".into() } else { format!("random weights, {}", megabytes(entry.memory_to_explain)) };
            (name.clone(), format!("{} · {weights}", entry.title))
        };
        let all = store.zoo.with(|zoo| zoo.iter().filter(|(_, entry)| entry.preprocess.is_some()).map(line).collect::<Vec<_>>());
        [(String::new(), "The one whose reason is shown".to_string())].into_iter().chain(all).collect::<Vec<_>>()
    });
    let layers = Memo::new(move |_| layers(store));
    let options = Signal::derive(move || layers.get().into_iter().map(choice).collect::<Vec<_>>());
    let layer = Signal::derive(move || {
        let (options, asked) = (options.get(), settings.with(|s| s.unit_layer.clone()));
        options.iter().find(|(name, _)| *name == asked).or(usual_layer(&options)).map(|(name, _)| name.clone()).unwrap_or_default()
    });
    let channel = move |event: ev::Event| settings.commit(|s| s.unit_channel = event_target_value(&event).parse().unwrap_or(-1));
    let channel_now = move || settings.with(|s| if s.unit_channel < 0 { String::new() } else { s.unit_channel.to_string() });
    let one = move |key: &str| control(settings, "", key, &plain());
    view! {
        {strip(store, settings, layers, layer)}
        <div class="settings wide">
            {among(settings, "unit-model".into(), "unit_model", networks)}
            <Choice id="unit-layer" label="Layer" value=layer options choose=move |v| settings.commit(|s| s.unit_layer = v) />
            <label class="control" for="unit-channel"><span>"Channel (empty: the strongest)"</span>
                <input id="unit-channel" type="number" min="0" max="9999" prop:value=text(channel_now) on:change=on_event(channel) />
            </label>
            {["unit_across", "unit_down", "unit_images", "unit_noise", "unit_random"].map(one).into_iter().collect_view()}
        </div>
    }
    .into_any()
}

/// The gradient in the positive colour. The opacity is its square root, so that weak gradients are visible.
fn heat(unit: &Gathered) -> Option<Arc<Pixels>> {
    let mean = unit.mean()?;
    let most = mean.values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let [red, green, blue] = canvas::palette().positive;
    let bytes = mean.values.iter().flat_map(|value| [red, green, blue, (255.0 * (value / most).sqrt()) as u8]).collect();
    Some(Arc::new(Pixels { height: mean.height, width: mean.width, bytes }))
}

/// The field and the disc, as SVG in pixels of what the network read.
fn drawn(unit: &Gathered) -> String {
    let (height, width) = (unit.seen.height as f32, unit.seen.width as f32);
    let [rows, columns] = unit.field();
    let [y, x] = unit.middle();
    let disc = unit.radius(SHARE).map(|radius| format!("<circle class=\"used\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    let [left, top] = [-AROUND * width, -AROUND * height];
    format!(
        "<svg viewBox=\"{left} {top} {} {}\" aria-hidden=\"true\"><rect class=\"edge\" width=\"{width}\" height=\"{height}\"/><rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>{}</svg>",
        width - 2.0 * left,
        height - 2.0 * top,
        columns[0],
        rows[0],
        columns[1] - columns[0],
        rows[1] - rows[0],
        disc.unwrap_or_default()
    )
}

fn said(unit: &Gathered) -> String {
    let Answer::Unit { layer, dims, model, drawn, place: [row, column], channel, value, field: [rows, columns], seen, .. } = &unit.answer
    else {
        return String::new();
    };
    let side = |[first, end]: [isize; 2]| end - first;
    let whole = (side(*rows) * side(*columns)) as f32;
    let inside = |[first, end]: [isize; 2], length: usize| (end.min(length as isize) - first.max(0)).max(0) as f32;
    let outside = 100.0 * (1.0 - inside(*rows, seen[0]) * inside(*columns, seen[1]) / whole);
    let beyond = if outside > 0.5 { format!(", {outside:.0} % of that beyond the photo’s edges") } else { String::new() };
    let grid = dims.get(1..).unwrap_or_default().iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
    let of = if unit.pictures == 1 { "one picture".to_string() } else { format!("{} pictures", unit.pictures) };
    let used = match unit.radius(SHARE) {
        Some(radius) => {
            let half = (side(*rows) as f32 * side(*columns) as f32).sqrt() / 2.0;
            let share = 100.0 * radius / half;
            format!(
                "{:.0} % of its gradient, over {of}, lie within {} pixels of the middle: {share:.0} % of the box’s half side",
                100.0 * SHARE,
                number(radius, 1)
            )
        }
        None if *value > 0.0 => {
            format!("Over {of} its gradient is zero everywhere: it is {} whatever the pixels near them are", number(*value, 2))
        }
        None => format!("Over {of} its gradient is zero everywhere: it does not fire"),
    };
    format!(
        "The unit at row {row}, column {column} of {grid} in {layer} of {model}{}, channel {channel}, can see {} × {} of {} × {} pixels{beyond}. {used}. {:.0} ms a picture.",
        if *drawn { " with random weights" } else { "" },
        side(*columns),
        side(*rows),
        seen[1],
        seen[0],
        unit.milliseconds / unit.pictures as f32
    )
}

fn table(store: Store) -> AnyView {
    let rows = move || {
        store.unit.with(|unit| {
            let row = |percent: usize| {
                let found = unit.as_ref()?.radius(percent as f64 / 100.0).map_or("none".into(), |radius| number(radius, 2));
                Some(view! { <tr><th scope="row">{percent}" %"</th><td class="number">{found}</td></tr> })
            };
            [25, 50, 75, 90, 95, 99].map(row).into_iter().collect_view().into_any()
        })
    };
    view! {
        <details class="tables">
            <summary>"The gradient as a table"</summary>
            <table>
                <caption>"The radius, in pixels, of the disc about the middle of the box that holds this share of the gradient"</caption>
                <thead><tr><th scope="col">"share"</th><th scope="col" class="number">"radius"</th></tr></thead>
                <tbody>{part(rows)}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// Notes whether the picture is visible. If the browser cannot tell, it counts as visible.
fn watch(store: Store, glass: NodeRef<html::Div>) {
    Effect::new(move |_| {
        let Some(glass) = glass.get() else { return };
        let seen = Closure::<dyn Fn(js_sys::Array)>::new(store.connection.scope.guard(move |entries: js_sys::Array| {
            let last =
                entries.iter().next_back().is_some_and(|entry| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting());
            store.unit_in_sight.set(last);
        }));
        match IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
            Ok(observer) => {
                observer.observe(&glass);
                let kept = StoredValue::new_local((observer, seen));
                on_cleanup(move || {
                    kept.try_update_value(|(observer, _)| observer.disconnect());
                });
            }
            Err(_) => store.unit_in_sight.set(true),
        }
    });
}

pub fn unit(store: Store, settings: UrlState<Settings>) -> AnyView {
    let words = text(move || store.unit.with(|unit| unit.as_ref().map_or("…".into(), said)));
    let seen = Signal::derive(move || store.unit.with(|unit| unit.as_ref().map(|unit| unit.seen.clone())));
    let hot = Signal::derive(move || store.unit.with(|unit| unit.as_ref().and_then(heat)));
    let marks = text(move || store.unit.with(|unit| unit.as_ref().map_or(String::new(), drawn)));
    let busy = text(move || store.wishes.with(|wishes| wishes.is_under_way(&Topic::Unit)).to_string());
    let glass = NodeRef::<html::Div>::new();
    watch(store, glass);
    let point = move |event: ev::PointerEvent| {
        let Some(bounds) = glass.get_untracked().map(|glass| glass.get_bounding_client_rect()) else { return };
        let share = |at: f64, length: f64| (at / length * (1.0 + 2.0 * f64::from(AROUND)) - f64::from(AROUND)).clamp(0.0, 1.0);
        let across = share(f64::from(event.client_x()) - bounds.left(), bounds.width());
        let down = share(f64::from(event.client_y()) - bounds.top(), bounds.height());
        settings.commit(|s| (s.unit_across, s.unit_down) = ((100.0 * across).round() as i32, (100.0 * down).round() as i32));
    };
    let shown = move || {
        view! {
            <div class="grounds wide" aria-busy=busy>
                <div class="glass scope" node_ref=glass on:pointerdown=on_event(point)>
                    {picture("unit-seen", text(|| "What the network saw".into()), seen)}
                    {picture("unit-map", words, hot)}
                    <div class="marks" inner_html=marks></div>
                </div>
                <div class="grounds-words">
                    <p id="unit-facts" role="status">{words}</p>
                    <p class="note">
                        "The frame is what the unit can depend on, walked down through every layer of this network, also along its branches and shortcuts; it may reach into the padding around the photo. "
                        "The colour is how much each pixel moves the unit: the size of its gradient by a backward pass, over the pictures that you chose (the photo and copies of it shifted by up to a tenth, or noise). "
                        "The circle holds 95 % of it. Compare trained weights with random ones, and low layers with high ones."
                    </p>
                    {table(store)}
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="unit-title">
            <h2 id="unit-title">"What one unit sees"</h2>
            <p>"Click a unit in one of the layers, drawn as large as they are; or choose a layer, then click the photo where its unit shall lie."</p>
            {controls(store, settings)}
            {part(shown)}
            {fields(store)}
        </section>
    }
    .into_any()
}
