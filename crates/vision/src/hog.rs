//! Histograms of oriented gradients (HOG), the features before learned ones. Source: N. Dalal, B. Triggs 2005.
use super::Plane;
use engine::{Error, Result};

/// Settings of a HOG descriptor. Cells are squares of pixels, blocks squares of cells. Reference: skimage.feature.hog with block_norm "L2-Hys".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hog {
    /// The number of bins over half a turn. An edge from dark to bright counts like one from bright to dark.
    pub orientations: usize,
    /// The side of a cell in pixels (skimage's pixels_per_cell). Pixels that do not fill a cell are left out.
    pub cell: usize,
    /// Side of a block, in cells (skimage's cells_per_block).
    pub block: usize,
}

/// Added to the norm of a block, so that a flat block is not divided by 0.
const EPSILON: f32 = 1e-5;
/// After the first normalisation shares are cut off at this value.
const CLIP: f32 = 0.2;

/// The HOG descriptor: the blocks row by row, which overlap by all cells but one; in each block its cells row by row; in each cell its
/// orientations. Refuses settings of 0, and a picture that is smaller than a block.
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

/// The HOG descriptor as a picture of the same size. Each cell has a stroke for each direction, along the edge (across the gradient). It is
/// as dark as the mean of its shares in the blocks that contain the cell. Places without a stroke are 0. Refuses what [`hog`] refuses.
pub fn hog_strokes(picture: &Plane, h: Hog) -> Result<Plane> {
    let blocks = hog(picture, h)?;
    let cells = [picture.height / h.cell, picture.width / h.cell];
    let across = cells[1] + 1 - h.block;
    let share = |row: usize, column: usize, orientation: usize| {
        let first = |at: usize| (at + 1).saturating_sub(h.block);
        let (mut sum, mut count) = (0.0, 0.0f32);
        for top in first(row)..=row.min(cells[0] - h.block) {
            for left in first(column)..=column.min(cells[1] - h.block) {
                let inside = (row - top) * h.block + column - left;
                sum += blocks[((top * across + left) * h.block * h.block + inside) * h.orientations + orientation];
                count += 1.0;
            }
        }
        sum / count.max(1.0)
    };
    let mut strokes = Plane::of(picture.height, picture.width, |_, _| 0.0);
    let half = h.cell as f32 / 2.0;
    for (row, column) in (0..cells[0]).flat_map(|row| (0..cells[1]).map(move |column| (row, column))) {
        for orientation in 0..h.orientations {
            let value = share(row, column, orientation);
            let gradient = (orientation as f32 + 0.5) / h.orientations as f32 * std::f32::consts::PI;
            let (down, right) = (gradient.cos(), -gradient.sin());
            // Two points for each pixel, within the cell.
            for step in 1 - h.cell as isize..h.cell as isize {
                let along = step as f32 / 2.0 * (1.0 - 1.0 / half);
                let at = |cell: usize, direction: f32| (cell * h.cell) + (half + along * direction).floor() as usize;
                let place = at(row, down) * picture.width + at(column, right);
                strokes.values[place] = strokes.values[place].max(value);
            }
        }
    }
    Ok(strokes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_run_along_the_edge() {
        let edge = Plane::of(32, 32, |_, column| if column < 14 { 0.0 } else { 1.0 });
        let strokes = hog_strokes(&edge, Hog { orientations: 9, cell: 8, block: 2 }).expect("four cells by four");
        // The edge is in the second column of cells. The stroke there is vertical, and there is no horizontal one.
        let column: f32 = (8..16).map(|row| strokes.at(row, 11).max(strokes.at(row, 12))).sum();
        let row: f32 = (8..11).chain(14..16).map(|column| strokes.at(11, column).max(strokes.at(12, column))).sum();
        assert!(column > 1.0 && row < column / 4.0, "{column} along, {row} across");
        assert_eq!(strokes.at(12, 28), 0.0, "where nothing changes there is no stroke");
    }
}
