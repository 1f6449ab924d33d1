//! Editing one weight of a filter, and seeing the network's new answer. Changes are undone one by one.
use super::{controls::Settings, state::top, store::Store};
use crate::site::{
    url::UrlState,
    widgets::{
        curves::short,
        erased::{flag, on_click, on_event, part, text},
        number::number,
    },
};
use leptos::{ev, prelude::*};

/// The weight in the address: its name and index, its place in its filter, and its present value.
fn found(store: Store, settings: UrlState<Settings>) -> Option<(String, usize, String, f32)> {
    let (name, index) = settings.with(|s| s.edited().map(|(name, index)| (name.to_string(), index)))?;
    store.kernels.with(|kernels| {
        let kernels = kernels.iter().find(|kernels| kernels.about.name == name)?;
        let value = *kernels.sheets.values.get(index)?;
        let [inputs, height, width] =
            [kernels.about.dims.get(1)?, kernels.about.dims.get(2)?, kernels.about.dims.get(3)?].map(|n| *n.max(&1));
        let place = format!(
            "[{}, {}, {}, {}]",
            index / (inputs * height * width),
            index / (height * width) % inputs,
            index / width % height,
            index % width
        );
        Some((name.clone(), index, place, value))
    })
}

fn verdict(probabilities: &[f32]) -> String {
    top(probabilities).map_or("nothing".into(), |class| format!("{class} ({:.1} %)", 100.0 * probabilities[class]))
}

/// A weight as text, with a power of ten if it is very small or large.
fn told(value: f32) -> String {
    if value == 0.0 || (1e-4..1e5).contains(&value.abs()) { number(value, 4) } else { short(f64::from(value)) }
}

/// A weight as the value of a number field.
fn field(value: f32) -> String {
    if value == 0.0 || (1e-4..1e5).contains(&value.abs()) { format!("{value:.4}") } else { format!("{value:e}") }
}

/// Reads a typed weight. Refuses a text that is not a number.
fn read(text: &str) -> Result<f32, String> {
    match text.trim().parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => {
            Err(format!("A weight has single precision, so it is at most {} in size; {} is more.", short(f64::from(f32::MAX)), text.trim()))
        }
        Err(_) => Err("Expected a number, such as −0.5 or 1e-3.".into()),
    }
}

pub fn editor(store: Store, settings: UrlState<Settings>) -> AnyView {
    let chosen = Memo::new(move |_| found(store, settings));
    let known = Memo::new(move |_| chosen.with(Option::is_some));
    let wrong = RwSignal::new(String::new());
    let set = move |event: ev::Event| {
        let Some((name, index, _, holds)) = chosen.get_untracked() else { return };
        match read(&event_target_value(&event)) {
            Ok(value) => {
                wrong.set(String::new());
                store.change(name, index, value);
            }
            Err(why) => {
                wrong.set(why);
                event_target::<web_sys::HtmlInputElement>(&event).set_value(&field(holds));
            }
        }
    };
    let value = move || chosen.with(|c| c.as_ref().map_or(String::new(), |c| field(c.3)));
    let fields = move || {
        if !known.get() {
            return view! { <p class="note" id="no-weight">"Press a weight (or walk to it with the arrow keys, then Enter) to give it another value."</p> }.into_any();
        }
        view! {
            <div class="bar">
                <label class="control inline" for="weight-value">
                    <span>{text(move || chosen.with(|c| c.as_ref().map_or(String::new(), |c| format!("{}{}", c.0, c.2))))}</span>
                    <input id="weight-value" type="number" step="0.1" prop:value=text(value) on:change=on_event(set) />
                </label>
                <label class="control inline" for="weight-slider">
                    <span>"from −3 to 3"</span>
                    <input id="weight-slider" type="range" min="-3" max="3" step="0.05" prop:value=text(value) on:change=on_event(set) />
                </label>
            </div>
        }
        .into_any()
    };
    let none = move || store.changes.with(Vec::is_empty);
    let told = move || {
        let Some(change) = store.changes.with(|changes| changes.last().cloned()) else { return String::new() };
        let now = store.inspection.with(|i| i.as_ref().map_or_else(String::new, |i| verdict(&i.probabilities)));
        let before = store.before_changes.with(|before| verdict(before));
        let count = store.changes.with(Vec::len);
        let changes = if count == 1 { "One change".to_string() } else { format!("{count} changes") };
        format!(
            "{changes}, the last from {} to {}. The digit below was read as {before}, and is read as {now}.",
            told(change.before),
            told(change.after)
        )
    };
    view! {
        <div class="weight" id="weight-editor">
            {part(fields)}
            <p class="reason" id="weight-reason" role="status">{text(move || wrong.get())}</p>
            <button type="button" id="undo" disabled=flag(none) on:click=on_click(move || store.undo())>"Undo"</button>
            <p id="weight-told" aria-live="polite">{text(told)}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_weight_is_told_and_large_ones_are_short() {
        assert_eq!(read(" -0.5 "), Ok(-0.5));
        assert!(read("1e39").is_err_and(|why| why.contains("3.4·10³⁸") && why.contains("1e39")));
        assert!(read("").is_err() && read("NaN").is_err());
        assert_eq!([0.25, -1e30, 0.0, 1e-5].map(told), ["0.25", "−1.0·10³⁰", "0", "1.0·10⁻⁵"]);
        assert_eq!([0.25, 1e30].map(|value| field(value).parse::<f32>()), [Ok(0.25), Ok(1e30)]);
    }
}
