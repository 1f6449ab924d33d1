//! A labelled choice among a few named things.
use leptos::prelude::*;

/// `options` are pairs of value and name; a name may change while the value stays.
#[component]
pub fn Choice(
    #[prop(into)] id: String,
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    let (label_for, name) = (id.clone(), id.clone());
    view! {
        <label class="control" for=label_for>
            <span>{label}</span>
            <select id=id name=name on:change=move |event| choose(event_target_value(&event))>
                {move || {
                    let chosen = value.get();
                    options
                        .get()
                        .into_iter()
                        .map(|(key, name)| {
                            let selected = key == chosen;
                            view! { <option value=key prop:selected=selected>{name}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </label>
    }
}
