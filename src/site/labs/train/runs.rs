//! Earlier runs: their curves stay, to be laid under the present one.
use super::{room::Room, state::History};
use crate::{
    nets::models::DIGITS,
    site::widgets::{
        chart::{Line, decimate},
        erased::{hear, part, press},
    },
    workbench::protocol::TrainOptions,
};
use leptos::{ev, prelude::*};

/// Runs that are kept; the oldest goes first.
const MOST: usize = 6;
/// Steps that make a run worth keeping.
const LEAST: usize = 10;
const COLOURS: [&str; MOST] = ["--gradient-negative", "--weight-positive", "--gradient-positive", "--amber", "--negative", "--faint"];

type Points = Vec<(f64, f64)>;

#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Counts the runs of this visit.
    number: usize,
    label: String,
    colour: &'static str,
    shown: bool,
    steps: u64,
    loss: Points,
    accuracy: Points,
    /// At the end, on digits learned from.
    learned: Option<f64>,
}

impl Run {
    /// None where hardly anything was learned yet.
    pub fn of(history: &History) -> Option<Run> {
        let last = history.steps.last().filter(|_| history.steps.len() >= LEAST)?;
        let points = |list: &[(f64, f64, f64)], value: fn(&(f64, f64, f64)) -> f64| {
            decimate(&list.iter().map(|p| (p.0, value(p))).collect::<Points>())
        };
        Some(Run {
            number: 0,
            label: label(history.options.as_ref()?, &history.rates),
            colour: COLOURS[0],
            shown: true,
            steps: last.0 as u64,
            loss: points(&history.steps, |p| p.1),
            accuracy: points(&history.tests, |p| p.2),
            learned: history.learned.last().map(|p| p.2),
        })
    }
}

/// What of a run differs from the one that the lab begins with.
fn label(options: &TrainOptions, rates: &[(u64, f32)]) -> String {
    let usual = TrainOptions::default();
    let differs = [
        (options.model != usual.model)
            .then(|| DIGITS.iter().find(|m| m.name == options.model).map_or("another network", |m| m.title).replace("LeNet-5, ", "")),
        (options.optimiser != usual.optimiser).then(|| "Adam".into()),
        match rates {
            [.., (_, last)] if rates.len() > 1 => Some(format!("rate {} to {last}", rates[0].1)),
            [(_, rate)] if *rate != usual.rate => Some(format!("rate {rate}")),
            _ => None,
        },
        (options.batch != usual.batch).then(|| format!("batch {}", options.batch)),
        (options.digits != usual.digits).then(|| format!("{} digits", options.digits)),
        (options.dropout != usual.dropout).then(|| format!("dropout {}", options.dropout)),
        (options.shift != usual.shift).then(|| format!("shift {}", options.shift)),
        (options.turn != usual.turn).then(|| format!("turn {}°", options.turn)),
        (options.seed != usual.seed).then(|| format!("seed {}", options.seed)),
    ];
    let differs: Vec<String> = differs.into_iter().flatten().collect();
    if differs.is_empty() { "as the lab begins".into() } else { differs.join(", ") }
}

/// Takes in a run that has ended: its number is the next one, its colour one that no other has.
pub fn add(runs: &mut Vec<Run>, mut run: Run) {
    if runs.len() == MOST {
        runs.remove(0);
    }
    run.number = runs.last().map_or(1, |last| last.number + 1);
    run.colour = COLOURS.into_iter().find(|colour| runs.iter().all(|other| other.colour != *colour)).unwrap_or(COLOURS[0]);
    runs.push(run);
}

fn lines(runs: &[Run], points: fn(&Run) -> &Points, noisy: bool) -> Vec<Line> {
    let shown = runs.iter().filter(|run| run.shown && !points(run).is_empty());
    shown.map(|run| Line { name: format!("run {}", run.number), colour: run.colour, noisy, points: points(run).clone() }).collect()
}

pub fn loss_lines(runs: &[Run]) -> Vec<Line> {
    lines(runs, |run| &run.loss, true)
}

pub fn accuracy_lines(runs: &[Run]) -> Vec<Line> {
    lines(runs, |run| &run.accuracy, false)
}

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
            <td><input type="checkbox" id=format!("run-{number}") aria-label=format!("Show the curves of run {number}") prop:checked=shown on:change=hear(turn) /></td>
            <th scope="row"><span class="key" style=format!("--key: var({})", run.colour)>{format!("run {number}")}</span></th>
            <td>{run.label.clone()}</td>
            <td class="number">{run.steps}</td>
            <td class="number">{share(run.accuracy.last().map(|p| p.1))}</td>
            <td class="number">{share(run.learned)}</td>
            <td><button type="button" class="quiet" aria-label=format!("Delete run {number}") on:click=press(remove)>"✕"</button></td>
        </tr>
    }
    .into_any()
}

/// The table of earlier runs; nothing where there are none.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn history(steps: usize) -> History {
        History {
            options: Some(TrainOptions::default()),
            rates: vec![(0, 0.02)],
            steps: (1..=steps).map(|step| (step as f64, 1.0 / step as f64, 0.5)).collect(),
            tests: vec![(steps as f64, 0.5, 0.75)],
            learned: vec![],
        }
    }

    #[test]
    fn a_run_is_called_by_what_differs() {
        let called = |options: TrainOptions, rates: &[f32]| label(&options, &rates.iter().map(|rate| (0, *rate)).collect::<Vec<_>>());
        assert_eq!(called(TrainOptions::default(), &[0.02]), "as the lab begins");
        let few = TrainOptions { digits: 500, dropout: 0.5, ..TrainOptions::default() };
        assert_eq!(called(few, &[0.1, 0.05, 0.02]), "rate 0.1 to 0.02, 500 digits, dropout 0.5");
    }

    #[test]
    fn only_runs_that_learned_are_kept_and_no_more_than_can_be_told_apart() {
        assert_eq!(Run::of(&history(5)), None);
        let mut runs = vec![];
        for _ in 0..8 {
            let run = Run::of(&history(5_000)).expect("a run");
            assert!(run.loss.len() <= 300);
            add(&mut runs, run);
        }
        assert_eq!(runs.iter().map(|run| run.number).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8]);
        let mut colours: Vec<_> = runs.iter().map(|run| run.colour).collect();
        colours.sort_unstable();
        colours.dedup();
        assert_eq!(colours.len(), MOST);
        runs[1].shown = false;
        assert_eq!((loss_lines(&runs).len(), accuracy_lines(&runs)[0].name.as_str()), (5, "run 3"));
    }
}
