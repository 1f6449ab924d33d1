//! The median filter, which no kernel can express. It removes single outliers and keeps edges.
use super::{Border, Plane};
use engine::{Error, Result};

/// Median filter: the median of the size × size values around each pixel. The output has the picture's size. Refuses an even size.
/// Reference: scipy.ndimage.median_filter.
///
/// Along a row the window's histogram is updated: one column leaves it and one column enters. Source: T. Huang, G. Yang, G. Tang 1979.
pub fn median(picture: &Plane, size: usize, border: Border) -> Result<Plane> {
    if size.is_multiple_of(2) {
        return Err(Error::shape("median", format!("expected an odd window, found {size}")));
    }
    let Plane { height, width, .. } = *picture;
    let around = border.around(picture, [size / 2, size / 2], [height + size - 1, width + size - 1]);
    // Each value becomes its rank among all values, so that a histogram has one place for each.
    let mut levels = around.values.clone();
    levels.sort_unstable_by(f32::total_cmp);
    levels.dedup();
    let ranks: Vec<u32> = around.values.iter().map(|v| levels.partition_point(|level| level.total_cmp(v).is_lt()) as u32).collect();
    let half = (size * size / 2) as i32;
    let mut values = Vec::with_capacity(height * width);
    for row in 0..height {
        let mut count = vec![0i32; levels.len()];
        // `below` values of the window have a rank less than `middle`.
        let (mut middle, mut below) = (0usize, 0);
        let column = |c: usize| (row..row + size).map(move |r| r * around.width + c);
        for c in 0..size - 1 {
            column(c).for_each(|at| count[ranks[at] as usize] += 1);
        }
        for c in 0..width {
            for rank in column(c + size - 1).map(|at| ranks[at] as usize) {
                count[rank] += 1;
                below += i32::from(rank < middle);
            }
            if c == 0 {
                below = count[..middle].iter().sum();
            }
            while below > half {
                middle -= 1;
                below -= count[middle];
            }
            while below + count[middle] <= half {
                below += count[middle];
                middle += 1;
            }
            values.push(levels[middle]);
            for rank in column(c).map(|at| ranks[at] as usize) {
                count[rank] -= 1;
                below -= i32::from(rank < middle);
            }
        }
    }
    Ok(Plane { height, width, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_middle_of_the_sorted_window() {
        let picture = Plane::of(9, 13, |r, c| ((r * 31 + c * 17) * 7 % 23) as f32);
        for (size, border) in [(1, Border::Zeros), (3, Border::Symmetric), (5, Border::Zeros), (7, Border::Circular)] {
            let found = median(&picture, size, border).unwrap();
            let around = border.around(&picture, [size / 2; 2], [9 + size - 1, 13 + size - 1]);
            for (i, value) in found.values.iter().enumerate() {
                let mut window: Vec<f32> = (0..size * size).map(|k| around.at(i / 13 + k / size, i % 13 + k % size)).collect();
                window.sort_unstable_by(f32::total_cmp);
                assert_eq!(*value, window[size * size / 2], "size {size}, place {i}");
            }
        }
        assert!(median(&picture, 4, Border::Zeros).is_err());
    }
}
