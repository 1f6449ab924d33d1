//! The results as rows, with their numbers and their order.
use super::controls::Job;
use crate::workbench::protocol::speed::Times;

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub times: Times,
    /// Milliseconds from the start of a worker to its first result: the time that a new reader waits.
    pub from_worker: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub job: Job,
    /// The numbers, or the reason why there are none.
    pub outcome: Result<Found, String>,
}

/// The numbers by which rows can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Median,
    Gflops,
    First,
    FromWorker,
    Naive,
}

impl Column {
    pub const ALL: [Column; 5] = [Column::Median, Column::Gflops, Column::First, Column::FromWorker, Column::Naive];

    pub fn title(self) -> &'static str {
        match self {
            Column::Median => "median, ms",
            Column::Gflops => "GFLOP/s",
            Column::First => "first run, ms",
            Column::FromWorker => "from the worker's start, ms",
            Column::Naive => "plainest way, ms",
        }
    }
    pub fn of(self, found: &Found) -> Option<f64> {
        match self {
            Column::Median => Some(found.times.median()),
            Column::Gflops => Some(found.times.gflops()),
            Column::First => Some(found.times.first),
            Column::FromWorker => Some(found.from_worker),
            Column::Naive => found.times.naive.as_ref().map(|(_, time)| *time),
        }
    }
}

/// The column by which rows are sorted, and whether the largest comes first. None for the order of measurement.
pub type Order = Option<(Column, bool)>;

/// The rows in that order. Rows without a number come last.
pub fn sorted(rows: &[Row], order: Order) -> Vec<Row> {
    let mut rows = rows.to_vec();
    if let Some((column, falling)) = order {
        let key = |row: &Row| row.outcome.as_ref().ok().and_then(|found| column.of(found));
        rows.sort_by(|a, b| match (key(a), key(b)) {
            (Some(a), Some(b)) if falling => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }
    rows
}

/// The next order after a click on a column's header: rising, falling, order of measurement.
pub fn pressed(order: Order, column: Column) -> Order {
    match order {
        Some((of, false)) if of == column => Some((column, true)),
        Some((of, true)) if of == column => None,
        _ => Some((column, false)),
    }
}

/// A number with three significant digits.
pub fn digits(value: f64) -> String {
    let places = if value >= 99.5 {
        0
    } else if value >= 9.95 {
        1
    } else {
        2
    };
    format!("{value:.places$}")
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::workbench::protocol::{DeviceChoice, speed::CASES};

    pub fn row(case: usize, runs: &[f64], naive: Option<f64>) -> Row {
        let job = Job { case: &CASES[case], device: DeviceChoice::Cpu, only_real: false };
        let times = Times {
            case: job.case.name.into(),
            device: job.device,
            first: 20.0,
            runs: runs.to_vec(),
            macs: 1_000_000,
            rung: "tiled product".into(),
            naive: naive.map(|time| ("one output at a time".into(), time)),
        };
        Row { job, outcome: Ok(Found { times, from_worker: 250.25 }) }
    }

    pub fn failed(case: usize) -> Row {
        Row { outcome: Err("there is no GPU adapter here".into()), ..row(case, &[1.0], None) }
    }

    #[test]
    fn rows_are_sorted_and_what_failed_stands_last() {
        let rows = [failed(0), row(1, &[5.0, 6.0, 7.0], None), row(2, &[3.0], Some(9.0))];
        let cases = |order| sorted(&rows, order).iter().map(|r| r.job.case.name).collect::<Vec<_>>();
        let [a, b, c] = [0, 1, 2].map(|i| CASES[i].name);
        assert_eq!(cases(None), [a, b, c]);
        assert_eq!(cases(Some((Column::Median, false))), [c, b, a]);
        assert_eq!(cases(Some((Column::Median, true))), [b, c, a]);
        assert_eq!(cases(Some((Column::Naive, false)))[0], c);
    }

    #[test]
    fn a_head_is_pressed_three_times() {
        let once = pressed(None, Column::Median);
        let twice = pressed(once, Column::Median);
        assert_eq!((once, twice, pressed(twice, Column::Median)), (Some((Column::Median, false)), Some((Column::Median, true)), None));
        assert_eq!(pressed(twice, Column::First), Some((Column::First, false)));
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!([1.234, 12.34, 123.4, 9.96, 1234.0].map(digits), ["1.23", "12.3", "123", "10.0", "1234"]);
    }
}
