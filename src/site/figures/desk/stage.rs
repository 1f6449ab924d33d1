//! The stage: the sheets of the computation at hand, from what is given to what comes of it.
use super::{
    compute,
    geometry::Role,
    settings::{Settings, Tab, Wrt},
    sheets,
    stack::{Which, coloured, largest, sheet, short, stack},
    state::{Desk, Sum},
    terms::{Part, Subject, Term},
};
use crate::site::widgets::cells::{Act, Cell, Grid, Marks, cells};
use leptos::prelude::*;
use std::sync::Arc;

fn sign(text: &'static str) -> AnyView {
    view! { <span class="sign" aria-hidden="true">{text}</span> }.into_any()
}

/// All channels of the input, or of the output.
fn channels(desk: Desk, role: Role) -> Memo<Vec<usize>> {
    Memo::new(move |_| desk.read(|s| (0..if role == Role::Input { s.channels } else { s.out }).collect()))
}

fn input(desk: Desk, part: Part) -> AnyView {
    let name = Signal::derive(move || {
        let spread = desk.read(|s| part == Part::Input && sheets::lying(s, part) == sheets::Lying::Spread && s.stride.0 != [1, 1]);
        if spread { "Input, with the stride's zeros".into() } else { part.name().to_string() }
    });
    stack(desk, part, name, Role::Input, channels(desk, Role::Input))
}

fn output(desk: Desk, part: Part) -> AnyView {
    let name = Signal::derive(move || {
        let spread = desk.read(|s| part == Part::Upstream && sheets::lying(s, part) == sheets::Lying::Spread && s.stride.0 != [1, 1]);
        if spread { "Upstream gradient, with the stride's zeros".into() } else { part.name().to_string() }
    });
    stack(desk, part, name, Role::Output, channels(desk, Role::Output))
}

/// The kernels that the target's sum uses: of one output channel, or of one input channel on the way back.
fn kernel(desk: Desk, part: Part) -> AnyView {
    let back = move || desk.read(|s| s.tab == Tab::Backward && s.wrt == Wrt::Input);
    let role = if desk.settings.with_untracked(|s| s.tab == Tab::Backward && s.wrt == Wrt::Input) { Role::Output } else { Role::Input };
    let all = Memo::new(move |_| {
        let [channel, out] = desk.channels.get();
        desk.numbers(|subject| {
            if role == Role::Output { subject.geometry.feeds(channel).collect() } else { subject.geometry.reads(out).collect::<Vec<_>>() }
        })
    });
    let name = Signal::derive(move || {
        let [channel, out] = desk.channels.get();
        let turned = if part == Part::Kernel && desk.read(sheets::turned) { ", turned by half a turn" } else { "" };
        let side = if back() { format!(" from channel {channel}") } else { format!(" for output {out}") };
        format!("{}{side}{turned}", part.name())
    });
    stack(desk, part, name, role, all)
}

/// A pool's window as the convolution it would be: equal shares.
fn share(desk: Desk) -> AnyView {
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
    let convolve = move |_| {
        desk.rest();
        desk.settings.commit(|s| {
            s.op = super::settings::Operation::Convolution;
            (s.groups, s.out, s.bias, s.weights) = (s.channels, s.channels, false, "mean".into());
        });
    };
    let own = move || desk.read(|s| s.op == super::settings::Operation::AveragePool);
    view! {
        <section class="sheet stack" data-part="kernel" aria-label="Fixed weights">
            <p class="name">{move || if average() { "Fixed weights" } else { "What passes" }}</p>
            <div class="inside">{cells("weight", label, grid, |_| false, Arc::new(|_| ()))}</div>
            <button type="button" class="quiet" data-control="as-convolution" hidden=move || !own() on:click=convolve>"See it as a convolution"</button>
        </section>
    }
    .into_any()
}

/// Columns of the grid in which the products of one channel stand.
fn window_columns(subject: &Subject, sum: &Sum) -> usize {
    let settings = &subject.settings;
    let [_, rows, columns] = settings.output_shape();
    match sum.target.part {
        Part::Output => subject.geometry.window([sum.target.index / columns % rows, sum.target.index % columns])[1],
        Part::KernelGrad | Part::BiasGrad => columns,
        _ => settings.kernel[1],
    }
}

