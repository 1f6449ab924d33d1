//! All numbers as tables, for readers who do not see the sheets, and for CSV.
use super::{
    edits,
    settings::{Settings, Tab},
    stack::short,
    state::Desk,
    terms::{Part, Subject},
};
use crate::site::widgets::{
    data_table::{Cell, DataTable},
    tables::folded,
};
use leptos::prelude::*;

/// The tensors that are shown.
fn parts(settings: &Settings) -> Vec<Part> {
    let (weights, backward) = (settings.op.has_weights(), settings.tab == Tab::Backward);
    let has = |part: &Part| match part {
        Part::Input | Part::Output => true,
        Part::Kernel => weights,
        Part::Bias => settings.bias,
        Part::Upstream | Part::InputGrad => backward,
        Part::KernelGrad => backward && weights,
        Part::BiasGrad => backward && settings.bias,
    };
    Part::ALL.into_iter().filter(has).collect()
}

pub fn panel(desk: Desk) -> AnyView {
    let parts = Memo::new(move |_| desk.read(parts));
    let all = move || parts.get().into_iter().flat_map(|part| desk.numbers(|subject| tables(part, subject))).collect();
    folded("The numbers as tables", all)
}

/// A part's tensor, as matrices of its last two axes.
fn tables(part: Part, subject: &Subject) -> Vec<DataTable> {
    let shape = part.shape(&subject.settings);
    let leading = &shape[..shape.len().saturating_sub(2)];
    let columns = shape.last().copied().unwrap_or(1);
    let size = shape[leading.len()..].iter().product::<usize>().max(1);
    let table = |(at, values): (usize, &[f32])| {
        let place = edits::place(leading, at).iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let name = if place.is_empty() { part.name().to_string() } else { format!("{} [{place}]", part.name()) };
        DataTable::grid(name, columns, values, |value| Cell::number(value, short(value)))
    };
    subject.numbers.of(part).chunks(size).enumerate().map(table).collect()
}
