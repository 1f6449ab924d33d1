//! The text that the build has laid into a page (`src/bin/release`). It is read until the program shows the same page.
use super::scope::Scope;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Where a heading stands in the window, in pixels from its upper edge.
fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// The last heading with an id above the window's lower half, and where it stands.
fn read_at(early: &Element) -> Option<(String, f64)> {
    let headings = early.query_selector_all("h2[id]").ok()?;
    let half = window().inner_height().ok()?.as_f64()? / 2.0;
    let above = |at: u32| -> Option<(String, f64)> {
        let heading: Element = headings.get(at)?.dyn_into().ok()?;
        Some((heading.id(), top(&heading))).filter(|(_, top)| *top < half)
    };
    (0..headings.length()).filter_map(above).next_back()
}

/// Takes the text away, because the program shows the page now. A reader who has scrolled on stays at the same heading.
pub fn give_way() {
    let Some(early) = document().get_element_by_id("early") else { return };
    let place = read_at(&early).filter(|_| window().scroll_y().is_ok_and(|y| y > 0.0));
    early.remove();
    let Some((id, before)) = place else { return };
    Scope::here().at_next_frame(move || {
        if let Some(heading) = document().get_element_by_id(&id) {
            window().scroll_by_with_x_and_y(0.0, top(&heading) - before);
        }
    });
}
