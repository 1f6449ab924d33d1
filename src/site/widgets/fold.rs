//! Settings that are in a side column of a wide window, and folded in a narrow window.
use leptos::prelude::*;

/// The width of the window in CSS pixels from which a lab has a side column (www/screen.css).
const SIDE_COLUMN: f64 = 1100.0;

/// Whether the window is wide enough for a side column.
pub fn has_side_column() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width >= SIDE_COLUMN)
}

/// A lab's settings under one heading. They are open if they cover nothing.
pub fn fold(settings: impl IntoView + 'static) -> AnyView {
    view! { <details class="fold" open=has_side_column()><summary>"Settings"</summary>{settings.into_any()}</details> }.into_any()
}
