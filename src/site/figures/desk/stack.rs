//! The sheets of a tensor, one for each channel: one in front of the others, or side by side.
use super::{
    edits::Editable,
    geometry::{Role, Source},
    sheets::{self, Lying, Sheet},
    state::Desk,
    terms::{Part, Spot, Subject},
};
use crate::site::{
    axes,
    widgets::{
        cells::{Act, Cell, Grid, Marks, cells},
        erased,
        number::{number, strong},
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// The number in a cell, with fewer decimals if its integer part is long.
pub fn short(value: f32) -> String {
    number(
        value,
        if value.abs() >= 100.0 {
            0
        } else if value.abs() >= 10.0 {
            1
        } else {
            2
        },
    )
}

/// A cell with a signed number. The largest number of its tensor has the full colour.
pub fn coloured(value: f32, largest: f32) -> Cell {
    let text = short(value);
    let share = if largest > 0.0 { (100.0 * (value.abs() / largest).min(1.0)).round() as u8 } else { 0 };
    let marks = Marks::default().with(Marks::BELOW, value < 0.0).with(Marks::STRONG, strong(value, largest) && value != 0.0).sized(&text);
    Cell { text, marks, share }
}

pub fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// The class for the colour of a part.
pub fn kind(part: Part) -> &'static str {
    match part {
        Part::Input | Part::Output => "value",
        Part::Kernel | Part::Bias => "weight",
        Part::Upstream | Part::InputGrad | Part::KernelGrad | Part::BiasGrad => "gradient",
    }
}

/// A part's shape with its letters, in the reader's order of axes.
pub fn shape(desk: Desk, part: Part) -> String {
    let order = axes::here().get();
    desk.read(|s| {
        let lengths = part.shape(s);
        let letters: &[char] = match part.role() {
            Role::Input | Role::Output => &['C', 'H', 'W'],
            // The input and output channels of a weight are not axes of an image.
            Role::Kernel => {
                return lengths
                    .iter()
                    .enumerate()
                    .filter(|(axis, _)| s.dims == 2 || *axis != 2)
                    .map(|(_, n)| n.to_string())
                    .collect::<Vec<_>>()
                    .join(" × ");
            }
            Role::Bias => return lengths[0].to_string(),
        };
        let named: Vec<(char, usize)> = letters.iter().copied().zip(lengths).filter(|(letter, _)| s.dims == 2 || *letter != 'H').collect();
        let order: Vec<String> = order.order(&named).into_iter().map(|(letter, n)| format!("{letter}\u{202f}{n}")).collect();
        order.join(" × ")
    })
}

/// The part and channel that a sheet shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Which {
    pub part: Part,
    pub channels: [usize; 2],
}

fn layout(subject: &Subject, which: Which, lying: Lying, turned: bool) -> Sheet {
    match which.part.role() {
        Role::Input => sheets::channel(subject, which.part, lying, which.channels[0]),
        Role::Output => sheets::channel(subject, which.part, lying, which.channels[1]),
        Role::Kernel => sheets::kernel(&subject.settings, which.channels, turned),
        Role::Bias => Sheet { columns: 1, slots: (0..subject.settings.out).map(|at| Some(Source::Cell(at))).collect(), before: [0, 0] },
    }
}

