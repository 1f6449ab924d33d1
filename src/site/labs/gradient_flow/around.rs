//! The loss around both networks, along a random direction or over a plane.
use super::{
    state::{COLOURS, NAMES, State},
    store::Store,
};
use crate::{
    site::widgets::{
        curves::{Axis, Curve, curves, short},
        data_table::{Cell, DataTable, Row},
        erased::{flag, on_click, part, text},
        sheets::{Palette, SheetView, Sheets},
        tables::folded,
    },
    workbench::protocol::depth::Slice,
};
use leptos::prelude::*;

const LINE: Slice = Slice { seed: 1, places: 21, reach: 1.0, plane: false };
const PLANE: Slice = Slice { seed: 1, places: 11, reach: 1.0, plane: true };

fn along(asked: &Slice, at: usize) -> f64 {
    f64::from(asked.reach) * (2.0 * at as f64 / (asked.places - 1) as f64 - 1.0)
}

/// The loss in the middle and the largest loss, among the measured places. NaN stands for a place that is not measured yet, and infinity
/// for a loss that is not finite.
fn ends(around: &[f32]) -> String {
    let middle = around[around.len() / 2];
    let most = around.iter().filter(|loss| loss.is_finite()).fold(f32::NEG_INFINITY, |most, loss| most.max(*loss));
    let lost = around.iter().filter(|loss| loss.is_infinite()).count();
    let most = match lost {
        _ if middle.is_infinite() => return "no number in the middle, since the network has diverged".into(),
        0 => format!("at most {}", short(f64::from(most))),
        _ => format!("at most {} where it is a number, and none at {lost} of {} places", short(f64::from(most)), around.len()),
    };
    if middle.is_nan() {
        "still to be measured in the middle".into()
    } else {
        format!("{} in the middle, {most}", short(f64::from(middle)))
    }
}

fn line(state: &State, asked: &Slice) -> AnyView {
    let finite = state.around.iter().flatten().filter(|loss| loss.is_finite());
    let most = f64::from(finite.fold(0.5f32, |most, loss| most.max(*loss))).min(20.0);
    let curve = |i: usize| Curve {
        colour: COLOURS[i],
        past: false,
        points: state.around[i].iter().enumerate().map(|(at, loss)| (along(asked, at), f64::from(*loss))).collect(),
    };
    let unit = if most > 10.0 {
        5.0
    } else if most > 2.5 {
        1.0
    } else {
        0.5
    };
    let ticks = |unit: f64, from: f64, to: f64| {
        (0..=((to - from) / unit) as usize).map(|i| from + unit * i as f64).map(|v| (v, format!("{v}"))).collect()
    };
    let reach = f64::from(asked.reach);
    let x = Axis { ends: [-reach, reach], ticks: ticks(0.5, -reach, reach) };
    let y = Axis { ends: [0.0, most], ticks: ticks(unit, 0.0, most) };
    curves(&[curve(0), curve(1)], &x, &y, "away from the network, in lengths of its filters")
}

/// A measured loss, or a dash for one that is not measured yet.
fn told(loss: f32) -> Cell {
    Cell::maybe((!loss.is_nan()).then_some(loss), |loss| short(f64::from(loss)))
}

fn away(asked: &Slice, at: usize) -> Cell {
    Cell::number(along(asked, at), format!("{:.1}", along(asked, at)))
}

/// The losses of one network over the plane.
fn plane_table(state: &State, asked: &Slice, twin: usize) -> DataTable {
    let rows = state.around[twin].chunks(asked.places).enumerate();
    DataTable {
        name: format!("Losses of the {} network", NAMES[twin]),
        caption: format!("{}: mean loss of 200 training digits over the plane", NAMES[twin]),
        columns: std::iter::once(String::new()).chain((0..asked.places).map(|at| format!("{:.1}", along(asked, at)))).collect(),
        rows: rows.map(|(down, found)| Row::headed(away(asked, down), found.iter().map(|loss| told(*loss)))).collect(),
        ..DataTable::default()
    }
}

