//! How similar the gradients of similar inputs are. If they are not, a step that helps one input says nothing about its neighbour.
//!
//! g(x) = ∂loss/∂x for a digit x; x′ is x moved to the right by `SHIFT` of a pixel, with linear interpolation between pixels. The answer is the mean over the
//! digits of the correlation of g(x) and g(x′) over the 196 pixels. After Balduzzi et al., 2017, who take neighbouring points of a line as inputs.
use super::{
    digits::{Batch, HALF, batch},
    sibling::Sibling,
};
use engine::{
    Result,
    autograd::Tape,
    tensor::{Device, Tensor, read_all},
};
use nets::nn::{Cx, Module, Norm};

/// The shift, in pixels of 14 × 14.
const SHIFT: f32 = 0.1;
/// The number of digits in the mean.
pub(super) const DIGITS: usize = 16;

/// Each digit, followed by all of them again, moved.
pub(super) fn pairs(device: &Device, pixels: &[f32], labels: &[f32]) -> Result<Batch> {
    let left = |at: usize| pixels[if at.is_multiple_of(HALF) { at } else { at - 1 }];
    let moved = (0..pixels.len()).map(|at| (1.0 - SHIFT) * pixels[at] + SHIFT * left(at));
    batch(device, &pixels.iter().copied().chain(moved).collect::<Vec<_>>(), [labels, labels].concat())
}

/// The correlations for each twin, with the batch's own statistics. The running statistics stay as they were.
pub(super) async fn correlations(twins: &[Sibling; 2], pairs: &Batch) -> Result<[Option<f32>; 2]> {
    let gradients = [gradient(&twins[0], pairs)?, gradient(&twins[1], pairs)?];
    let values = read_all(&gradients.each_ref()).await?;
    Ok([mean(&values[0]), mean(&values[1])])
}

fn gradient(twin: &Sibling, pairs: &Batch) -> Result<Tensor> {
    let statistics = twin.statistics();
    let tape = Tape::frozen();
    let images = tape.input(pairs.images.clone());
    let logits = twin.network.forward(&images, &mut Cx { norm: Norm::Batch, ..Cx::default() })?;
    twin.put_back(statistics)?;
    let loss = logits.cross_entropy(&pairs.targets)?.sum(&[0], false)?;
    match tape.backward(&loss, &[&images])?.kept() {
        [Some(gradient)] => Ok(gradient.clone()),
        _ => Tensor::full(&pairs.images.device(), pairs.images.shape().clone(), 0.0),
    }
}

fn mean(gradients: &[f32]) -> Option<f32> {
    let (digits, moved) = gradients.split_at(gradients.len() / 2);
    let each: Vec<f64> =
        digits.chunks_exact(HALF * HALF).zip(moved.chunks_exact(HALF * HALF)).filter_map(|(a, b)| correlation(a, b)).collect();
    (!each.is_empty()).then(|| (each.iter().sum::<f64>() / each.len() as f64) as f32)
}

/// The correlation Σ (a − ā)(b − b̄) / √(Σ (a − ā)² · Σ (b − b̄)²). None if a or b does not vary.
fn correlation(a: &[f32], b: &[f32]) -> Option<f64> {
    let centred = |values: &[f32]| {
        let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
        values.iter().map(|v| f64::from(*v) - mean).collect::<Vec<f64>>()
    };
    let (a, b) = (centred(a), centred(b));
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let found = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
    found.is_finite().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_know_likeness_from_its_opposite() {
        let a = [1.0, 2.0, 4.0];
        assert!((correlation(&a, &[3.0, 5.0, 9.0]).unwrap() - 1.0).abs() < 1e-12);
        assert!((correlation(&a, &[-1.0, -2.0, -4.0]).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&a, &[2.0; 3]), None);
        // Gradients that have nearly vanished can still be compared.
        assert!((correlation(&[1e-30, 2e-30, 4e-30], &a).unwrap() - 1.0).abs() < 1e-6);
    }
}
