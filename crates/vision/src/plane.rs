//! A plane of numbers in rows and columns: a grey picture, a kernel, or a filtered picture.
use engine::{Error, Result};

/// A plane of `height` rows with `width` numbers each, row-major. For grey pictures 0 is black and 1 is white.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// The number of rows.
    pub height: usize,
    /// The number of columns.
    pub width: usize,
    /// height × width numbers: row r, column c is at r · width + c.
    pub values: Vec<f32>,
}

impl Plane {
    /// A plane of these numbers. Refuses a side of 0, another number of values than height × width, NaN and infinity.
    pub fn new(height: usize, width: usize, values: Vec<f32>) -> Result<Plane> {
        if height == 0 || width == 0 || values.len() != height * width {
            return Err(Error::shape("plane", format!("{height} × {width} needs as many numbers (at least one), found {}", values.len())));
        }
        match values.iter().find(|v| !v.is_finite()) {
            Some(bad) => Err(Error::shape("plane", format!("expected finite numbers, found {bad}"))),
            None => Ok(Plane { height, width, values }),
        }
    }
    /// A plane with the value of `of` at each row and column.
    pub fn of(height: usize, width: usize, mut of: impl FnMut(usize, usize) -> f32) -> Plane {
        let values = (0..height * width).map(|i| of(i / width, i % width)).collect();
        Plane { height, width, values }
    }
    /// A grey plane from bytes, one for each pixel: byte / 255, so 255 is white. Refuses what [`Plane::new`] refuses.
    pub fn from_grey(height: usize, width: usize, bytes: &[u8]) -> Result<Plane> {
        Plane::new(height, width, bytes.iter().map(|b| f32::from(*b) / 255.0).collect())
    }
    /// A grey plane from red, green, blue and opacity: 0.299 R + 0.587 G + 0.114 B, rounded to bytes as in files. Source: ITU-R BT.601, 2.5.1.
    pub fn grey_of_rgba(height: usize, width: usize, bytes: &[u8]) -> Result<Plane> {
        let grey = |p: &[u8; 4]| (0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])).round() / 255.0;
        let (pixels, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(Error::data("picture", format!("expected four bytes a pixel, found {} bytes", bytes.len())));
        }
        Plane::new(height, width, pixels.iter().map(grey).collect())
    }
    /// The nearest bytes, 0 to 255. Values outside 0 to 1 are cut off.
    pub fn to_grey(&self) -> Vec<u8> {
        self.values.iter().map(|v| (v * 255.0).round().clamp(0.0, 255.0) as u8).collect()
    }
    /// The number at a row and a column, counted from 0 at the upper left. Panics past the last number; a column past the width
    /// reads on in the next row.
    pub fn at(&self, row: usize, column: usize) -> f32 {
        self.values[row * self.width + column]
    }
    /// Applies `of` to each number. The size stays.
    pub fn map(&self, of: impl Fn(f32) -> f32) -> Plane {
        Plane { values: self.values.iter().map(|v| of(*v)).collect(), ..*self }
    }
    /// Combines two planes place by place: `of` gets this plane's number, then the other's. Refuses another size.
    pub fn zip(&self, other: &Plane, of: impl Fn(f32, f32) -> f32) -> Result<Plane> {
        if [self.height, self.width] != [other.height, other.width] {
            let (h, w) = (other.height, other.width);
            return Err(Error::shape("plane", format!("expected {} × {}, found {h} × {w}", self.height, self.width)));
        }
        Ok(Plane { values: self.values.iter().zip(&other.values).map(|(a, b)| of(*a, *b)).collect(), ..*self })
    }
    /// The plane turned by half a turn. A correlation with it is a true convolution.
    pub fn turned(&self) -> Plane {
        Plane { values: self.values.iter().rev().copied().collect(), ..*self }
    }
    /// The plane in the middle of a larger plane of zeros. Both sizes must be odd, or both even.
    pub fn within(&self, height: usize, width: usize) -> Plane {
        let [top, left] = [height.saturating_sub(self.height) / 2, width.saturating_sub(self.width) / 2];
        Plane::of(height, width, |r, c| {
            let inside = r >= top && c >= left && r - top < self.height && c - left < self.width;
            if inside { self.at(r - top, c - left) } else { 0.0 }
        })
    }
    /// The sum of all numbers, added in 64 bits. For a kernel it is the response to a flat surface of 1.
    pub fn sum(&self) -> f32 {
        self.values.iter().map(|v| f64::from(*v)).sum::<f64>() as f32
    }
    /// The largest absolute value.
    pub fn largest(&self) -> f32 {
        self.values.iter().fold(0.0, |most, v| most.max(v.abs()))
    }
    /// The smallest, the mean and the largest number.
    pub fn range(&self) -> [f32; 3] {
        let ends = self.values.iter().fold([f32::INFINITY, f32::NEG_INFINITY], |[a, b], v| [a.min(*v), b.max(*v)]);
        [ends[0], self.sum() / self.values.len() as f32, ends[1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_numbers_are_checked() {
        let message = |p: Result<Plane>| p.unwrap_err().to_string();
        assert_eq!(message(Plane::new(2, 2, vec![0.0; 3])), "plane: 2 × 2 needs as many numbers (at least one), found 3");
        assert!(message(Plane::new(1, 1, vec![f32::NAN])).contains("found NaN"));
        assert!(message(Plane::grey_of_rgba(1, 1, &[1, 2, 3])).contains("found 3 bytes"));
        assert_eq!(Plane::grey_of_rgba(1, 2, &[255, 255, 255, 0, 255, 0, 0, 9]).unwrap().to_grey(), [255, 76]);
    }

    #[test]
    fn a_smaller_plane_lies_in_the_middle() {
        let small = Plane::of(1, 3, |_, c| c as f32 + 1.0);
        assert_eq!(small.within(3, 5).values, [0., 0., 0., 0., 0., 0., 1., 2., 3., 0., 0., 0., 0., 0., 0.]);
        assert_eq!(small.turned().values, [3.0, 2.0, 1.0]);
        assert_eq!(small.range(), [1.0, 2.0, 3.0]);
    }
}
