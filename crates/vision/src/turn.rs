//! A picture turned as EXIF counts positions of a camera.

/// Pixels of so many bytes each, row by row, turned from the position `orientation` (EXIF's numbers, 1 to 8; others leave it as it is), and width and height
/// afterwards. There must be width · height pixels.
pub fn turned<const BYTES: usize>(pixels: Vec<u8>, [width, height]: [usize; 2], orientation: u8) -> (Vec<u8>, [usize; 2]) {
    let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
    let (upright, across) = ([width, height], [height, width]);
    match orientation {
        2 => gathered::<BYTES>(&pixels, width, upright, |x, y| [right - x, y]),
        3 => gathered::<BYTES>(&pixels, width, upright, |x, y| [right - x, bottom - y]),
        4 => gathered::<BYTES>(&pixels, width, upright, |x, y| [x, bottom - y]),
        5 => gathered::<BYTES>(&pixels, width, across, |x, y| [y, x]),
        6 => gathered::<BYTES>(&pixels, width, across, |x, y| [y, bottom - x]),
        7 => gathered::<BYTES>(&pixels, width, across, |x, y| [right - y, bottom - x]),
        8 => gathered::<BYTES>(&pixels, width, across, |x, y| [right - y, x]),
        _ => (pixels, upright),
    }
}

/// Each pixel is the one at the column and row that `from` tells.
fn gathered<const BYTES: usize>(
    pixels: &[u8],
    old_width: usize,
    [width, height]: [usize; 2],
    from: impl Fn(usize, usize) -> [usize; 2],
) -> (Vec<u8>, [usize; 2]) {
    let mut turned = Vec::with_capacity(pixels.len());
    for y in 0..height {
        for x in 0..width {
            let [column, row] = from(x, y);
            turned.extend_from_slice(&pixels[BYTES * (row * old_width + column)..][..BYTES]);
        }
    }
    (turned, [width, height])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_three_lies_as_the_camera_was_held() {
        let row = |orientation| turned::<1>(vec![1, 2, 3], [3, 1], orientation);
        let (forth, back) = (vec![1, 2, 3], vec![3, 2, 1]);
        assert_eq!([1, 2, 3, 4].map(row), [&forth, &back, &back, &forth].map(|pixels| (pixels.clone(), [3, 1])));
        assert_eq!([5, 6, 7, 8].map(row), [&forth, &forth, &back, &back].map(|pixels| (pixels.clone(), [1, 3])));
        let column = |orientation| turned::<2>(vec![1, 1, 2, 2], [1, 2], orientation);
        assert_eq!([6, 8, 9].map(column), [(vec![2, 2, 1, 1], [2, 1]), (vec![1, 1, 2, 2], [2, 1]), (vec![1, 1, 2, 2], [1, 2])]);
    }
}
