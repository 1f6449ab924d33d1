//! The middle of the stage: the products of one channel, the map of each channel, and the fixed weights of a pool.
use super::{
    compute,
    geometry::Role,
    settings::Operation,
    stack::{coloured, largest},
    state::{Desk, Sum},
    terms::{Part, Subject, Term},
};
use crate::site::widgets::{
    cells::{Act, Cell, Grid, Marks, cells},
    erased,
};
use leptos::prelude::*;
use std::sync::Arc;

/// A pool as a convolution with equal weights.
pub fn share(desk: Desk) -> AnyView {
    let grid = Memo::new(move |_| {
        desk.sum.with(|sum| {
            let Some(sum) = sum else { return Grid::default() };
            desk.numbers(|subject| {
                let columns = window_columns(subject, sum);
                let cell = |term: &Term| coloured(term.right.value, 1.0);
                Grid { columns, cells: sum.terms.iter().map(cell).collect(), frame: None, chosen: None }
            })
        })
    });
    let label = Signal::stored("Fixed weights".to_string());
    let average = move || desk.read(|s| !s.op.takes_the_largest());
    let convolve = move |_: web_sys::MouseEvent| {
        desk.rest();
        desk.settings.commit(|s| {
            s.op = Operation::Convolution;
            (s.groups, s.out, s.bias, s.weights) = (s.channels, s.channels, false, "mean".into());
        });
    };
    // One kernel for all places: each window whole, each value counted.
    let own = move || desk.read(|s| s.op == Operation::AveragePool && s.divides_by() == Some(s.kernel[0] * s.kernel[1]));
    view! {
        <section role="group" class="sheet stack" data-part="kernel" aria-label="Fixed weights">
            <p class="name">{erased::display(move || if average() { "Fixed weights" } else { "What passes" })} <span class="shape"></span></p>
            <div class="chips" hidden></div>
            <div class="inside">{cells("weight", label, grid, Arc::new(|_| false), Arc::new(|_| ()))}</div>
            <button type="button" class="quiet" data-control="as-convolution" hidden=erased::flag(move || !own()) on:click=erased::on_event(convolve)>"See it as a convolution"</button>
        </section>
    }
    .into_any()
}

/// The number of columns in the grid of one channel's products.
fn window_columns(subject: &Subject, sum: &Sum) -> usize {
    let settings = &subject.settings;
    let [_, rows, columns] = settings.output_shape();
    match sum.target.part {
        Part::Output => subject.geometry.window([sum.target.index / columns % rows, sum.target.index % columns])[1],
        Part::KernelGrad | Part::BiasGrad => columns,
        _ => settings.kernel[1],
    }
}

/// The products of the channel in front, each at the place of its tap.
pub fn products(desk: Desk) -> AnyView {
    let grid = Memo::new(move |_| {
        let [channel, out] = desk.channels.get();
        let hovered = desk.term.get();
        desk.sum.with(|sum| {
            let Some(sum) = sum else { return Grid::default() };
            desk.numbers(|subject| laid_out(subject, sum, [channel, out], hovered))
        })
    });
    let of = move || {
        let [channel, out] = desk.channels.get();
        desk.read(|s| match s.target_part() {
            Part::InputGrad if s.op.has_weights() => format!("of output {out}"),
            Part::Output if s.op.has_weights() => format!("of channel {channel}"),
            _ => String::new(),
        })
    };
    let act = move |what: Act| {
        if let Act::Point(None) = what {
            desk.term.set(None);
        }
    };
    let label = Signal::stored("Products, in the order of the kernel's taps".to_string());
    view! {
        <section role="group" class="sheet stack products" aria-label="Products">
            <p class="name">"Products" <span class="shape">{erased::display(of)}</span></p>
            <div class="chips" hidden></div>
            <div class="inside">{cells("value", label, grid, Arc::new(|_| false), Arc::new(act))}</div>
        </section>
    }
    .into_any()
}

