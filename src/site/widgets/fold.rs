//! Settings that stand at the side of a wide window, and are folded in a narrow one.
use leptos::prelude::*;

/// From this width on, in CSS pixels, a lab has a column at its side (www/screen.css).
const SIDE_COLUMN: f64 = 1100.0;

/// Whether the window is so wide that settings stand at the side of what they set.
pub fn has_side_column() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width >= SIDE_COLUMN)
}

/// A lab's settings under one word. They are open where they cover nothing.
pub fn fold(settings: impl IntoView + 'static) -> AnyView {
    view! { <details class="fold" open=has_side_column()><summary>"Settings"</summary>{settings.into_any()}</details> }.into_any()
}
