//! The effect of leaving out one block at a time in each network.
use super::{
    state::{COLOURS, NAMES, State},
    store::Store,
};
use crate::site::widgets::erased::{flag, on_click, part, text};
use leptos::prelude::*;

fn percent(error: f32) -> String {
    if error.is_nan() { "–".into() } else { format!("{:.1} %", 100.0 * error) }
}

fn cell(error: f32, twin: usize) -> impl IntoView {
    let share = if error.is_nan() { 0.0 } else { 100.0 * error };
    view! {
        <td>
            <span class="track"><span class="fill" style=format!("width: {share:.1}%; background: var({})", COLOURS[twin])></span></span>
            <span class="share">{percent(error)}</span>
        </td>
    }
}

/// The increase of the error that counts as small. The lab counts the blocks that a network can lose with at most this increase.
const LITTLE: f32 = 0.05;
/// A network with a larger error has hardly begun to learn.
const LEARNED: f32 = 0.6;

fn sentence(state: &State) -> String {
    let spared = |twin: usize| {
        let (whole, found) = (state.whole[twin]?, &state.dropped[twin]);
        (!found.is_empty()).then(|| (found.iter().filter(|error| **error - whole <= LITTLE).count(), found.len()))
    };
    if let Some(which) = state.who_diverged() {
        let other = (0..2).filter(|twin| !state.diverged()[*twin]).find_map(|twin| Some((NAMES[twin], spared(twin)?)));
        let other = other.map_or(String::new(), |(name, (few, of))| {
            format!(" Of the {name} one {few} of {of} blocks can be left out within five points of its whole error.")
        });
        return format!(
            "{which} diverged: the loss is no number any more. Begin anew with a lower rate, batch norm or other first weights.{other}"
        );
    }
    match (spared(0), spared(1)) {
        (Some(_), Some(_)) if state.whole.iter().flatten().all(|error| *error > LEARNED) => {
            "Neither network has learned enough to lose anything: train on, then try again.".into()
        }
        (Some((plain, of)), Some((residual, out_of))) => {
            format!(
                "Within five points of the whole network's error: {plain} of {of} blocks of the plain network can be left out, {residual} of {out_of} of the residual one."
            )
        }
        _ => "Train for a while first: an untrained network has nothing to lose.".into(),
    }
}

pub fn blocks(store: Store) -> AnyView {
    let shown = store.shown;
    let rows = move || {
        shown.with(|state| {
            let row =
                |name: String, errors: [f32; 2]| view! { <tr><th scope="row">{name}</th>{cell(errors[0], 0)}{cell(errors[1], 1)}</tr> };
            if state.whole == [None; 2] {
                return ().into_any();
            }
            let whole = row("none".into(), state.whole.map(|error| error.unwrap_or(f32::NAN)));
            let count = state.dropped[0].len().max(state.dropped[1].len());
            let each = (0..count).map(|block| {
                let error = |twin: usize| state.dropped[twin].get(block).copied().unwrap_or(f32::NAN);
                row(format!("block {}", block + 1), [error(0), error(1)])
            });
            view! {
                <table class="blocks">
                    <caption>"Wrong answers on 500 test digits, one block left out"</caption>
                    <thead><tr><th scope="col">"left out"</th><th scope="col">{NAMES[0]}</th><th scope="col">{NAMES[1]}</th></tr></thead>
                    <tbody>{whole}{each.collect_view()}</tbody>
                </table>
            }
            .into_any()
        })
    };
    let unready = move || !store.training.digits.are_whole() || store.is_measuring();
    view! {
        <section aria-labelledby="blocks">
            <h2 id="blocks">"Drop a block and see"</h2>
            <p>
                "All blocks have the same shape, so any one can be taken out of a trained network without mending the rest. A plain network is a chain, and a chain "
                "without a link ends there; the sum lets the others go on."
            </p>
            <div class="bar"><button id="drop" disabled=flag(unready) on:click=on_click(move || store.drop_blocks())>"Leave out each block in turn"</button></div>
            <p id="spared" aria-live="polite">{text(move || shown.with(sentence))}</p>
            {part(rows)}
        </section>
    }
    .into_any()
}
