//! The histogram of a layer's numbers: how many lie in each of some equal ranges.
use super::words::exact;
use crate::site::widgets::data_table::{Cell, DataTable, Row};
use std::fmt::Write;

/// The number of bars.
const BARS: usize = 40;
/// Width and height in units of the drawing.
const SIZE: [f32; 2] = [320.0, 90.0];

/// The counts in equal ranges from the smallest to the largest number, and what is known of all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    pub least: f32,
    pub most: f32,
    pub mean: f64,
    /// The share of zeros.
    pub zeros: f64,
    pub counts: Vec<usize>,
}

impl Histogram {
    /// Of these numbers; those that are not finite are left out.
    pub fn of(values: &[f32]) -> Histogram {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let count = finite().count();
        if count == 0 {
            return Histogram::default();
        }
        let (least, most) = finite().fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)));
        let mut counts = vec![0; BARS];
        for value in finite() {
            let share = (f64::from(value) - f64::from(least)) / (f64::from(most) - f64::from(least)).max(f64::MIN_POSITIVE);
            counts[((share * BARS as f64) as usize).min(BARS - 1)] += 1;
        }
        let mean = finite().map(f64::from).sum::<f64>() / count as f64;
        let zeros = finite().filter(|value| *value == 0.0).count() as f64 / count as f64;
        Histogram { least, most, mean, zeros, counts }
    }
    /// It in a sentence.
    pub fn said(&self) -> String {
        let [least, mean, most] = [self.least, self.mean as f32, self.most].map(exact);
        format!("{least} to {most}, mean {mean}, {:.1} % zeros", 100.0 * self.zeros)
    }
    /// The bars. Their height is the square root of the count, so that rare numbers are visible beside many zeros.
    pub fn svg(&self) -> String {
        let [width, height] = SIZE;
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1) as f32;
        let step = width / BARS as f32;
        let mut text = format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Histogram: {}\">", self.said());
        for (at, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let high = (height - 2.0) * (*count as f32 / most).sqrt();
            let _ = write!(
                text,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{high:.1}\"/>",
                at as f32 * step,
                height - high,
                step - 1.0
            );
        }
        text + "</svg>"
    }
    /// The counts as a table.
    pub fn table(&self, name: &str) -> DataTable {
        let edge = |at: usize| self.least + (self.most - self.least) * at as f32 / BARS as f32;
        let row = |(at, count): (usize, &usize)| {
            Row::headed(
                Cell::number(edge(at), exact(edge(at))),
                [Cell::number(edge(at + 1), exact(edge(at + 1))), Cell::number(*count, count.to_string())],
            )
        };
        DataTable {
            name: "Histogram".into(),
            caption: format!("The numbers of {name} in {BARS} equal ranges"),
            columns: ["from", "to", "numbers"].map(String::from).into(),
            rows: self.counts.iter().enumerate().map(row).collect(),
            ..DataTable::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_counted_once() {
        let found = Histogram::of(&[0.0, 0.0, 1.0, -1.0, f32::NAN, 0.5]);
        assert_eq!((found.counts.iter().sum::<usize>(), found.counts[0], found.counts[BARS - 1]), (5, 1, 1));
        assert_eq!(found.said(), "−1.00000 to 1.00000, mean 0.100000, 40.0 % zeros");
        assert_eq!(Histogram::of(&[2.0; 3]).counts[0], 3);
        assert_eq!(Histogram::of(&[f32::NAN]).counts.len(), 0);
        assert!(found.svg().matches("<rect").count() == 4 && found.to_owned().table("conv").rows.len() == BARS);
    }
}