/// The sheet as cells: numbers, padding, and marks for what the reader looks at.
fn painted(desk: Desk, which: Memo<Which>, sheet: &Sheet) -> Grid {
    let part = which.get().part;
    let target = desk.read(|s| s.target());
    let coming = part == target.part && desk.under_way();
    let tensor = part.editable();
    desk.subject.with(|subject| {
        let Ok(subject) = subject else { return Grid::default() };
        let values = subject.numbers.of(part);
        let most = largest(values);
        let sum = desk.sum.get();
        let pinned = desk.pinned.get();
        let written = |index: usize| {
            let shape = part.shape(&subject.settings);
            tensor.is_some_and(|tensor| {
                subject.settings.edits.0.iter().any(|e| e.tensor == tensor && super::edits::index(&shape, &e.place) == Some(index))
            })
        };
        let any_written = tensor.is_some_and(|tensor| subject.settings.edits.any(tensor));
        let of_input = matches!(part, Part::Input | Part::InputGrad);
        let (mut chosen, mut cells) = (None, Vec::with_capacity(sheet.slots.len()));
        desk.lit.with(|lit| {
            for (at, slot) in sheet.slots.iter().enumerate() {
                let zero = |mark| Cell { text: "0".into(), marks: Marks::default().with(mark, true), share: 0 };
                let cell = match slot {
                    None => Cell::default(),
                    Some(Source::Padding) if subject.settings.op.takes_the_largest() => Cell { text: "–".into(), ..zero(Marks::PADDING) },
                    Some(Source::Padding | Source::Between) => zero(Marks::PADDING),
                    Some(Source::Copy(index)) => {
                        let text = values.get(*index).map(|value| short(*value)).unwrap_or_default();
                        let how = lit.of(part.role(), *index);
                        Cell {
                            text,
                            marks: Marks::default().with(Marks::PADDING, true).with(Marks::LIT, how == 1 && pinned.is_some()),
                            share: 0,
                        }
                    }
                    Some(Source::Cell(index)) => {
                        let spot = Spot { part, index: *index };
                        if spot == target || pinned == Some(spot) {
                            chosen = Some(at);
                        }
                        let value = values.get(*index).copied().unwrap_or(0.0);
                        // During a sum its cell shows the sum so far, and later cells are empty.
                        let so_far = sum.as_ref().filter(|sum| spot == sum.target && spot == target && !sum.is_whole());
                        let mut cell = coloured(so_far.map_or(value, |sum| running(subject, sum)), most);
                        let how = lit.of(part.role(), *index);
                        cell.marks = cell
                            .marks
                            .with(Marks::LIT, how == 1)
                            .with(Marks::NOW, how == 2)
                            .with(Marks::UNREAD, of_input && subject.read.get(*index) == Some(&false))
                            .with(Marks::WINNER, part == Part::Input && subject.passes.get(*index) == Some(&true))
                            .with(Marks::COMING, coming && *index > target.index)
                            .with(Marks::WRITTEN, any_written && written(*index));
                        if coming && *index > target.index {
                            cell.text.clear();
                        }
                        cell
                    }
                };
                cells.push(cell);
            }
        });
        let frame = sum.as_ref().and_then(|sum| desk.read(|s| sheets::frame(s, &subject.geometry, part, sum.target)));
        Grid { columns: sheet.columns, cells, frame, chosen }
    })
}

/// The sum so far.
pub fn running(subject: &Subject, sum: &super::state::Sum) -> f32 {
    let products: f32 = sum.terms[..sum.products().min(sum.terms.len())].iter().map(|term| term.product()).sum();
    let biased = sum.is_whole() && sum.moments.bias;
    products + subject.bias_of(sum.target).map_or(0.0, |bias| if biased { bias.value } else { 0.0 })
}

