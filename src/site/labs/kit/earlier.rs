//! Earlier runs of a lab: their lines stay, to be laid under the present one's. A table shows each of them or not, or deletes it.
use crate::site::{
    controls::{Controls, Kind, Pairs, pairs},
    widgets::{
        chart::Line,
        erased::{on_click, on_event, part},
    },
};
use leptos::{ev, prelude::*};

/// The largest number of runs that are kept. The oldest is dropped first.
const MOST: usize = 6;
/// Steps that make a run worth keeping.
pub const LEAST: u64 = 10;
const COLOURS: [&str; MOST] = ["--gradient-negative", "--weight-positive", "--gradient-positive", "--amber", "--negative", "--faint"];

/// A run that another has taken the place of.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Counts the runs of this visit.
    pub number: usize,
    /// What differed from the settings that the lab begins with.
    pub label: String,
    /// Of its lines.
    pub colour: &'static str,
    /// Whether its lines are.
    pub shown: bool,
    /// Of a chart, by its id.
    pub lines: Vec<(&'static str, Line)>,
    /// Its cells of the table, below the columns of the lab.
    pub cells: Vec<String>,
}

/// The earlier runs of a lab, none at first.
#[derive(Clone, Copy, Default)]
pub struct Runs(pub RwSignal<Vec<Earlier>>);

/// What of a run differs from the one that the lab begins with, by its table. `values` are those of the table, `rates` those that the run had.
pub fn difference<S: Controls>(values: &Pairs, rates: &[(u64, f32)]) -> String {
    let usual = pairs(&S::default());
    let own = |list: &Pairs, key: &str| list.iter().find(|(own, _)| own == key).map(|(_, value)| value.clone());
    let differs = S::TABLE.iter().filter_map(|line| {
        let (value, usual) = (own(values, line.key)?, own(&usual, line.key)?);
        let told = match (&line.kind, line.key, rates) {
            (_, "device", _) => return None,
            (_, "rate", [(_, first), .., (_, last)]) => format!("{first} to {last}"),
            _ if value == usual => return None,
            (Kind::Choice(choices), ..) => choices().into_iter().find(|(key, _)| *key == value).map_or(value, |(_, name)| name),
            (Kind::Slider { unit, .. }, ..) => format!("{}{unit}", value.parse::<f64>().unwrap_or(f64::NAN)),
            (Kind::Switch { .. }, ..) => if value == "0" || value == "false" { "off" } else { "on" }.into(),
            _ => value,
        };
        Some(format!("{} {told}", line.label.to_lowercase()))
    });
    let differs: Vec<String> = differs.collect();
    if differs.is_empty() { "as the lab begins".into() } else { differs.join(", ") }
}

