//! A labelled choice among a few named things.
use leptos::prelude::*;

/// `options` are pairs of value and name; a name may change while the value stays.
#[component]
pub fn Choice(
    id: &'static str,
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    view! {
        <label class="control" for=id>
            <span>{label}</span>
            <select id=id name=id on:change=move |event| choose(event_target_value(&event))>
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