/// One sheet with its numbers.
pub fn sheet(desk: Desk, which: Memo<Which>) -> AnyView {
    let part = which.get_untracked().part;
    let sheet = Memo::new(move |_| {
        let which = which.get();
        // The subject does not contain the tab, on which the layout of sheets depends.
        let (lying, turned) = desk.read(|s| (sheets::lying(s, which.part), sheets::turned(s)));
        desk.numbers(|subject| layout(subject, which, lying, turned && which.part == Part::Kernel))
    });
    let grid = Memo::new(move |_| sheet.with(|sheet| painted(desk, which, sheet)));
    let index = move |at: usize| sheet.with_untracked(|sheet| sheet.slots.get(at).copied().flatten());
    let own = move |at: usize| match index(at) {
        Some(Source::Cell(cell)) => Some(cell),
        _ => None,
    };
    let act = move |what: Act| match what {
        Act::Point(at) => desk.act(part, Act::Point(at.and_then(index).and_then(Source::cell))),
        Act::Pin(at) => own(at).into_iter().for_each(|cell| desk.act(part, Act::Pin(cell))),
        Act::Write(at, value) => own(at).into_iter().for_each(|cell| desk.act(part, Act::Write(cell, value))),
    };
    let fixed = Memo::new(move |_| desk.read(|s| !s.op.has_weights()));
    let editable = move |at: usize| {
        let tensor = part.editable().filter(|tensor| *tensor != Editable::Kernel || !fixed.get_untracked());
        tensor.is_some() && own(at).is_some()
    };
    let label = Signal::derive(move || {
        let Which { channels: [channel, out], .. } = which.get();
        let which = match part.role() {
            Role::Input => format!(", channel {channel}"),
            Role::Output => format!(", channel {out}"),
            Role::Kernel => format!(", from channel {channel} to {out}"),
            Role::Bias => String::new(),
        };
        let write = if part.editable().is_some() { "; type a number to write it" } else { "" };
        format!("{}{which}: arrow keys go from cell to cell{write}", part.name())
    });
    cells(kind(part), label, grid, Arc::new(editable), Arc::new(act))
}

/// The sheets of a part with its name, its shape and the text `more`. `all` lists the channels of its sheets, including the one in front.
pub fn stack(desk: Desk, part: Part, name: Signal<String>, more: Signal<String>, role: Role, all: Memo<Vec<usize>>) -> AnyView {
    let spread = Memo::new(move |_| desk.read(|s| s.spread));
    let front = Memo::new(move |_| {
        let [channel, out] = desk.channels.get();
        if role == Role::Input { channel } else { out }
    });
    let which = move |own: Option<usize>| {
        Memo::new(move |_| {
            let [channel, out] = desk.channels.get();
            let channels = match (own, role) {
                (None, _) => [channel, out],
                (Some(own), Role::Input) => [own, out],
                (Some(own), _) => [channel, own],
            };
            Which { part, channels }
        })
    };
    let chip = move |channel: usize| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=erased::display(move || (front.get() == channel).to_string())
                on:click=erased::on_click(move || desk.bring(role, channel))
            >
                {channel}
            </button>
        }
        .into_any()
    };
    let side = if role == Role::Input { "c" } else { "o" };
    let body = move || {
        let channels = all.get();
        if spread.get() && channels.len() > 1 {
            let one = |channel: usize| {
                view! { <div class="one"><p class="which">{format!("{side} {channel}")}</p>{sheet(desk, which(Some(channel)))}</div> }
                    .into_any()
            };
            return view! { <div class="spread">{channels.into_iter().map(one).collect_view()}</div> }.into_any();
        }
        let behind = channels.len().saturating_sub(1).min(4);
        view! {
            <div class="offset" style=format!("--behind:{behind}")>
                {(0..behind).rev().map(|at| view! { <span class="behind" aria-hidden="true" style=format!("--at:{}", at + 1)></span> }).collect_view()}
                {sheet(desk, which(None))}
            </div>
        }
        .into_any()
    };
    let part_name = part.key();
    view! {
        <section role="group" class="sheet stack" data-part=part_name aria-label=name class:lit-part=erased::flag(move || desk.symbol.get() == Some(part_name))>
            <p class="name">{name} <span class="shape">{erased::display(move || shape(desk, part))} " " {more}</span></p>
            <div class="chips" role="group" aria-label=format!("{} in front", if role == Role::Input { "Input channel" } else { "Output channel" }) hidden=erased::flag(move || all.with(|all| all.len() < 2))>
                <span aria-hidden="true">{side}</span>
                {erased::part(move || (all.get().into_iter().map(chip).collect_view()).into_any())}
            </div>
            <div class="inside" data-part="padding">{erased::part(body)}</div>
        </section>
    }
    .into_any()
}