/// Takes in a run that has ended: its number is the next one, its colour one that no other has.
fn add(runs: &mut Vec<Earlier>, label: String, lines: Vec<(&'static str, Line)>, cells: Vec<String>) {
    let number = runs.last().map_or(1, |last| last.number + 1);
    if runs.len() == MOST {
        runs.remove(0);
    }
    let colour = COLOURS.into_iter().find(|colour| runs.iter().all(|other| other.colour != *colour)).unwrap_or(COLOURS[0]);
    let named = |line: Line| Line { name: format!("run {number}"), colour, ..line };
    let lines = lines.into_iter().map(|(chart, line)| (chart, named(line))).collect();
    runs.push(Earlier { number, label, colour, shown: true, lines, cells });
}

impl Runs {
    /// Keeps a run that has ended.
    pub fn add(self, label: String, lines: Vec<(&'static str, Line)>, cells: Vec<String>) {
        self.0.update(|runs| add(runs, label, lines, cells));
    }
    /// What lies under the present run in a chart: the lines of those that are shown.
    pub fn lines(self, chart: &str) -> Vec<Line> {
        self.0.with(|runs| {
            let shown = runs.iter().filter(|run| run.shown).flat_map(|run| &run.lines);
            shown.filter(|(own, line)| *own == chart && !line.points.is_empty()).map(|(_, line)| line.clone()).collect()
        })
    }
    /// The table, with these columns of the lab's own; nothing where there are no earlier runs.
    pub fn view(self, columns: &'static [&'static str]) -> AnyView {
        part(move || {
            self.0.with(|runs| {
                if runs.is_empty() {
                    return ().into_any();
                }
                let head = columns.iter().map(|column| view! { <th scope="col" class="number">{*column}</th> }).collect_view();
                view! {
                    <div class="scroll wide" id="runs" tabindex="0" role="group" aria-label="Earlier runs">
                        <table class="runs">
                            <caption>"Earlier runs. Their curves lie under the present run's."</caption>
                            <thead><tr><th scope="col">"shown"</th><th scope="col">"run"</th><th scope="col">"what differed"</th>{head}<td></td></tr></thead>
                            <tbody>{runs.iter().map(|run| self.row(run)).collect_view()}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            })
        })
    }
    fn row(self, run: &Earlier) -> AnyView {
        let (number, shown) = (run.number, run.shown);
        let turn = move |event: ev::Event| {
            let shown = event_target_checked(&event);
            self.0.update(|runs| runs.iter_mut().filter(|run| run.number == number).for_each(|run| run.shown = shown));
        };
        let remove = move || self.0.update(|runs| runs.retain(|run| run.number != number));
        view! {
            <tr data-run=number>
                <td><input type="checkbox" id=format!("run-{number}") aria-label=format!("Show the curves of run {number}") prop:checked=shown on:change=on_event(turn) /></td>
                <th scope="row"><span class="key" style=format!("--key: var({})", run.colour)>{format!("run {number}")}</span></th>
                <td>{run.label.clone()}</td>
                {run.cells.iter().map(|cell| view! { <td class="number">{cell.clone()}</td> }).collect_view()}
                <td><button type="button" class="quiet" aria-label=format!("Delete run {number}") on:click=on_click(remove)>"✕"</button></td>
            </tr>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::controls::Control;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Settings {
        batch: u64,
        rate: f32,
        turn: f32,
        norm: u8,
        seed: u64,
        device: String,
    }

    impl Controls for Settings {
        const TABLE: &'static [Control<Settings>] = &[
            Control { key: "batch", label: "Batch", kind: Kind::Numbers { offered: &[8], ends: [0, 64], step: 1 } },
            Control::device(),
            Control::rate(),
            Control {
                key: "turn", label: "Turn by up to", kind: Kind::Slider { ends: |_| [0.0, 45.0], step: 1.0, unit: "°", late: true }
            },
            Control::switch("norm", "Batch norm"),
            Control::seed(),
        ];
    }

    #[test]
    fn a_run_is_called_by_what_differs() {
        let called = |settings: Settings, rates: &[(u64, f32)]| difference::<Settings>(&pairs(&settings), rates);
        assert_eq!(called(Settings::default(), &[(0, 0.0)]), "as the lab begins");
        assert_eq!(called(Settings { device: "gpu".into(), ..Settings::default() }, &[(0, 0.0)]), "as the lab begins");
        let few = Settings { batch: 8, turn: 5.0, norm: 1, seed: 3, ..Settings::default() };
        let rates = [(0, 0.1), (7, 0.05), (9, 0.02)];
        assert_eq!(called(few, &rates), "batch 8, learning rate 0.1 to 0.02, turn by up to 5°, batch norm on, seed 3");
    }

    #[test]
    fn no_more_runs_are_kept_than_can_be_told_apart() {
        let mut runs = vec![];
        for _ in 0..8 {
            add(&mut runs, String::new(), vec![("chart", Line::over("", "", false, [(1.0, 2.0)].into_iter(), 9))], vec![]);
        }
        assert_eq!(runs.iter().map(|run| run.number).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8]);
        let mut colours: Vec<_> = runs.iter().map(|run| run.colour).collect();
        colours.sort_unstable();
        colours.dedup();
        assert_eq!((colours.len(), runs[0].lines[0].1.name.as_str()), (MOST, "run 3"));
        let owner = Owner::new();
        owner.set();
        let held = Runs(RwSignal::new(runs));
        held.0.update(|runs| runs[1].shown = false);
        assert_eq!((held.lines("chart").len(), held.lines("other").len()), (5, 0));
    }
}
