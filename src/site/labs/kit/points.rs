//! Numbers over the steps of a run, two at each: what its charts are drawn from.
use crate::site::widgets::chart::{Line, POINTS};
use serde::{Deserialize, Serialize};

/// A step, and its two numbers. What is no number is NaN, which no chart draws.
pub type Point = (f64, [f64; 2]);

/// Points in the order of their steps. In a file of them what is no number is null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Points(Vec<Point>);

/// As JSON can have them.
type Written = Vec<(f64, [Option<f64>; 2])>;

impl From<Points> for Written {
    fn from(points: Points) -> Written {
        points.0.into_iter().map(|(step, numbers)| (step, numbers.map(|number| Some(number).filter(|number| number.is_finite())))).collect()
    }
}

impl From<Written> for Points {
    fn from(written: Written) -> Points {
        let mut points: Vec<Point> =
            written.into_iter().map(|(step, numbers)| (step, numbers.map(|number| number.unwrap_or(f64::NAN)))).collect();
        // A file may say anything: the order is what all else relies on.
        points.retain(|point| point.0.is_finite());
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        points.dedup_by_key(|point| point.0);
        Points(points)
    }
}

impl Points {
    /// Puts a point where it belongs in the order of steps, in place of an earlier one of the same step.
    pub fn put(&mut self, step: u64, numbers: [f64; 2]) {
        let point = (step as f64, numbers);
        // Nearly always behind all others.
        let at = if self.0.last().is_none_or(|last| last.0 < point.0) { self.0.len() } else { self.0.partition_point(|p| p.0 < point.0) };
        match self.0.get_mut(at).filter(|other| other.0 == point.0) {
            Some(other) => *other = point,
            None => self.0.insert(at, point),
        }
    }
    /// What came after this step has not been.
    pub fn forget_after(&mut self, step: u64) {
        self.0.retain(|point| point.0 <= step as f64);
    }
    /// All of them.
    pub fn all(&self) -> &[Point] {
        &self.0
    }
    /// The last one.
    pub fn last(&self) -> Option<&Point> {
        self.0.last()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// As many as a chart draws.
    pub fn thinned(&self) -> Points {
        let [first, second] = [0, 1].map(|which| self.line(which, "", "", false, POINTS).points);
        first.into_iter().zip(second).map(|((step, one), (_, other))| (step, [one, other])).collect()
    }
    /// The first (0) or the second (1) number of each.
    pub fn numbers(&self, which: usize) -> impl DoubleEndedIterator<Item = f64> {
        self.0.iter().map(move |point| point.1[which])
    }
    /// The line of one of the numbers, of at most so many points (`Line::over`).
    pub fn line(&self, which: usize, name: &str, colour: &'static str, noisy: bool, most: usize) -> Line {
        Line::over(name, colour, noisy, self.0.iter().map(move |point| (point.0, point.1[which])), most)
    }
}

impl FromIterator<Point> for Points {
    fn from_iter<I: IntoIterator<Item = Point>>(points: I) -> Self {
        Points(points.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_step_that_is_measured_again_stands_in_its_place() {
        let mut points = Points::default();
        for (step, number) in [(10, 0.5), (30, 0.75), (20, 0.25), (10, 1.0)] {
            points.put(step, [number, 0.0]);
        }
        assert_eq!(points.all().iter().map(|point| (point.0, point.1[0])).collect::<Vec<_>>(), [(10.0, 1.0), (20.0, 0.25), (30.0, 0.75)]);
        points.forget_after(20);
        assert_eq!((points.all().len(), points.last().map(|last| last.0)), (2, Some(20.0)));
    }

    #[test]
    fn what_is_kept_of_a_long_run_is_read_back_and_what_is_no_number_stays_none() {
        let points: Points = (1..=5_000).map(|step| (f64::from(step), [f64::from(step), f64::NAN])).collect();
        let kept = points.thinned();
        assert!(kept.all().len() <= POINTS && kept.last().map(|last| last.1[0]) == Some(5_000.0));
        let text = serde_json::to_string(&kept).expect("JSON");
        let back: Points = serde_json::from_str(&text).expect("points");
        assert_eq!(back.all().len(), kept.all().len());
        assert!(back.all().iter().zip(kept.all()).all(|(a, b)| a.0 == b.0 && a.1[0] == b.1[0] && a.1[1].is_nan()));
        let foreign: Points = serde_json::from_str("[[3, [1, null]], [1, [2, 2]], [3, [9, 9]]]").expect("points");
        assert_eq!(foreign.all().iter().map(|point| point.0).collect::<Vec<_>>(), [1.0, 3.0]);
    }
}
