//! The convolution as a product of matrices: kernels as rows, patches as columns, linked to the chosen cell.
use super::{
    geometry::{Role, Source},
    matrix::{self, Product},
    stack::{coloured, largest},
    state::Desk,
    terms::{Part, Spot},
};
use crate::site::widgets::{
    cells::{Act, Cell, Grid, Marks, cells},
    erased,
};
use leptos::prelude::*;
use std::{ops::Range, sync::Arc};

/// The largest number of rows and columns of a matrix that are shown. The rest is mentioned.
const ROWS: usize = 72;
const COLUMNS: usize = 36;

/// The shown range, around the present place.
fn shown(around: usize, all: usize, most: usize) -> Range<usize> {
    let start = around.saturating_sub(most / 2).min(all.saturating_sub(most));
    start..(start + most).min(all)
}

fn of(range: &Range<usize>, all: usize, what: &str) -> Option<String> {
    (range.len() < all).then(|| format!("{what} {} to {} of {all}", range.start + 1, range.end))
}

pub fn view(desk: Desk) -> AnyView {
    let at = Memo::new(move |_| {
        let target = desk.sum.with(|sum| sum.as_ref().map_or(0, |sum| sum.target.index));
        desk.read(|s| {
            let places = s.output().iter().product::<usize>();
            [target / places, target % places]
        })
    });
    let group = Memo::new(move |_| desk.read(|s| at.get()[0] / s.group()[1].max(1) * s.group()[1].max(1)));
    let product = Memo::new(move |_| {
        let out = group.get();
        desk.subject.with(|subject| {
            subject.as_ref().map_err(Clone::clone).and_then(|subject| matrix::product(subject, out).map_err(|error| error.to_string()))
        })
    });
    let with = move |read: &dyn Fn(&Product) -> Grid| product.with(|product| product.as_ref().map(read).unwrap_or_default());
    let windows = Memo::new(move |_| {
        let [_, place] = at.get();
        let term = desk.sum.with(|sum| sum.as_ref().and_then(|sum| desk.term.get().or(sum.now()))).unwrap_or(0);
        product.with(|product| product.as_ref().map_or([0..0, 0..0], |p| [shown(term, p.taps, ROWS), shown(place, p.places, COLUMNS)]))
    });
    let now = move || desk.sum.with(|sum| sum.as_ref().and_then(|sum| desk.term.get().or(sum.now())));

    let weights = Memo::new(move |_| {
        let ([out, _], [taps, _], now) = (at.get(), windows.get(), now());
        with(&|p| {
            let most = largest(&p.weights);
            let cell = |row: usize, tap: usize| {
                let mut cell = coloured(p.weights[row * p.taps + tap], most);
                let own = p.outs.start + row == out;
                cell.marks = cell.marks.with(Marks::LIT, own && now.is_none()).with(Marks::NOW, own && now == Some(tap));
                cell
            };
            let rows = 0..p.outs.len();
            Grid {
                columns: taps.len(),
                cells: rows.flat_map(|row| taps.clone().map(move |tap| (row, tap))).map(|(row, tap)| cell(row, tap)).collect(),
                frame: None,
                chosen: None,
            }
        })
    });
    let patches = Memo::new(move |_| {
        let ([_, place], [taps, places], now) = (at.get(), windows.get(), now());
        let pointed = desk.pointed.get().or(desk.pinned.get()).filter(|spot| spot.part == Part::Input);
        with(&|p| {
            let most = largest(&p.patches);
            let cell = |tap: usize, column: usize| {
                let link = p.links[tap * p.places + column];
                let mut cell = match link.input {
                    Source::Cell(_) => coloured(p.patches[tap * p.places + column], most),
                    _ => Cell {
                        text: coloured(p.patches[tap * p.places + column], most).text,
                        marks: Marks::default().with(Marks::PADDING, true),
                        share: 0,
                    },
                };
                let same = pointed.is_some_and(|spot| link.input.cell() == Some(spot.index));
                cell.marks = cell
                    .marks
                    .with(Marks::LIT, same || column == place && now.is_none() && pointed.is_none())
                    .with(Marks::NOW, column == place && now == Some(tap));
                cell
            };
            let all = taps.clone().flat_map(|tap| places.clone().map(move |column| (tap, column)));
            Grid { columns: places.len(), cells: all.map(|(tap, column)| cell(tap, column)).collect(), frame: None, chosen: None }
        })
    });
    let result = Memo::new(move |_| {
        let ([out, place], [_, places]) = (at.get(), windows.get());
        with(&|p| {
            let most = largest(&p.y);
            let cell = |row: usize, column: usize| {
                let mut cell = coloured(p.y[row * p.places + column], most);
                cell.marks = cell.marks.with(Marks::LIT, p.outs.start + row == out && column == place);
                cell
            };
            let all = (0..p.outs.len()).flat_map(|row| places.clone().map(move |column| (row, column)));
            Grid { columns: places.len(), cells: all.map(|(row, column)| cell(row, column)).collect(), frame: None, chosen: None }
        })
    });

    // A cell of a matrix leads to the cell where it was read.
    let of_weights = move |at: usize| {
        let [taps, _] = windows.get_untracked();
        let (row, tap) = (at / taps.len().max(1), taps.start + at % taps.len().max(1));
        let out = group.get_untracked() + row;
        desk.subject.with_untracked(|subject| {
            let subject = subject.as_ref().ok()?;
            let places = subject.settings.output().iter().product::<usize>();
            subject.geometry.links(Role::Output, out * places).get(tap)?.weight
        })
    };
    let of_patches = move |at: usize| {
        let [taps, places] = windows.get_untracked();
        let (tap, column) = (taps.start + at / places.len().max(1), places.start + at % places.len().max(1));
        product.with_untracked(|p| p.as_ref().ok().and_then(|p| p.links.get(tap * p.places + column).copied()))
    };
    let of_result = move |at: usize| {
        let [_, places] = windows.get_untracked();
        let (row, column) = (at / places.len().max(1), places.start + at % places.len().max(1));
        let all = desk.settings.with_untracked(|s| s.output().iter().product::<usize>());
        Some((group.get_untracked() + row) * all + column)
    };
    let acts = move |part: Part, find: Arc<dyn Fn(usize) -> Option<usize> + Send + Sync>| -> Arc<dyn Fn(Act) + Send + Sync> {
        Arc::new(move |what: Act| match what {
            Act::Point(at) => desk.act(part, Act::Point(at.and_then(|at| find(at)))),
            Act::Pin(at) => find(at).into_iter().for_each(|cell| desk.act(part, Act::Pin(cell))),
            Act::Write(at, value) => find(at).into_iter().for_each(|cell| desk.act(part, Act::Write(cell, value))),
        })
    };
    let size = move |rows: fn(&Product) -> usize, columns: fn(&Product) -> usize| {
        move || product.with(|p| p.as_ref().map(|p| format!("{} × {}", rows(p), columns(p))).unwrap_or_default())
    };
    let left_out = move || {
        let [taps, places] = windows.get();
        product.with(|p| {
            let p = p.as_ref().ok()?;
            let said = [of(&taps, p.taps, "rows of patches"), of(&places, p.places, "places")];
            let said = said.into_iter().flatten().collect::<Vec<_>>().join("; ");
            (!said.is_empty()).then(|| format!("Shown are {said}."))
        })
    };
    let agrees = move || {
        let [out, place] = at.get();
        let bias = desk.numbers(|subject| subject.numbers.of(Part::Bias).get(out).copied().unwrap_or(0.0));
        let index = desk.read(|s| out * s.output().iter().product::<usize>() + place);
        let y = desk.numbers(|subject| subject.value(Spot { part: Part::Output, index }).unwrap_or(0.0));
        let own = product.with(|p| p.as_ref().map(|p| p.y[(out - p.outs.start) * p.places + place]).unwrap_or(0.0));
        let text = |v: f32| crate::site::widgets::number::number(v, 3);
        format!(
            "Row {out} times column {place}: {} + bias {} = {}, as by convolution: {}.",
            text(own),
            text(bias),
            text(own + bias),
            text(y)
        )
    };
    let label = |text: &str| Signal::stored(text.to_string());
    let writable = move |at: usize| of_weights(at).is_some();
    let readable = move |at: usize| of_patches(at).is_some_and(|link| matches!(link.input, Source::Cell(_)));
    view! {
        <div class="matrices">
            <section role="group" class="sheet stack kernels" data-part="kernel" aria-label="Kernels as rows">
                <p class="name">"Kernels as rows " <span class="shape">{erased::display(size(|p| p.outs.len(), |p| p.taps))}</span></p>
                <div class="inside">{cells("weight", label("Kernels as rows"), weights, Arc::new(writable), acts(Part::Kernel, Arc::new(of_weights)))}</div>
            </section>
            <section role="group" class="sheet stack patches" data-part="input" aria-label="Patches as columns">
                <p class="name">"Patches as columns " <span class="shape">{erased::display(size(|p| p.taps, |p| p.places))}</span></p>
                <div class="inside">
                    {cells("value", label("Patches as columns"), patches, Arc::new(readable), acts(Part::Input, Arc::new(move |at| of_patches(at).and_then(|link| link.input.cell()))))}
                </div>
            </section>
            <section role="group" class="sheet stack result" data-part="output" aria-label="Output as rows">
                <p class="name">"Output as rows, without bias " <span class="shape">{erased::display(size(|p| p.outs.len(), |p| p.places))}</span></p>
                <div class="inside">{cells("value", label("Output as rows"), result, Arc::new(|_| false), acts(Part::Output, Arc::new(of_result)))}</div>
            </section>
            <div class="saying">
                <p>"Every patch that the kernel covers becomes a column, every kernel a row: row times column is a cell of the output. "
                    "The convolution is one product of matrices; this is how it is computed fast, and why it costs memory."</p>
                <p data-control="matrix-remark">{erased::display(agrees)} " " {erased::display(move || left_out().unwrap_or_default())}</p>
            </div>
        </div>
        {erased::part(move || (product.with(|p| p.as_ref().err().map(|error| view! { <p class="message error" role="alert">{error.clone()}</p> }))).into_any())}
    }
    .into_any()
}