fn laid_out(subject: &Subject, sum: &Sum, channels: [usize; 2], hovered: Option<usize>) -> Grid {
    let columns = window_columns(subject, sum);
    let own: Vec<(usize, &Term)> =
        sum.terms.iter().enumerate().filter(|(_, term)| term.link.channels == channels || sum.target.part == Part::BiasGrad).collect();
    let most = largest(&sum.terms.iter().map(Term::product).collect::<Vec<_>>());
    let taps = subject.settings.kernel[0] * subject.settings.kernel[1];
    // In the backward direction only some taps reach a cell. They are placed as in the turned kernel.
    let by_tap = sum.target.part == Part::InputGrad && subject.settings.op.has_weights();
    let turned = subject.settings.op != Operation::Transposed;
    let count = if by_tap { taps } else { own.len() };
    let mut cells = vec![Cell { marks: Marks::default().with(Marks::PADDING, true), ..Cell::default() }; count];
    for (order, (at, term)) in own.iter().enumerate() {
        let tap = term.link.weight.unwrap_or(0) % taps.max(1);
        let slot = match (by_tap, turned != subject.settings.flip) {
            (true, true) => taps - 1 - tap,
            (true, false) => tap,
            (false, _) => order,
        };
        let Some(cell) = cells.get_mut(slot) else { continue };
        if *at >= sum.products() {
            *cell = Cell::default();
            cell.marks = Marks::default().with(Marks::COMING, true);
            continue;
        }
        *cell = coloured(term.product(), most);
        cell.marks = cell.marks.with(Marks::NOW, hovered.or(sum.now()) == Some(*at));
    }
    Grid { columns: columns.max(1), cells, frame: None, chosen: None }
}

/// The map that each input channel adds to the present output channel.
pub fn maps(desk: Desk) -> AnyView {
    let several = Memo::new(move |_| desk.read(|s| s.op.has_weights() && s.group()[0] > 1));
    let maps = Memo::new(move |_| {
        let [_, out] = desk.channels.get();
        desk.numbers(|subject| if several.get() { compute::partial_maps(subject, out).unwrap_or_default() } else { vec![] })
    });
    let at = Memo::new(move |_| desk.channels.get());
    let grid = Memo::new(move |_| {
        let [channel, out] = at.get();
        desk.numbers(|subject| {
            let reads = subject.geometry.reads(out);
            let [_, rows, columns] = subject.settings.output_shape();
            maps.with(|maps| {
                let most = maps.iter().map(|map| largest(map)).fold(0.0, f32::max);
                let Some(map) = channel.checked_sub(reads.start).and_then(|own| maps.get(own)) else { return Grid::default() };
                desk.lit.with(|lit| {
                    let cell = |(place, value): (usize, &f32)| {
                        let mut cell = coloured(*value, most);
                        cell.marks = cell.marks.with(Marks::LIT, lit.of(Role::Output, out * rows * columns + place) > 0);
                        cell
                    };
                    Grid { columns, cells: map.iter().enumerate().map(cell).collect(), frame: None, chosen: None }
                })
            })
        })
    });
    let act = move |what: Act| {
        let out = at.get_untracked()[1];
        let places = desk.settings.with_untracked(|s| s.output().iter().product::<usize>());
        let whole = |place: usize| out * places + place;
        match what {
            Act::Point(place) => desk.act(Part::Output, Act::Point(place.map(whole))),
            Act::Pin(place) => desk.act(Part::Output, Act::Pin(whole(place))),
            Act::Write(..) => (),
        }
    };
    let name = move || {
        let [channel, out] = at.get();
        format!("channel {channel} to output {out}")
    };
    let label = Signal::derive(move || format!("Partial sums, {}; arrow keys go from cell to cell", name()));
    view! {
        <section role="group" class="sheet stack" data-part="partial" aria-label="Partial sums" hidden=erased::flag(move || !several.get())>
            <p class="name">"Partial sums" <span class="shape">{erased::display(name)}</span></p>
            <div class="chips" hidden></div>
            <div class="inside">{cells("value", label, grid, Arc::new(|_| false), Arc::new(act))}</div>
        </section>
    }
    .into_any()
}
