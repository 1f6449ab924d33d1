//! The gradient of one unit as a mean over pictures: which pictures, and the mean so far.
use crate::{
    nets::insight::radius,
    site::widgets::canvas::Pixels,
    vision::{Disturbance, Plane},
    workbench::protocol::photos::Answer,
};
use std::sync::Arc;

/// The share of the gradient that the used part contains.
pub const SHARE: f64 = 0.95;
/// Stands between a question and the number of its picture.
pub const NUMBER: char = '#';

/// The answers to one question so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Gathered {
    pub question: String,
    pub pictures: usize,
    /// The last answer, without its pixels.
    pub answer: Answer,
    /// What the network read first.
    pub seen: Arc<Pixels>,
    /// The sum over the pictures.
    sum: Vec<f32>,
    pub milliseconds: f32,
}

impl Gathered {
    /// The rows and columns that the unit can depend on.
    pub fn field(&self) -> [[isize; 2]; 2] {
        match self.answer {
            Answer::Unit { field, .. } => field,
            _ => [[0; 2]; 2],
        }
    }
    /// The middle of the field, as far as it lies in the picture: down and across, in pixels.
    pub fn middle(&self) -> [f32; 2] {
        let [down, across] = self.field().map(|[first, end]| (first + end) as f32 / 2.0);
        [down.clamp(0.0, self.seen.height as f32), across.clamp(0.0, self.seen.width as f32)]
    }
    /// The mean gradient of every pixel.
    pub fn mean(&self) -> Option<Plane> {
        let values = self.sum.iter().map(|sum| sum / self.pictures as f32).collect();
        Plane::new(self.seen.height, self.seen.width, values).ok()
    }
    /// The radius of the disc about the middle that contains this share of the gradient.
    pub fn radius(&self, share: f64) -> Option<f32> {
        radius(&self.mean()?, self.middle(), share)
    }
}

/// A copy of the photo, shifted by up to a tenth of its side. Each number has another shift; the first has none.
pub fn shifted(disturbance: Disturbance, number: usize) -> Disturbance {
    // Steps by the golden ratio and a related number cover a square evenly.
    let step = |by: f32| 0.2 * ((number as f32 * by + 0.5).fract() - 0.5);
    let [right, down] = disturbance.shift;
    Disturbance { shift: [(right + step(0.754_877_7)).clamp(-1.0, 1.0), (down + step(0.569_840_3)).clamp(-1.0, 1.0)], ..disturbance }
}

/// Adds an answer. An answer to another question begins a new mean.
pub fn gather(unit: &mut Option<Gathered>, key: &str, answer: Answer, buffers: Vec<Vec<u8>>) {
    let (question, number) = key.rsplit_once(NUMBER).unwrap_or((key, "0"));
    let Answer::Unit { seen: [height, width], milliseconds, .. } = answer else { return };
    let mut buffers = buffers.into_iter();
    let pixels = buffers.next().unwrap_or_default();
    let bytes = buffers.next().unwrap_or_default();
    let words: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
    match unit {
        Some(known) if number != "0" && known.question == question && known.sum.len() == words.len() => {
            known.sum.iter_mut().zip(&words).for_each(|(sum, word)| *sum += word);
            known.pictures += 1;
            known.milliseconds += milliseconds;
            known.answer = answer;
        }
        _ => {
            let seen = Arc::new(Pixels { height, width, bytes: pixels });
            *unit = Some(Gathered { question: question.into(), pictures: 1, answer, seen, sum: words, milliseconds });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifted_copies_begin_with_the_photo_itself_and_stay_near() {
        let still = Disturbance { patch_at: [0.5; 2], ..Disturbance::default() };
        assert_eq!(shifted(still, 0), still);
        let mut seen = vec![];
        for number in 0..50 {
            let [right, down] = shifted(still, number).shift;
            assert!(right.abs() <= 0.1 && down.abs() <= 0.1);
            assert!(!seen.contains(&[right.to_bits(), down.to_bits()]));
            seen.push([right.to_bits(), down.to_bits()]);
        }
    }
}
