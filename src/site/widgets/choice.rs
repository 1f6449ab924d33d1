//! A labelled choice among a few named things.
use leptos::prelude::*;

/// `options` are pairs of value and name; a name may change while the value stays.
#[component]
pub fn Choice(
    /// The id and name of the `select`.
    #[prop(into)]
    id: String,
    /// What stands beside it.
    label: &'static str,
    /// The value that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Pairs of value and name, in the list's order.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// Gets the value that the reader chooses.
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
