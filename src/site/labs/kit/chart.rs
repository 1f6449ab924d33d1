//! A chart of data that a lab keeps once. As many points are drawn as are visible, and all of them can be read.
use crate::site::widgets::chart::{Chart, Line, POINTS, Range, Whole};
use leptos::prelude::*;
use std::sync::Arc;

/// The chart as a view. `lines` gives lines with at most the given number of points (`Line::over`).
pub fn chart(id: &'static str, title: &'static str, range: Range, lines: impl Fn(usize) -> Vec<Line> + Send + Sync + 'static) -> AnyView {
    let lines: Arc<dyn Fn(usize) -> Vec<Line> + Send + Sync> = Arc::new(lines);
    let whole: Whole = Arc::new({
        let lines = lines.clone();
        move || untrack(|| lines(usize::MAX))
    });
    let drawn = Memo::new(move |_| lines(POINTS));
    view! { <Chart id title lines=drawn whole range /> }.into_any()
}
