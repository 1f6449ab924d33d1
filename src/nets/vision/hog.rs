//! Histograms of oriented gradients: what stood before learned features. Source: N. Dalal, B. Triggs 2005.
use super::Plane;
use crate::error::{Error, Result};

/// Cells are squares of pixels, blocks squares of cells. Reference: skimage.feature.hog with block_norm "L2-Hys".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hog {
    /// Bins over half a turn: an edge from dark to bright counts as one from bright to dark.
    pub orientations: usize,
    pub cell: usize,
    pub block: usize,
}

/// Lest a flat block is divided by 0.
const EPSILON: f32 = 1e-5;
/// After the first normalisation no share is larger than this.
const CLIP: f32 = 0.2;

/// The blocks, row by row, overlapping by all but one cell; in each its cells, row by row; in each its orientations.
pub fn hog(picture: &Plane, h: Hog) -> Result<Vec<f32>> {
    let cells = [picture.height / h.cell.max(1), picture.width / h.cell.max(1)];
    if h.orientations == 0 || h.cell == 0 || h.block == 0 || cells.iter().any(|n| *n < h.block) {
        let (Plane { height, width, .. }, Hog { cell, block, .. }) = (picture, h);
        return Err(Error::shape("hog", format!("{height} × {width} pixels hold no block of {block} × {block} cells of {cell} × {cell}")));
    }
    let mut bins = vec![0.0f32; cells[0] * cells[1] * h.orientations];
    for r in 0..cells[0] * h.cell {
        for c in 0..cells[1] * h.cell {
            let inner = |at: usize, length: usize| at > 0 && at + 1 < length;
            let gy = if inner(r, picture.height) { picture.at(r + 1, c) - picture.at(r - 1, c) } else { 0.0 };
            let gx = if inner(c, picture.width) { picture.at(r, c + 1) - picture.at(r, c - 1) } else { 0.0 };
            let angle = f64::from(gy).atan2(f64::from(gx)).to_degrees().rem_euclid(180.0);
            let bin = (angle / 180.0 * h.orientations as f64) as usize % h.orientations;
            bins[(r / h.cell * cells[1] + c / h.cell) * h.orientations + bin] += gx.hypot(gy) / (h.cell * h.cell) as f32;
        }
    }
    let normalised = |v: Vec<f32>| {
        let length = (v.iter().map(|x| x * x).sum::<f32>() + EPSILON * EPSILON).sqrt();
        v.into_iter().map(move |x| x / length)
    };
    let mut all = vec![];
    for top in 0..=cells[0] - h.block {
        for left in 0..=cells[1] - h.block {
            let rows = (top..top + h.block).flat_map(|r| {
                let from = (r * cells[1] + left) * h.orientations;
                bins[from..from + h.block * h.orientations].iter().copied()
            });
            let clipped = normalised(rows.collect()).map(|x| x.min(CLIP)).collect();
            all.extend(normalised(clipped));
        }
    }
    Ok(all)
}
