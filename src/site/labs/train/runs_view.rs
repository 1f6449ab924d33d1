//! The table of earlier runs. Each can be shown, hidden or deleted.
use super::{room::Room, runs::Run};
use crate::site::widgets::erased::{on_click, on_event, part};
use leptos::{ev, prelude::*};

fn share(value: Option<f64>) -> String {
    value.map_or("–".into(), |value| format!("{:.2} %", 100.0 * value))
}

fn row(room: Room, run: &Run) -> AnyView {
    let (number, shown) = (run.number, run.shown);
    let turn = move |event: ev::Event| {
        let shown = event_target_checked(&event);
        room.runs.update(|runs| runs.iter_mut().filter(|run| run.number == number).for_each(|run| run.shown = shown));
    };
    let remove = move || room.runs.update(|runs| runs.retain(|run| run.number != number));
    view! {
        <tr data-run=number>
            <td><input type="checkbox" id=format!("run-{number}") aria-label=format!("Show the curves of run {number}") prop:checked=shown on:change=on_event(turn) /></td>
            <th scope="row"><span class="key" style=format!("--key: var({})", run.colour)>{format!("run {number}")}</span></th>
            <td>{run.label.clone()}</td>
            <td class="number">{run.steps}</td>
            <td class="number">{share(run.accuracy.points.last().map(|p| p.1))}</td>
            <td class="number">{share(run.learned)}</td>
            <td><button type="button" class="quiet" aria-label=format!("Delete run {number}") on:click=on_click(remove)>"✕"</button></td>
        </tr>
    }
    .into_any()
}

/// The table of earlier runs. Empty if there are none.
pub fn table(room: Room) -> AnyView {
    part(move || {
        room.runs.with(|runs| {
            if runs.is_empty() {
                return ().into_any();
            }
            let rows = runs.iter().map(|run| row(room, run)).collect_view();
            view! {
                <div class="scroll wide" id="runs" tabindex="0" role="group" aria-label="Earlier runs">
                    <table class="runs">
                        <caption>"Earlier runs. Loss while training and right test answers lie under the present run's."</caption>
                        <thead>
                            <tr>
                                <th scope="col">"shown"</th>
                                <th scope="col">"run"</th>
                                <th scope="col">"what differed"</th>
                                <th scope="col" class="number">"steps"</th>
                                <th scope="col" class="number">"test"</th>
                                <th scope="col" class="number">"learned from"</th>
                                <td></td>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        })
    })
}
