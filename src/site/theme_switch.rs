//! The choice of the theme in the header: light, dark or the system's.
use crate::site::widgets::choice::Choice;
use leptos::prelude::*;

/// A list of the three themes.
#[component]
pub fn ThemeSwitch(
    /// The choice: `system`, `light` or `dark`.
    theme: RwSignal<String>,
) -> impl IntoView {
    let options = [("system", "System"), ("light", "Light"), ("dark", "Dark")].map(|(v, l)| (v.to_string(), l.to_string())).to_vec();
    view! { <Choice id="theme" label="Theme" value=Signal::derive(move || theme.get()) options=Signal::stored(options) choose=move |chosen| theme.set(chosen) /> }
}
