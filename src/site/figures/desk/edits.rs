//! Cells that the reader has written: tensor, place and value, as one word in the address.
use serde::{Deserialize, Serialize};

/// A tensor of the desk whose cells can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Editable {
    Input,
    Kernel,
    Bias,
    Upstream,
}

impl Editable {
    const LETTERS: [(Editable, char); 4] =
        [(Editable::Input, 'x'), (Editable::Kernel, 'k'), (Editable::Bias, 'b'), (Editable::Upstream, 'g')];
    fn letter(self) -> char {
        Self::LETTERS[self as usize].1
    }
    fn of(letter: char) -> Option<Editable> {
        Self::LETTERS.iter().find(|(_, own)| *own == letter).map(|(tensor, _)| *tensor)
    }
}

/// The largest number that fits into a cell.
pub const LARGEST: f32 = 999.0;

/// One written cell: its place along each axis of PyTorch's shape, so that it stays there when the tensor grows.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub tensor: Editable,
    pub place: Vec<usize>,
    pub value: f32,
}

/// In an address it is `x0.1.2_5*b1_-0.5`: the tensor's letter, the place, the value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Edits(pub Vec<Edit>);

impl From<Edits> for String {
    fn from(edits: Edits) -> Self {
        let place = |edit: &Edit| edit.place.iter().map(usize::to_string).collect::<Vec<_>>().join(".");
        let word = |edit: &Edit| format!("{}{}_{}", edit.tensor.letter(), place(edit), edit.value);
        edits.0.iter().map(word).collect::<Vec<_>>().join("*")
    }
}
impl TryFrom<String> for Edits {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let edit = |word: &str| {
            let tensor = Editable::of(word.chars().next()?)?;
            let (place, value) = word[1..].split_once('_')?;
            let place = place.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
            let value = value.parse().ok().filter(|v: &f32| v.is_finite())?;
            // Adding 0 turns −0 into 0.
            Some(Edit { tensor, place, value: value.clamp(-LARGEST, LARGEST) + 0.0 })
        };
        let words = text.split('*').filter(|word| !word.is_empty());
        let read = words.map(|word| edit(word).ok_or_else(|| format!("expected a cell such as x0.1.2_5, found {word:?}")));
        read.collect::<Result<_, _>>().map(Edits)
    }
}

impl Edits {
    /// Writes a cell, and replaces what was written there before.
    pub fn write(&mut self, tensor: Editable, place: Vec<usize>, value: f32) {
        self.0.retain(|edit| (edit.tensor, &edit.place) != (tensor, &place));
        self.0.push(Edit { tensor, place, value: value.clamp(-LARGEST, LARGEST) + 0.0 });
        self.0.sort_by(|a, b| (a.tensor, &a.place).cmp(&(b.tensor, &b.place)));
    }
    /// Restores the tensor to its preset.
    pub fn forget(&mut self, tensor: Editable) {
        self.0.retain(|edit| edit.tensor != tensor);
    }
    pub fn any(&self, tensor: Editable) -> bool {
        self.0.iter().any(|edit| edit.tensor == tensor)
    }
    /// Puts the written cells into the tensor's values. Places outside the shape are kept until it grows.
    pub fn apply(&self, tensor: Editable, shape: &[usize], values: &mut [f32]) {
        for edit in self.0.iter().filter(|edit| edit.tensor == tensor) {
            if let Some(cell) = index(shape, &edit.place).and_then(|at| values.get_mut(at)) {
                *cell = edit.value;
            }
        }
    }
}

/// The position of a place in row-major order; None outside the shape.
pub fn index(shape: &[usize], place: &[usize]) -> Option<usize> {
    let inside = shape.len() == place.len() && shape.iter().zip(place).all(|(length, at)| at < length);
    inside.then(|| shape.iter().zip(place).fold(0, |sum, (length, at)| sum * length + at))
}

/// The place along each axis of a position in row-major order.
pub fn place(shape: &[usize], mut index: usize) -> Vec<usize> {
    let mut place = vec![0; shape.len()];
    for (at, length) in place.iter_mut().zip(shape).rev() {
        *at = index % length;
        index /= length;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_cell_is_written_once() {
        let mut edits = Edits::default();
        edits.write(Editable::Kernel, vec![1, 0, 2, 2], -0.5);
        edits.write(Editable::Input, vec![0, 1, 2], 4.0);
        edits.write(Editable::Input, vec![0, 1, 2], 5.0);
        let text = String::from(edits.clone());
        assert_eq!(text, "x0.1.2_5*k1.0.2.2_-0.5");
        assert_eq!(Edits::try_from(text), Ok(edits));
        for wrong in ["y0_1", "x_1", "x0.1", "x0_cat", "é"] {
            assert!(Edits::try_from(wrong.to_string()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn cells_outside_wait() {
        let edits = Edits::try_from("x0.0.3_7*x0.1.0_9".to_string()).unwrap();
        let mut values = vec![0.0; 6];
        edits.apply(Editable::Input, &[1, 2, 3], &mut values);
        assert_eq!(values, [0.0, 0.0, 0.0, 9.0, 0.0, 0.0]);
    }

    #[test]
    fn places_and_positions_are_inverse() {
        let shape = [2, 3, 4];
        for at in 0..24 {
            assert_eq!(index(&shape, &place(&shape, at)), Some(at));
        }
        assert_eq!(index(&shape, &[0, 3, 0]), None);
    }
}
