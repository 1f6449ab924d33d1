//! Sums of a line as eight sums side by side. These become SIMD, and are more exact than a single sum.

const LANES: usize = 8;
/// The number of values after which their sum is added to the total, so that a long sum stays exact.
const RUN: usize = 1024;

/// Σ f(a, b) over two lines of equal length.
pub(super) fn sum_of(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let run = |a: &[f32], b: &[f32]| -> f32 {
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        let mut sums = [0.0; LANES];
        a.iter().zip(b).for_each(|(a, b)| (0..LANES).for_each(|i| sums[i] += f(a[i], b[i])));
        sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| f(*a, *b)).sum::<f32>()
    };
    a.chunks(RUN).zip(b.chunks(RUN)).map(|(a, b)| run(a, b)).sum()
}

/// Σ a.
pub(super) fn sum(a: &[f32]) -> f32 {
    sum_of(a, a, |a, _| a)
}
