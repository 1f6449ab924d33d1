//! Height and width, which an address writes as `3` or `3x5`.
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pair(pub [usize; 2]);

impl Index<usize> for Pair {
    type Output = usize;
    fn index(&self, axis: usize) -> &usize {
        &self.0[axis]
    }
}
impl IndexMut<usize> for Pair {
    fn index_mut(&mut self, axis: usize) -> &mut usize {
        &mut self.0[axis]
    }
}
impl From<Pair> for String {
    fn from(Pair([height, width]): Pair) -> Self {
        if height == width { height.to_string() } else { format!("{height}x{width}") }
    }
}
impl TryFrom<String> for Pair {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let (height, width) = text.split_once('x').unwrap_or((&text, &text));
        let read = |number: &str| number.parse().map_err(|_| format!("expected a number or two joined by x, found {text:?}"));
        Ok(Pair([read(height)?, read(width)?]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_written_once() {
        for (pair, text) in [([3, 3], "3"), ([1, 16], "1x16")] {
            assert_eq!(String::from(Pair(pair)), text);
            assert_eq!(Pair::try_from(text.to_string()), Ok(Pair(pair)));
        }
        assert!(Pair::try_from("3x".to_string()).is_err());
    }
}