/// The products of the channel in front, each where its tap lies.
fn products(desk: Desk) -> AnyView {
    let grid = Memo::new(move |_| {
        let [channel, out] = desk.channels.get();
        let hovered = desk.term.get();
        desk.sum.with(|sum| {
            let Some(sum) = sum else { return Grid::default() };
            desk.numbers(|subject| laid_out(subject, sum, [channel, out], hovered))
        })
    });
    let name = move || {
        let [channel, out] = desk.channels.get();
        desk.read(|s| match s.target_part() {
            Part::InputGrad if s.op.has_weights() => format!("Products of output {out}"),
            Part::Output if s.op.has_weights() => format!("Products of channel {channel}"),
            _ => "Products".to_string(),
        })
    };
    let act = move |what: Act| {
        if let Act::Point(None) = what {
            desk.term.set(None);
        }
    };
    let label = Signal::stored("Products, in the order of the kernel's taps".to_string());
    view! {
        <section class="sheet stack products" aria-label="Products">
            <p class="name">{name}</p>
            <div class="inside">{cells("value", label, grid, |_| false, Arc::new(act))}</div>
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
    // On the way back only some taps reach a cell; they stand where the turned kernel has them.
    let by_tap = sum.target.part == Part::InputGrad && subject.settings.op.has_weights();
    let turned = subject.settings.op != super::settings::Operation::Transposed;
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

/// The map that each input channel adds to the output channel at hand.
fn maps(desk: Desk) -> AnyView {
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
        format!("What channel {channel} adds to output {out}")
    };
    let label = Signal::derive(move || format!("{}; arrow keys go from cell to cell", name()));
    view! {
        <section class="sheet stack" data-part="partial" aria-label="Partial sums" hidden=move || !several.get()>
            <p class="name">{name}</p>
            <div class="inside">{cells("value", label, grid, |_| false, Arc::new(act))}</div>
        </section>
    }
    .into_any()
}

fn bias(desk: Desk, part: Part) -> AnyView {
    let which = Memo::new(move |_| Which { part, channels: desk.channels.get() });
    view! {
        <section class="sheet stack" data-part=part.key() aria-label=part.name() hidden=move || desk.read(|s| !s.bias) class:lit-part=move || desk.symbol.get() == Some(part.key())>
            <p class="name">{part.name()} " " <span class="shape">{move || desk.read(|s| s.out.to_string())}</span></p>
            <div class="inside">{sheet(desk, which)}</div>
        </section>
    }
    .into_any()
}

/// How large the cells may be, so that the whole computation fits where there is room.
fn size(settings: &Settings) -> String {
    let [high, wide] = settings.input.0;
    let [rows, columns] = settings.output();
    let across = wide + columns + 2 * settings.kernel[1] + 2 * settings.padding[1] + if settings.spread { 12 } else { 0 };
    let widest = (wide + 2 * settings.padding[1]).max(columns).max(high).max(rows);
    format!("--across:{across};--widest:{widest}")
}

pub fn forward(desk: Desk) -> AnyView {
    let weights = Memo::new(move |_| desk.read(|s| s.op.has_weights()));
    let kernels = move || if weights.get() { kernel(desk, Part::Kernel) } else { share(desk) };
    view! {
        <div class="stage" style=move || desk.read(size)>
            {input(desk, Part::Input)} {sign("∗")} {kernels} {sign("→")} {products(desk)} {maps(desk)} {bias(desk, Part::Bias)} {sign("=")} {output(desk, Part::Output)}
        </div>
    }
    .into_any()
}

pub fn backward(desk: Desk) -> AnyView {
    let wrt = Memo::new(move |_| desk.read(|s| (s.wrt, s.op.has_weights())));
    let stage = move || {
        match wrt.get() {
        (Wrt::Input, true) => view! {
            {output(desk, Part::Upstream)} {sign("∗")} {kernel(desk, Part::Kernel)} {sign("→")} {products(desk)} {sign("=")} {input(desk, Part::InputGrad)}
            {aside(desk, Part::Input)}
        }
        .into_any(),
        (Wrt::Input, false) => view! {
            {input(desk, Part::Input)} {output(desk, Part::Output)} {output(desk, Part::Upstream)} {sign("→")} {input(desk, Part::InputGrad)}
        }
        .into_any(),
        (Wrt::Kernel, _) => view! {
            {input(desk, Part::Input)} {sign("∗")} {output(desk, Part::Upstream)} {sign("→")} {products(desk)} {sign("=")} {kernel(desk, Part::KernelGrad)}
            {aside(desk, Part::Kernel)}
        }
        .into_any(),
        (Wrt::Bias, _) => view! { {output(desk, Part::Upstream)} {sign("→")} {bias(desk, Part::BiasGrad)} {bias(desk, Part::Bias)} }.into_any(),
    }
    };
    view! { <div class="stage" style=move || desk.read(size)>{stage}</div> }.into_any()
}

/// The tensor whose gradient is looked at, for comparison and for writing in.
fn aside(desk: Desk, part: Part) -> AnyView {
    let own = if part == Part::Input { input(desk, part) } else { kernel(desk, part) };
    view! { <div class="aside">{own}</div> }.into_any()
}

/// All numbers as tables: for those who do not see the sheets, and for CSV.
pub fn tables(desk: Desk) -> AnyView {
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
    let open = RwSignal::new(false);
    let table = |part: Part, subject: &Subject| {
        let shape = part.shape(&subject.settings);
        let columns = shape.last().copied().unwrap_or(1);
        let rows = if shape.len() > 1 { shape[shape.len() - 2] } else { 1 };
        let row = |values: &[f32]| {
            view! { <tr>{values.iter().map(|value| view! { <td class="number">{short(*value)}</td> }).collect_view()}</tr> }.into_any()
        };
        let sheet = |(at, values): (usize, &[f32])| {
            let leading = super::edits::place(&shape[..shape.len().saturating_sub(2)], at);
            let leading = leading.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            let which = if leading.is_empty() { String::new() } else { format!(" [{leading}]") };
            view! {
                <table>
                    <caption>{format!("{}{which}, {rows} × {columns}", part.name())}</caption>
                    <tbody>{values.chunks(columns).map(row).collect_view()}</tbody>
                </table>
            }
            .into_any()
        };
        let values = subject.numbers.of(part);
        values.chunks((rows * columns).max(1)).enumerate().map(sheet).collect_view()
    };
    view! {
        <details class="tables" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>"The numbers as tables"</summary>
            // Built when they are opened: thousands of cells would slow every step.
            {move || open.get().then(|| parts.get().into_iter().map(|part| desk.numbers(|subject| Some(table(part, subject)))).collect_view())}
        </details>
    }
    .into_any()
}
