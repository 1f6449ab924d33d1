//! The exponential eˣ without branches, so that it becomes SIMD: x = n·ln 2 + r, a polynomial in r, and 2ⁿ made from its bits.

/// eˣ within 2 ulp, by the polynomial of Cephes' `expf`. It is infinite above 88.7, 0 below −104, and NaN for NaN.
pub(super) fn exp(x: f32) -> f32 {
    // Adding 1.5 · 2²³ leaves the nearest integer in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-104.0, 89.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    // ln 2 in two parts. n times the first part is exact.
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let fit = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5];
    let p = fit.iter().fold(0.0, |s, c| s * r + c) * r * r + r + 1.0;
    // 2ⁿ in two factors, since n reaches from −150 to 128, but an exponent only from −126 to 127.
    let n = (rounded.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let power = |n: i32| f32::from_bits((n.wrapping_add(127) as u32) << 23);
    p * power(n >> 1) * power(n.wrapping_sub(n >> 1))
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_the_exponential_function() {
        for i in -10_300..8_870 {
            let x = i as f32 / 100.0;
            let expected = f64::from(x).exp();
            let error = (f64::from(super::exp(x)) - expected).abs();
            assert!(error <= 2.5e-7 * expected + 1.5e-45, "e^{x} is off by {error}");
        }
        assert_eq!([f32::INFINITY, 89.0, f32::NEG_INFINITY, 0.0].map(super::exp), [f32::INFINITY, f32::INFINITY, 0.0, 1.0]);
        assert!(super::exp(f32::NAN).is_nan());
    }
}
