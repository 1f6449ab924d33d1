//! The border of a picture: which values a kernel reads beyond its edges.
use super::Plane;
use serde::{Deserialize, Serialize};

/// Padding mode: the values outside a picture. To the left of a row of pixels a b c d they are:
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Border {
    /// 0 0 0 | a b c d. PyTorch "zeros", SciPy "constant".
    Zeros,
    /// d c b | a b c d: mirrored at the edge pixel. PyTorch "reflect", SciPy "mirror".
    Reflect,
    /// c b a | a b c d: mirrored beyond the edge pixel. SciPy "reflect", NumPy "symmetric".
    #[default]
    Symmetric,
    /// a a a | a b c d. PyTorch "replicate", SciPy "nearest".
    Replicate,
    /// b c d | a b c d. PyTorch "circular", SciPy "wrap".
    Circular,
}

impl Border {
    /// Every mode once, in the order of the variants.
    pub const ALL: [Border; 5] = [Border::Zeros, Border::Reflect, Border::Symmetric, Border::Replicate, Border::Circular];

    /// The index that is read at `at`, for `length` pixels (at least one), however far outside `at` lies. None stands for a zero.
    pub fn read(self, at: isize, length: usize) -> Option<usize> {
        let last = length as isize - 1;
        let mirror = |period: isize, at: isize| {
            let at = at.rem_euclid(period);
            at.min(period - 1 - at)
        };
        let found = match self {
            _ if (0..=last).contains(&at) => at,
            Border::Zeros => return None,
            Border::Reflect if last == 0 => 0,
            // In a period of 2·last, each end occurs once.
            Border::Reflect => {
                let at = at.rem_euclid(2 * last);
                at.min(2 * last - at)
            }
            Border::Symmetric => mirror(2 * (last + 1), at),
            Border::Replicate => at.clamp(0, last),
            Border::Circular => at.rem_euclid(last + 1),
        };
        Some(found as usize)
    }

    /// Pads a picture with `above` rows and `left` columns before it, and as many after it as fill `height` × `width`.
    pub fn around(self, picture: &Plane, [above, left]: [usize; 2], [height, width]: [usize; 2]) -> Plane {
        let columns: Vec<Option<usize>> = (0..width).map(|c| self.read(c as isize - left as isize, picture.width)).collect();
        let mut values = vec![0.0; height * width];
        for (r, out) in values.chunks_exact_mut(width).enumerate() {
            let Some(row) = self.read(r as isize - above as isize, picture.height) else { continue };
            let row = &picture.values[row * picture.width..][..picture.width];
            let inside = left.min(width)..(left + picture.width).min(width);
            out[inside.clone()].copy_from_slice(&row[..inside.len()]);
            for c in (0..inside.start).chain(inside.end..width) {
                out[c] = columns[c].map_or(0.0, |c| row[c]);
            }
        }
        Plane { height, width, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_reads_as_its_name_says() {
        let read = |border: Border| (-6..10).map(|at| border.read(at, 4).map_or('0', |i| ['a', 'b', 'c', 'd'][i])).collect::<String>();
        assert_eq!(read(Border::Zeros), "000000abcd000000");
        assert_eq!(read(Border::Reflect), "abcdcbabcdcbabcd");
        assert_eq!(read(Border::Symmetric), "cddcbaabcddcbaab");
        assert_eq!(read(Border::Replicate), "aaaaaaabcddddddd");
        assert_eq!(read(Border::Circular), "cdabcdabcdabcdab");
        for border in Border::ALL {
            assert_eq!(border.read(-3, 1), (border != Border::Zeros).then_some(0), "{border:?} of one pixel");
        }
    }

    #[test]
    fn a_picture_gets_its_surroundings() {
        let picture = Plane::of(2, 3, |r, c| (3 * r + c) as f32);
        let around = Border::Replicate.around(&picture, [1, 2], [4, 6]);
        assert_eq!(around.values[..6], [0.0, 0.0, 0.0, 1.0, 2.0, 2.0]);
        assert_eq!(around.values[12..18], [3.0, 3.0, 3.0, 4.0, 5.0, 5.0]);
    }
}
