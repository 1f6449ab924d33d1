//! The header's choice between light, dark and the system's theme.
use crate::site::widgets::choice::Choice;
use leptos::prelude::*;

/// A list of the three themes.
#[component]
pub fn ThemeSwitch(
    /// `system`, `light` or `dark`: what is chosen, read and written.
    theme: RwSignal<String>,
) -> impl IntoView {
    let options = [("system", "System"), ("light", "Light"), ("dark", "Dark")].map(|(v, l)| (v.to_string(), l.to_string())).to_vec();
    view! { <Choice id="theme" label="Theme" value=Signal::derive(move || theme.get()) options=Signal::stored(options) choose=move |chosen| theme.set(chosen) /> }
}
