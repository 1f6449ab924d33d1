//! The theme: light, dark or the system's. It is remembered, and set as an attribute that the style sheet follows.
use super::browser;
use leptos::prelude::*;

const KEY: &str = "theme";

/// Whether the page is dark now. Canvases, which style sheets cannot reach, follow it.
#[derive(Clone, Copy)]
pub struct Dark(pub Signal<bool>);

fn stored() -> String {
    browser::remembered(KEY).filter(|t| t == "light" || t == "dark").unwrap_or_else(|| "system".into())
}

/// Applies the chosen theme, and provides whether it is dark.
pub fn provide() -> RwSignal<String> {
    let theme = RwSignal::new(stored());
    let system = RwSignal::new(false);
    if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
        system.set(query.matches());
        let (target, listened) = (query.clone(), query);
        let changed = wasm_bindgen::closure::Closure::<dyn Fn()>::new(move || system.set(target.matches()));
        let _ = listened.add_event_listener_with_callback("change", wasm_bindgen::JsCast::unchecked_ref(changed.as_ref()));
        changed.forget(); // lives as long as the page
    }
    Effect::new(move |_| {
        let chosen = theme.get();
        let root = document().document_element();
        if chosen == "system" {
            browser::forget(KEY);
            root.map(|r| r.remove_attribute("data-theme"));
        } else {
            browser::remember(KEY, &chosen);
            root.map(|r| r.set_attribute("data-theme", &chosen));
        }
    });
    browser::when_remembered(KEY, move |_| theme.set(stored()));
    provide_context(Dark(Signal::derive(move || match theme.get().as_str() {
        "system" => system.get(),
        chosen => chosen == "dark",
    })));
    theme
}
