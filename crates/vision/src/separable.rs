//! Separability: a kernel as a sum of products of a column and a row, and how many multiplications this saves.
use super::{Plane, svd};

/// Singular values less than this share of the largest are rounding errors of the weights, which have about seven digits.
const NOTHING: f64 = 1e-6;

/// A separated kernel: kernel = Σ column · rowᵀ over `parts`. There are as many parts as the kernel's rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Passes {
    /// All singular values, in falling order.
    pub singular: Vec<f32>,
    /// A column and a row for each singular value that is not negligible. Each contains its square root.
    pub parts: Vec<(Vec<f32>, Vec<f32>)>,
    size: [usize; 2],
}

impl Passes {
    /// The kernel's rank: the number of singular values greater than 10⁻⁶ of the largest. It is 1 if one column and one row suffice, and 0
    /// for a kernel of zeros.
    pub fn rank(&self) -> usize {
        self.parts.len()
    }
    /// The multiplications for each pixel: with the whole kernel, and with passes.
    pub fn multiplications(&self) -> [usize; 2] {
        let [height, width] = self.size;
        [height * width, self.rank() * (height + width)]
    }
}

/// Separates a kernel by its singular value decomposition into the smallest number of products. Reference: numpy.linalg.svd.
pub fn separate(kernel: &Plane) -> Passes {
    let values: Vec<f64> = kernel.values.iter().map(|v| f64::from(*v)).collect();
    let found = svd(kernel.height, kernel.width, &values);
    let least = NOTHING * found.s.first().copied().unwrap_or(0.0);
    let scaled = |vector: &[f64], s: f64| vector.iter().map(|x| (x * s.sqrt()) as f32).collect();
    let parts =
        (0..found.s.len()).filter(|i| found.s[*i] > least).map(|i| (scaled(&found.u[i], found.s[i]), scaled(&found.v[i], found.s[i])));
    Passes { parts: parts.collect(), singular: found.s.iter().map(|s| *s as f32).collect(), size: [kernel.height, kernel.width] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels;

    #[test]
    fn ranks_are_known() {
        let rank = |kernel: &Plane| separate(kernel).rank();
        assert_eq!(rank(&kernels::gaussian(15, 2.0)), 1);
        assert_eq!(rank(&kernels::sobel_x(3)), 1);
        assert_eq!(rank(&kernels::laplace(3)), 2);
        assert_eq!(rank(&kernels::laplacian_of_gaussian(9, 1.4)), 2);
        assert_eq!(rank(&kernels::difference_of_gaussians(15, 1.5, 1.6)), 2);
        assert_eq!(rank(&kernels::identity(5).map(|_| 0.0)), 0);
        assert_eq!(rank(&Plane::of(5, 5, |r, c| f32::from(u8::from(r == c)))), 5);
        assert_eq!(separate(&kernels::gaussian(15, 2.0)).multiplications(), [225, 30]);
        assert!((separate(&kernels::sobel_x(3)).singular[0] - 12f32.sqrt()).abs() < 1e-6);
    }
}
