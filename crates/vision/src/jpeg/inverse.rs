//! The inverse cosine transform of a block, in whole numbers and bit for bit as libjpeg's accurate one (`jpeg_idct_islow`) has it.

/// Eight numbers, worked on together.
type Lanes = [i32; 8];

/// Bits behind the point of the factors below.
const FACTOR: u32 = 13;
/// Bits behind the point that the columns' results keep.
const KEPT: u32 = 2;

fn each(a: Lanes, b: Lanes, by: impl Fn(i32, i32) -> i32) -> Lanes {
    std::array::from_fn(|at| by(a[at], b[at]))
}

fn plus(a: Lanes, b: Lanes) -> Lanes {
    each(a, b, i32::wrapping_add)
}

fn minus(a: Lanes, b: Lanes) -> Lanes {
    each(a, b, i32::wrapping_sub)
}

fn times(a: Lanes, factor: i32) -> Lanes {
    a.map(|a| a.wrapping_mul(factor))
}

/// Eight transforms of eight numbers, one a lane, which lose `shift` bits, rounded. Factors are those of Loeffler, Ligtenberg and Moschytz, 1989, times 2¹³.
fn transformed(x: &[Lanes; 8], shift: u32) -> [Lanes; 8] {
    let z = times(plus(x[2], x[6]), 4433);
    let (e2, e3) = (plus(z, times(x[6], -15137)), plus(z, times(x[2], 6270)));
    let (e0, e1) = (times(plus(x[0], x[4]), 1 << FACTOR), times(minus(x[0], x[4]), 1 << FACTOR));
    let even = [plus(e0, e3), plus(e1, e2), minus(e1, e2), minus(e0, e3)];

    let (z1, z2, z3, z4) = (plus(x[7], x[1]), plus(x[5], x[3]), plus(x[7], x[3]), plus(x[5], x[1]));
    let z5 = times(plus(z3, z4), 9633);
    let (z1, z2) = (times(z1, -7373), times(z2, -20995));
    let (z3, z4) = (plus(times(z3, -16069), z5), plus(times(z4, -3196), z5));
    let odd = [
        plus(times(x[1], 12299), plus(z1, z4)),
        plus(times(x[3], 25172), plus(z2, z3)),
        plus(times(x[5], 16819), plus(z2, z4)),
        plus(times(x[7], 2446), plus(z1, z3)),
    ];
    let rounded = |sum: Lanes| sum.map(|sum| sum.wrapping_add(1 << (shift - 1)) >> shift);
    std::array::from_fn(|at| rounded(if at < 4 { plus(even[at], odd[at]) } else { minus(even[7 - at], odd[7 - at]) }))
}

fn transposed(rows: &[Lanes; 8]) -> [Lanes; 8] {
    std::array::from_fn(|row| std::array::from_fn(|column| rows[column][row]))
}

/// The samples of a block, row by row, of its coefficients and the steps that they count in.
pub(super) fn samples(coefficients: &[i16; 64], steps: &[u16; 64]) -> [[u8; 8]; 8] {
    let sample = |value: i32| value.wrapping_add(128).clamp(0, 255) as u8;
    if coefficients[1..].iter().all(|coefficient| *coefficient == 0) {
        let mean = i32::from(coefficients[0]).wrapping_mul(i32::from(steps[0]));
        return [[sample(mean.wrapping_add(4) >> 3); 8]; 8];
    }
    let product = |at: usize| i32::from(coefficients[at]).wrapping_mul(i32::from(steps[at]));
    let rows: [Lanes; 8] = std::array::from_fn(|row| std::array::from_fn(|column| product(8 * row + column)));
    let columns = transposed(&transformed(&rows, FACTOR - KEPT));
    transposed(&transformed(&columns, FACTOR + KEPT + 3)).map(|row| row.map(sample))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    /// The definition (T.81, A.3.3).
    fn defined(coefficients: &[i16; 64], steps: &[u16; 64], x: usize, y: usize) -> f64 {
        let wave = |place: usize, n: usize| {
            let scale = if n == 0 { FRAC_1_SQRT_2 } else { 1.0 };
            scale * ((2 * place + 1) as f64 * n as f64 * PI / 16.0).cos()
        };
        let term = |at: usize| f64::from(coefficients[at]) * f64::from(steps[at]) * wave(x, at % 8) * wave(y, at / 8);
        128.0 + (0..64).map(term).sum::<f64>() / 4.0
    }

    #[test]
    fn samples_are_what_the_definition_says_to_half_a_level_and_a_bit() {
        let steps = std::array::from_fn(|at| 1 + at as u16 / 3);
        for seed in 0..50i16 {
            let coefficients = std::array::from_fn(|at| if at as i16 % 7 < 3 { (31 * seed + 17 * at as i16) % 23 - 11 } else { 0 });
            for (y, row) in samples(&coefficients, &steps).iter().enumerate() {
                for (x, found) in row.iter().enumerate() {
                    let expected = defined(&coefficients, &steps, x, y).clamp(0.0, 255.0);
                    assert!((f64::from(*found) - expected).abs() < 0.6, "seed {seed}, {x}, {y}: {found} where {expected} was expected");
                }
            }
        }
        let mean = std::array::from_fn(|at| if at == 0 { -5 } else { 0 });
        assert_eq!(samples(&mean, &[4; 64]), [[126; 8]; 8]);
    }
}
