//! A labelled choice among a few named values.
use leptos::prelude::*;

/// A `select` element. `options` are pairs of value and name; a name may change while the value stays.
#[component]
pub fn Choice(
    /// The id and name of the `select`.
    #[prop(into)]
    id: String,
    /// The label beside it.
    label: &'static str,
    /// The chosen value.
    #[prop(into)]
    value: Signal<String>,
    /// Pairs of value and name, in the order of the list.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// Called with the value that the reader chooses.
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
