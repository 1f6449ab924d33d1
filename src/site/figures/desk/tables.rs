//! All numbers as tables: for those who do not see the sheets, and for CSV.
use super::{
    edits,
    settings::Tab,
    stack::short,
    state::Desk,
    terms::{Part, Subject},
};
use crate::site::widgets::{
    data_table::{Cell, DataTable},
    tables::folded,
};
use leptos::prelude::*;

pub fn panel(desk: Desk) -> AnyView {
    let parts = Memo::new(move |_| {
        desk.read(|s| {
            let weights = s.op.has_weights();
            let back = s.tab == Tab::Backward;
            let mut parts = vec![Part::Input];
            if weights {
                parts.push(Part::Kernel);
            }
            if s.bias {
                parts.push(Part::Bias);
            }
            parts.push(Part::Output);
            if back {
                parts.extend([Part::Upstream, Part::InputGrad]);
                if weights {
                    parts.push(Part::KernelGrad);
                }
                if s.bias {
                    parts.push(Part::BiasGrad);
                }
            }
            parts
        })
    });
    let all = move || parts.get().into_iter().flat_map(|part| desk.numbers(|subject| tables(part, subject))).collect();
    folded("The numbers as tables", all)
}

/// A part's tensor, a matrix of its last two axes each.
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
