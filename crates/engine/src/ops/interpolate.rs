//! Interpolation: images of another size, whose rows and columns are weighted sums of the old ones.
use super::Table;
use crate::{
    autograd::Var,
    error::{Error, Result},
    tensor::Shape,
};

/// The modes of torch.nn.functional.interpolate, by their names there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Interpolation {
    /// `nearest`: place i of m reads place ⌊i·n/m⌋ of n.
    Nearest,
    /// `nearest-exact`: the nearest pixel, measured between the middles of pixels.
    NearestExact,
    /// `bilinear`: two neighbours along each axis, weighted by their distance. With antialiasing, all pixels that fall into the new one.
    Bilinear(Grid),
    /// `bicubic`: four neighbours along each axis, weighted by Keys' cubic with a = −0.75; with antialiasing a = −0.5, as in PyTorch.
    Bicubic(Grid),
}

/// How the places of the new image are mapped to the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    /// Edges lie on edges: place i lies at (i + ½)·n/m − ½.
    Edges,
    /// Corner pixels lie on corner pixels: place i lies at i·(n − 1)/(m − 1).
    AlignCorners,
    /// First pixels lie on first pixels: place i lies at i·n/m. Reference: TensorFlow's resize with `half_pixel_centers` and `align_corners` false.
    FirstPixels,
    /// As `Edges`. If the new image is smaller, the weights cover all pixels that fall into the new one.
    Antialias,
}

/// The weight of a value at distance t: two pieces of a curve that is 1 at 0, and 0 at 1 and 2. Source: Keys, 1981.
fn cubic(t: f64, a: f64) -> f64 {
    let t = t.abs();
    match t {
        t if t < 1.0 => ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0,
        t if t < 2.0 => ((a * t - 5.0 * a) * t + 8.0 * a) * t - 4.0 * a,
        _ => 0.0,
    }
}

fn triangle(t: f64) -> f64 {
    (1.0 - t.abs()).max(0.0)
}

/// Table rows for m places of an axis of n. Each row applies a kernel around its place, with taps up to `reach` away; taps beyond an edge read the edge.
fn around(n: usize, m: usize, grid: Grid, reach: isize, kernel: impl Fn(f64) -> f64) -> Vec<Vec<(usize, f32)>> {
    let last = n as f64 - 1.0;
    let place = |i: usize| match grid {
        Grid::AlignCorners => i as f64 * if m > 1 { last / (m as f64 - 1.0) } else { 0.0 },
        Grid::FirstPixels => i as f64 * n as f64 / m as f64,
        _ => (i as f64 + 0.5) * n as f64 / m as f64 - 0.5,
    };
    let row = |i: usize| {
        let at = place(i);
        let first = at.floor() as isize - reach + 1;
        (first..first + 2 * reach).map(|tap| (tap.clamp(0, n as isize - 1) as usize, kernel(at - tap as f64) as f32)).collect()
    };
    (0..m).map(row).collect()
}

/// As `around`, with a kernel widened to n/m and weights that sum to 1.
fn spread(n: usize, m: usize, reach: f64, kernel: impl Fn(f64) -> f64) -> Vec<Vec<(usize, f32)>> {
    let scale = n as f64 / m as f64;
    let wide = scale.max(1.0);
    let row = |i: usize| {
        let middle = (i as f64 + 0.5) * scale;
        let first = (middle - reach * wide + 0.5).max(0.0) as usize;
        let end = ((middle + reach * wide + 0.5) as usize).min(n);
        let weights: Vec<f64> = (first..end).map(|at| kernel((at as f64 - middle + 0.5) / wide)).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().enumerate().map(|(t, weight)| (first + t, (weight / sum) as f32)).collect()
    };
    (0..m).map(row).collect()
}

impl Interpolation {
    fn table(self, n: usize, m: usize) -> Table {
        let scale = n as f64 / m as f64;
        let picked = |offset: f64| Table::picking(n, (0..m).map(move |i| (((i as f64 + offset) * scale) as usize).min(n - 1)));
        match self {
            Interpolation::Nearest => picked(0.0),
            Interpolation::NearestExact => picked(0.5),
            Interpolation::Bilinear(Grid::Antialias) => Table::new(n, spread(n, m, 1.0, triangle)),
            Interpolation::Bicubic(Grid::Antialias) => Table::new(n, spread(n, m, 2.0, |t| cubic(t, -0.5))),
            Interpolation::Bilinear(grid) => Table::new(n, around(n, m, grid, 1, triangle)),
            Interpolation::Bicubic(grid) => Table::new(n, around(n, m, grid, 2, |t| cubic(t, -0.75))),
        }
    }
}

impl Var {
    /// Interpolates x N×H×W×C to `size` rows and columns. Reference: torch.nn.functional.interpolate of N×C×H×W.
    pub fn interpolate(&self, size: [usize; 2], mode: Interpolation) -> Result<Var> {
        let [_, h, w, _] = self.shape().axes("interpolate")?;
        if size.contains(&0) {
            return Err(Error::shape("interpolate", format!("to {}×{}: each must be at least 1", size[0], size[1])));
        }
        for (shape, axis) in [(self.shape(), 1), (self.shape(), 2), (&Shape::new(size), 0), (&Shape::new(size), 1)] {
            Table::places("interpolate", shape, axis)?;
        }
        self.resample(1, mode.table(h, size[0]))?.resample(2, mode.table(w, size[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_as_many_places_from_the_first_on() {
        // Every second place is an old one, the others lie halfway to the next, and the last stays.
        let rows = around(3, 6, Grid::FirstPixels, 1, triangle);
        let place = |i: usize| rows[i].iter().filter(|(_, weight)| *weight > 0.0).copied().collect::<Vec<_>>();
        assert_eq!((place(0), place(2), place(4)), (vec![(0, 1.0)], vec![(1, 1.0)], vec![(2, 1.0)]));
        assert_eq!((place(1), place(3)), (vec![(0, 0.5), (1, 0.5)], vec![(1, 0.5), (2, 0.5)]));
        assert_eq!(place(5).iter().map(|(at, weight)| *at as f32 * weight).sum::<f32>(), 2.0);
    }
}
