//! Benches that become visible. A lecture has many, and they make their first pictures in the order in which they are seen.
use super::table::Table;
use leptos::{ev, prelude::*};
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// A bench this close to the window counts as visible.
const MARGIN: &str = "300px";
/// After this time a bench that is not visible makes its first picture, too, for printing and for fast scrolling.
const PATIENCE: Duration = Duration::from_millis(2500);

/// Watches the bench's input canvas. Without an observer in the browser the bench counts as visible.
pub fn watch(table: Table) {
    table.scope.after(PATIENCE, move || table.see());
    // On paper every figure shows its present state.
    let print = window_event_listener(ev::beforeprint, move |_| table.see());
    on_cleanup(move || print.remove());
    Effect::new(move |_| {
        let Some(canvas) = table.input.get() else { return };
        let seen = Closure::<dyn Fn(js_sys::Array)>::new(table.scope.guard(move |entries: js_sys::Array| {
            if entries.iter().any(|entry| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting()) {
                table.see();
            }
        }));
        let options = IntersectionObserverInit::new();
        options.set_root_margin(MARGIN);
        match IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options) {
            Ok(observer) => {
                observer.observe(&canvas);
                let kept = StoredValue::new_local((observer, seen));
                on_cleanup(move || {
                    kept.try_update_value(|(observer, _)| observer.disconnect());
                });
            }
            Err(_) => table.see(),
        }
    });
}