fn line_table(state: &State, asked: &Slice) -> DataTable {
    let row = |at: usize| Row::headed(away(asked, at), (0..2).map(|twin| told(state.around[twin][at])));
    DataTable {
        name: "Losses along the direction".into(),
        caption: "Mean loss of 200 training digits along the direction".into(),
        columns: ["away", NAMES[0], NAMES[1]].map(String::from).into(),
        rows: (0..asked.places).map(row).collect(),
        ..DataTable::default()
    }
}

pub fn around(store: Store) -> AnyView {
    let shown = store.shown;
    let unready = move || !store.training.digits.are_whole() || store.is_measuring();
    let sheet = move |twin: usize| {
        Signal::derive(move || {
            shown.with(|state| match &state.slice {
                Some(asked) if asked.plane => {
                    // The places above and below the network itself, which is in the middle.
                    let around = &state.around[twin];
                    let middle = around[around.len() / 2];
                    let rise = |loss: &f32| Some(loss - middle).filter(|rise| rise.is_finite()).unwrap_or(f32::NAN);
                    Sheets::of(&[asked.places, asked.places], around.iter().map(rise).collect())
                }
                _ => Sheets::default(),
            })
        })
    };
    let planes = Memo::new(move |_| shown.with(|state| state.slice.is_some_and(|asked| asked.plane)));
    let asked_for = Memo::new(move |_| shown.with(|state| state.slice.is_some()));
    let plane = move |twin: usize| {
        let label = format!("How much the loss of the {} network rises over the plane; its middle is the network itself", NAMES[twin]);
        view! { <div><p class="title">{format!("{}: how much the loss rises", NAMES[twin])}</p><SheetView sheets=sheet(twin) palette=Palette::Value cell=16.0 label /></div> }
    };
    let body = move || {
        let tables = move || {
            shown.with(|state| match &state.slice {
                Some(asked) if asked.plane => (0..2).map(|twin| plane_table(state, asked, twin)).collect(),
                Some(asked) => vec![line_table(state, asked)],
                None => vec![],
            })
        };
        if planes.get() {
            return view! { <div class="planes">{plane(0)}{plane(1)}</div>{folded("The losses as tables", tables)} }.into_any();
        }
        if !asked_for.get() {
            return ().into_any();
        }
        let drawn = move || {
            shown.with(|state| match &state.slice {
                Some(asked) if !asked.plane => line(state, asked),
                _ => ().into_any(),
            })
        };
        view! { <div class="chart">{part(drawn)}{folded("The losses as a table", tables)}</div> }.into_any()
    };
    let key = |i: usize| view! { <span class="key" style=format!("--key: var({})", COLOURS[i])>{NAMES[i]}</span> };
    let said = move || {
        shown.with(|state| match state.slice {
            None => String::new(),
            Some(asked) => {
                let ends = |twin: usize| format!("{}: {}", NAMES[twin], ends(&state.around[twin]));
                let what = if asked.plane { "Over the plane" } else { "Along the line" };
                format!("{what}, mean loss of 200 training digits. {}; {}.", ends(0), ends(1))
            }
        })
    };
    view! {
        <section aria-labelledby="around">
            <h2 id="around">"The ground around"</h2>
            <p>
                "From where each network stands, all weights are moved the same random way, each filter by at most its own length, and the loss is measured: sharp or flat? "
                "A plane of two such ways takes about six times as long as a line."
            </p>
            <div class="bar">
                <button id="slice-line" disabled=flag(unready) on:click=on_click(move || store.look_around(LINE))>"Along a line"</button>
                <button id="slice-plane" disabled=flag(unready) on:click=on_click(move || store.look_around(PLANE))>"Over a plane"</button>
                <span class="chart"><span class="legend">{key(0)}{key(1)}</span></span>
            </div>
            <div id="slice">{part(body)}</div>
            <p id="slice-said">{text(said)}</p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_that_is_no_number_is_not_said_to_be_one() {
        assert_eq!(ends(&[2.0, 0.5, 3.25]), "0.50 in the middle, at most 3.2");
        assert_eq!(ends(&[2.0, 0.5, f32::INFINITY]), "0.50 in the middle, at most 2.0 where it is a number, and none at 1 of 3 places");
        assert!(ends(&[2.0, f32::INFINITY, 1.0]).contains("diverged"));
        assert!(ends(&[2.0, f32::NAN, f32::NAN]).contains("still"));
    }
}
