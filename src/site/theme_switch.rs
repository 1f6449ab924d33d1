//! The header's choice between light, dark and the system's theme.
use crate::site::widgets::choice::Choice;
use leptos::prelude::*;

#[component]
pub fn ThemeSwitch(theme: RwSignal<String>) -> impl IntoView {
    let options = [("system", "System"), ("light", "Light"), ("dark", "Dark")].map(|(v, l)| (v.to_string(), l.to_string())).to_vec();
    view! { <Choice id="theme" label="Theme" value=Signal::derive(move || theme.get()) options=Signal::stored(options) choose=move |chosen| theme.set(chosen) /> }
}
