//! Earlier runs, whose curves can be drawn under those of the present run.
use super::state::{History, Point, Value};
use crate::{
    nets::models::DIGITS,
    site::widgets::chart::{Line, POINTS},
    workbench::protocol::TrainOptions,
};

/// The largest number of runs that are kept. The oldest is dropped first.
const MOST: usize = 6;
/// The smallest number of steps of a run that is kept.
const LEAST: usize = 10;
const COLOURS: [&str; MOST] = ["--gradient-negative", "--weight-positive", "--gradient-positive", "--amber", "--negative", "--faint"];

#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The number of the run in this visit.
    pub number: usize,
    pub label: String,
    pub colour: &'static str,
    /// Whether its curves are shown.
    pub shown: bool,
    pub steps: u64,
    /// The training loss over its steps.
    pub loss: Line,
    /// The accuracy of its tests.
    pub accuracy: Line,
    /// The last accuracy on training digits.
    pub learned: Option<f64>,
}

impl Run {
    /// The run of a history. None if it made too few steps.
    pub fn of(history: &History) -> Option<Run> {
        let last = history.steps.last().filter(|_| history.steps.len() >= LEAST)?;
        let line = |noisy, list: &[Point], value: Value| Line::over("", COLOURS[0], noisy, list.iter().map(|p| (p.0, value(p))), POINTS);
        Some(Run {
            number: 0,
            label: label(history.options.as_ref()?, &history.rates),
            colour: COLOURS[0],
            shown: true,
            steps: last.0 as u64,
            loss: line(true, &history.steps, |p| p.1),
            accuracy: line(false, &history.tests, |p| p.2),
            learned: history.learned.last().map(|p| p.2),
        })
    }
}

/// The label of a run: the options in which it differs from the lab's defaults.
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

/// Adds a run that has ended. It gets the next number, and a colour that no other run has.
pub fn add(runs: &mut Vec<Run>, mut run: Run) {
    if runs.len() == MOST {
        runs.remove(0);
    }
    run.number = runs.last().map_or(1, |last| last.number + 1);
    run.colour = COLOURS.into_iter().find(|colour| runs.iter().all(|other| other.colour != *colour)).unwrap_or(COLOURS[0]);
    for line in [&mut run.loss, &mut run.accuracy] {
        (line.name, line.colour) = (format!("run {}", run.number), run.colour);
    }
    runs.push(run);
}

/// The lines of the runs that are shown.
pub fn lines(runs: &[Run], of: fn(&Run) -> &Line) -> Vec<Line> {
    runs.iter().filter(|run| run.shown && !of(run).points.is_empty()).map(|run| of(run).clone()).collect()
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
            assert!(run.loss.points.len() <= 300);
            add(&mut runs, run);
        }
        assert_eq!(runs.iter().map(|run| run.number).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8]);
        let mut colours: Vec<_> = runs.iter().map(|run| run.colour).collect();
        colours.sort_unstable();
        colours.dedup();
        assert_eq!(colours.len(), MOST);
        runs[1].shown = false;
        assert_eq!((lines(&runs, |run| &run.loss).len(), lines(&runs, |run| &run.accuracy)[0].name.as_str()), (5, "run 3"));
    }
}
