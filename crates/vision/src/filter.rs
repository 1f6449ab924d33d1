//! Filtering (cross-correlation): y[i, j] = Σ_{u,v} k[u, v] · x[i + u − a, j + v − b], where (a, b) is the kernel's middle. A true
//! convolution turns the kernel first.
use super::{Border, Passes, Plane};
use engine::{Error, Result};

/// The number of output columns that one pass over the kernel keeps in registers: eight SIMD vectors of four.
const LANES: usize = 32;

/// Cross-correlation. The output has the picture's size. Refuses a kernel with an even side. Reference: scipy.ndimage.correlate;
/// torch.nn.functional.conv2d after torch.nn.functional.pad.
pub fn filter(picture: &Plane, kernel: &Plane, border: Border) -> Result<Plane> {
    if kernel.height.is_multiple_of(2) || kernel.width.is_multiple_of(2) || kernel.values.len() != kernel.height * kernel.width {
        return Err(Error::shape(
            "filter",
            format!("expected a kernel of odd height and width, found {} × {}", kernel.height, kernel.width),
        ));
    }
    let Plane { height, width, .. } = *picture;
    // Wide enough for whole blocks of columns. A part of the last block is thrown away.
    let room = width.next_multiple_of(LANES) + kernel.width - 1;
    let around = border.around(picture, [kernel.height / 2, kernel.width / 2], [height + kernel.height - 1, room]);
    // Weights that are 0 cost nothing.
    let taps: Vec<(usize, f32)> = kernel
        .values
        .iter()
        .enumerate()
        .filter(|(_, weight)| **weight != 0.0)
        .map(|(i, weight)| (i / kernel.width * room + i % kernel.width, *weight))
        .collect();
    let mut values = vec![0.0; height * width];
    for (row, out) in values.chunks_exact_mut(width).enumerate() {
        for (block, out) in out.chunks_mut(LANES).enumerate() {
            let sums = sums(&around.values[row * room + block * LANES..], &taps);
            out.copy_from_slice(&sums[..out.len()]);
        }
    }
    Ok(Plane { height, width, values })
}

/// Σ weight · x[offset + n] for n less than [`LANES`]. The loop over n is written so that the compiler turns it into SIMD (at opt-level 3).
#[inline(always)]
fn sums(x: &[f32], taps: &[(usize, f32)]) -> [f32; LANES] {
    let mut sums = [0.0f32; LANES];
    for &(offset, weight) in taps {
        let x = x[offset..].first_chunk::<LANES>().expect("rows have room for whole blocks");
        for n in 0..LANES {
            sums[n] += weight * x[n];
        }
    }
    sums
}

/// The same result from a separated kernel: for each part a pass down the columns, then a pass along the rows.
pub fn filter_in_passes(picture: &Plane, passes: &Passes, border: Border) -> Result<Plane> {
    let mut sum = picture.map(|_| 0.0);
    for (column, row) in &passes.parts {
        let down = filter(picture, &Plane::new(column.len(), 1, column.clone())?, border)?;
        let part = filter(&down, &Plane::new(1, row.len(), row.clone())?, border)?;
        sum.values.iter_mut().zip(&part.values).for_each(|(s, p)| *s += p);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernels, separate};
    use proptest::prelude::*;

    /// The definition, in 64 bits.
    fn plain(x: &Plane, k: &Plane, border: Border) -> Vec<f64> {
        let at = |i: usize, j: usize| {
            let mut sum = 0.0;
            for u in 0..k.height {
                for v in 0..k.width {
                    let row = border.read(i as isize + u as isize - (k.height / 2) as isize, x.height);
                    let column = border.read(j as isize + v as isize - (k.width / 2) as isize, x.width);
                    if let (Some(row), Some(column)) = (row, column) {
                        sum += f64::from(k.at(u, v)) * f64::from(x.at(row, column));
                    }
                }
            }
            sum
        };
        (0..x.height * x.width).map(|i| at(i / x.width, i % x.width)).collect()
    }

    fn near(found: &[f32], expected: &[f64], allowed: f64) {
        assert_eq!(found.len(), expected.len());
        let scale = expected.iter().fold(1e-3f64, |m, v| m.max(v.abs()));
        for (i, (f, e)) in found.iter().zip(expected).enumerate() {
            let error = (f64::from(*f) - e).abs();
            assert!(error <= allowed * scale, "place {i}: {f} is not {e}");
        }
    }

    fn drawn(height: usize, width: usize, seed: u32) -> Plane {
        Plane::of(height, width, |r, c| {
            let n = ((r * 97 + c * 31) as u32).wrapping_mul(2_654_435_761).wrapping_add(seed.wrapping_mul(40_503));
            (n >> 8 & 0xffff) as f32 / 65_535.0 - 0.5
        })
    }

    proptest! {
        #[test]
        fn every_size_and_border_is_the_definition(
            size in (1..40usize, 1..70usize), half in (0..8usize, 0..8usize), mode in 0..5usize, seed in 0..1000u32,
        ) {
            let (x, k) = (drawn(size.0, size.1, seed), drawn(2 * half.0 + 1, 2 * half.1 + 1, seed + 1));
            let border = Border::ALL[mode];
            near(&filter(&x, &k, border).unwrap().values, &plain(&x, &k, border), 1e-5);
            let passes = separate(&k);
            near(&filter_in_passes(&x, &passes, border).unwrap().values, &plain(&x, &k, border), 1e-4);
        }
    }

    #[test]
    fn an_even_kernel_is_refused() {
        let error = filter(&drawn(4, 4, 1), &drawn(2, 3, 1), Border::Zeros).unwrap_err().to_string();
        assert_eq!(error, "filter: expected a kernel of odd height and width, found 2 × 3");
        let turned = kernels::sobel_x(3).turned();
        assert_eq!(turned, kernels::sobel_x(3).map(|v| -v), "a true convolution turns Sobel's sign");
    }
}
