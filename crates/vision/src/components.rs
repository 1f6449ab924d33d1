//! Independent components: kernels that are learned from a picture's whitened patches. They become small oriented edges.
//!
//! Sources: A. Bell, T. Sejnowski 1997 ("The independent components of natural scenes are edge filters"); the algorithm is the symmetric
//! fixed point of A. Hyvärinen 1999 (FastICA) with tanh.
use super::{Plane, svd};
use engine::{Error, Result};
use ndarray::{Array1, Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

/// The number of patches that are drawn from the picture.
pub const PATCHES: usize = 12_000;
/// Directions whose variance is less than this share of the largest are left out, because they contain only rounding errors.
const NOTHING: f64 = 1e-6;

/// Independent component analysis (FastICA) under way: a picture's whitened patches, and the kernels learned from them so far.
pub struct Components {
    side: usize,
    /// count × patches: the patches without their means, whitened so that every direction has variance 1.
    patches: Array2<f32>,
    /// count × side²: the whitening matrix.
    whiten: Array2<f32>,
    /// count × count: the learned rotation.
    rotation: Array2<f32>,
    /// The share of the patches' variance in the directions that were kept.
    pub kept: f64,
    /// The number of rounds so far, which are calls of [`Components::advance`].
    pub rounds: usize,
    /// The largest change of a kernel in the last round, as 1 − |cos| of the angle; 1 before the first round.
    pub change: f64,
    /// The mean excess kurtosis of the responses, `E[y⁴] − 3`: 0 for a normal distribution, large if a kernel is mostly silent and sometimes strong.
    pub sparseness: f64,
}

impl Components {
    /// Draws [`PATCHES`] patches by `seed`, whitens them, and starts `count` kernels of `side` × `side` from a random rotation. Refuses a
    /// side less than 2 or greater than the picture's, a `count` that is not 1 to side² − 1, and patches that vary in fewer than `count`
    /// directions.
    pub fn new(picture: &Plane, side: usize, count: usize, seed: u64) -> Result<Components> {
        let bad = |detail: String| Error::shape("components", detail);
        if side < 2 || picture.height < side || picture.width < side {
            return Err(bad(format!(
                "expected a picture of at least {side} × {side} pixels, found {} × {}",
                picture.height, picture.width
            )));
        }
        let area = side * side;
        if count == 0 || count >= area {
            return Err(bad(format!("expected 1 to {} kernels, found {count}", area - 1)));
        }
        let mut random = Pcg32::seed_from_u64(seed);
        let mut patches = Array2::<f32>::zeros((PATCHES, area));
        for mut patch in patches.rows_mut() {
            let mut place = |length: usize| (random.random::<f32>() * (length - side + 1) as f32) as usize;
            let (top, left) = (place(picture.height).min(picture.height - side), place(picture.width).min(picture.width - side));
            patch.iter_mut().enumerate().for_each(|(i, v)| *v = picture.at(top + i / side, left + i % side));
            let mean = patch.sum() / area as f32;
            patch -= mean;
        }
        let mean = patches.sum_axis(Axis(0)) / PATCHES as f32;
        patches -= &mean;
        let covariance: Vec<f64> = (patches.t().dot(&patches) / PATCHES as f32).iter().map(|v| f64::from(*v)).collect();
        let principal = svd(area, area, &covariance);
        let there = principal.s.iter().filter(|s| **s > NOTHING * principal.s[0] && **s > 1e-9).count();
        if there < count {
            return Err(bad(format!("this picture's patches vary in {there} directions only; {count} kernels need as many")));
        }
        let whiten = Array2::from_shape_fn((count, area), |(i, j)| (principal.v[i][j] / principal.s[i].sqrt()) as f32);
        let kept = principal.s[..count].iter().sum::<f64>() / principal.s.iter().sum::<f64>();
        let patches = whiten.dot(&patches.t());
        let rotation = Array2::from_shape_fn((count, count), |_| random.random::<f32>() - 0.5);
        Ok(Components { side, patches, whiten, rotation: orthogonal(&rotation), kept, rounds: 0, change: 1.0, sparseness: 0.0 })
    }

    /// Does one round over all patches: w ← E[z g(wᵀz)] − E[g′(wᵀz)] w with g = tanh for each kernel. Then all kernels are made orthogonal again.
    pub fn advance(&mut self) {
        let mut responses = self.rotation.dot(&self.patches);
        let count = responses.ncols() as f32;
        self.sparseness = responses.iter().map(|y| f64::from(y * y * y * y)).sum::<f64>() / responses.len() as f64 - 3.0;
        responses.mapv_inplace(f32::tanh);
        let slope: Array1<f32> = responses.map_axis(Axis(1), |row| row.iter().map(|g| 1.0 - g * g).sum::<f32>() / count);
        let moved = responses.dot(&self.patches.t()) / count - &self.rotation * &slope.insert_axis(Axis(1));
        let next = orthogonal(&moved);
        let cosines = (&next * &self.rotation).sum_axis(Axis(1));
        self.change = cosines.iter().map(|c| 1.0 - f64::from(c.abs())).fold(0.0, f64::max);
        self.rotation = next;
        self.rounds += 1;
    }

    /// The present kernels, each of length 1, with a positive largest weight.
    pub fn kernels(&self) -> Vec<Plane> {
        let filters = self.rotation.dot(&self.whiten);
        let kernel = |row: ndarray::ArrayView1<f32>| {
            let length = row.dot(&row).sqrt();
            let peak = row.iter().fold(0.0f32, |most, w| if w.abs() > most.abs() { *w } else { most });
            let values = row.iter().map(|w| w / length * peak.signum()).collect();
            Plane { height: self.side, width: self.side, values }
        };
        filters.rows().into_iter().map(kernel).collect()
    }
}

/// The nearest matrix with orthonormal rows: U Vᵀ of its singular value decomposition, which is (WWᵀ)^−½ W.
fn orthogonal(w: &Array2<f32>) -> Array2<f32> {
    let n = w.nrows();
    let found = svd(n, n, &w.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());
    let part = |vectors: &[Vec<f64>]| Array2::from_shape_fn((n, n), |(r, k)| vectors[k][r]);
    part(&found.u).dot(&part(&found.v).t()).mapv(|v| v as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    /// In a picture of single bars in two directions, the components must be such bars.
    #[test]
    fn independent_causes_are_found() {
        let mut random = Pcg32::seed_from_u64(5);
        let mut picture = Plane::of(240, 240, |_, _| 0.5);
        for _ in 0..900 {
            let (r, c, flat) = (random.random_range(0..232), random.random_range(0..232), random.random::<bool>());
            let sign = if random.random::<bool>() { 0.3 } else { -0.3 };
            (0..8).for_each(|i| picture.values[if flat { r * 240 + c + i } else { (r + i) * 240 + c }] += sign);
        }
        let mut found = Components::new(&picture, 5, 20, 1).unwrap();
        let first = found.kernels();
        while found.change > 1e-4 && found.rounds < 150 {
            found.advance();
        }
        assert!(found.sparseness > 1.5, "{}", found.sparseness);
        assert_ne!(first, found.kernels());
        // A bar has rank 1, but a mixture of directions has not.
        let lined = found.kernels().into_iter().filter(|k| {
            let s = super::super::separate(k).singular;
            s[1] < 0.5 * s[0]
        });
        assert!(lined.count() >= 14, "most kernels are lines");
    }

    #[test]
    fn kernels_are_of_length_one_and_settings_are_checked() {
        let picture = scene(128, 3);
        let mut found = Components::new(&picture, 9, 16, 1).unwrap();
        found.advance();
        assert!(found.kernels().iter().all(|k| (k.values.iter().map(|w| w * w).sum::<f32>() - 1.0).abs() < 1e-4 && k.height == 9));
        assert!((0.5..=1.0).contains(&found.kept));
        let message = |picture: &Plane, count| Components::new(picture, 9, count, 1).err().unwrap().to_string();
        assert!(message(&picture, 81).contains("expected 1 to 80 kernels, found 81"));
        assert!(message(&Plane::of(5, 5, |_, _| 0.0), 4).contains("found 5 × 5"));
        assert!(message(&Plane::of(64, 64, |_, _| 0.5), 4).contains("vary in 0 directions only"));
    }
}
