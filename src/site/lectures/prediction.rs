//! A prediction: the text is revealed once the reader has chosen an option.
use crate::book::page::Prediction;
use leptos::prelude::*;

pub fn show(prediction: Prediction) -> AnyView {
    let chosen = RwSignal::new(None::<usize>);
    let reveal = StoredValue::new(prediction.reveal);
    let group = prediction.id.clone();
    let option = move |(index, (html, right)): (usize, (String, bool))| {
        let marked = move || chosen.get().is_some();
        let mark = move || match chosen.get() {
            None => "",
            Some(_) if right => "✓ right",
            Some(at) if at == index => "✗ not so",
            Some(_) => "",
        };
        view! {
            <label class="option" class:right=move || marked() && right class:wrong=move || chosen.get() == Some(index) && !right>
                <input type="radio" name=group.clone() prop:disabled=marked on:change=move |_| chosen.set(Some(index)) />
                <span inner_html=html></span>
                <span class="mark" aria-live="polite">{mark}</span>
            </label>
        }
    };
    view! {
        <section role="group" class="predict" id=prediction.id aria-label="Predict, then see">
            <p class="kind">"Predict"</p>
            <div inner_html=prediction.question></div>
            <div class="options" role="radiogroup" aria-label="Answers">{prediction.options.into_iter().enumerate().map(option).collect_view()}</div>
            {move || chosen.get().map(|_| view! { <div class="reveal" inner_html=reveal.get_value()></div> })}
            <button type="button" class="quiet" hidden=move || chosen.get().is_none() on:click=move |_| chosen.set(None)>
                "Ask again"
            </button>
        </section>
    }
    .into_any()
}
