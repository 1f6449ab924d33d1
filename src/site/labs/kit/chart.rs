//! A chart of what a lab keeps once: drawn of as many points as are seen, and read in all of them.
use crate::site::widgets::chart::{Chart, Line, POINTS, Range, Whole};
use leptos::prelude::*;
use std::sync::Arc;

/// `lines` gives the lines of at most so many points each (`Line::over`).
pub fn chart(id: &'static str, title: &'static str, range: Range, lines: impl Fn(usize) -> Vec<Line> + Send + Sync + 'static) -> AnyView {
    let lines: Arc<dyn Fn(usize) -> Vec<Line> + Send + Sync> = Arc::new(lines);
    let whole: Whole = Arc::new({
        let lines = lines.clone();
        move || untrack(|| lines(usize::MAX))
    });
    let drawn = Memo::new(move |_| lines(POINTS));
    view! { <Chart id title lines=drawn whole range /> }.into_any()
}
