//! Prepares a drawing like MNIST's digits: it is fitted into 20 × 20 pixels, then placed into 28 × 28 by its centre of mass. Source: LeCun
//! et al. (1998), section III.A.

/// Height and width of the result.
pub const SIDE: usize = 28;
/// Height and width of the box into which the ink is fitted.
const BOX: usize = 20;

/// A square picture of `side` × `side`, with ink from 0 to 1, as 28 × 28. None if there is no ink.
pub fn centre(ink: &[f32], side: usize) -> Option<Vec<f32>> {
    let dark = |i: &usize| ink[*i] > 0.05;
    let rows = || (0..side * side).filter(dark).map(|i| i / side);
    let columns = || (0..side * side).filter(dark).map(|i| i % side);
    let (top, bottom, left, right) = (rows().min()?, rows().max()? + 1, columns().min()?, columns().max()? + 1);
    let (height, width) = ((bottom - top) as f32, (right - left) as f32);
    let step = height.max(width) / BOX as f32;
    let (fit_h, fit_w) = (((height / step).round() as usize).max(1), ((width / step).round() as usize).max(1));
    let small: Vec<f32> = (0..fit_h * fit_w)
        .map(|i| {
            let (y, x) = ((i / fit_w) as f32, (i % fit_w) as f32);
            let (scale_y, scale_x) = (height / fit_h as f32, width / fit_w as f32);
            mean(ink, side, [top as f32 + y * scale_y, left as f32 + x * scale_x], [scale_y, scale_x])
        })
        .collect();
    let mass: f32 = small.iter().sum();
    let weigh = |along: fn(usize, usize) -> usize| {
        small.iter().enumerate().map(|(i, v)| v * (along(i, fit_w) as f32 + 0.5)).sum::<f32>() / mass.max(1e-6)
    };
    let place = |centre: f32, fit: usize| (SIDE as f32 / 2.0 - centre).round().clamp(0.0, (SIDE - fit) as f32) as usize;
    let (down, across) = (place(weigh(|i, w| i / w), fit_h), place(weigh(|i, w| i % w), fit_w));
    let mut out = vec![0.0; SIDE * SIDE];
    for (i, value) in small.iter().enumerate() {
        out[(down + i / fit_w) * SIDE + across + i % fit_w] = value.clamp(0.0, 1.0);
    }
    Some(out)
}

/// The same picture, only reduced to 28 × 28: it is not moved or fitted. None if there is no ink.
pub fn whole(ink: &[f32], side: usize) -> Option<Vec<f32>> {
    let step = side as f32 / SIDE as f32;
    let cell = |i: usize| mean(ink, side, [(i / SIDE) as f32 * step, (i % SIDE) as f32 * step], [step, step]).clamp(0.0, 1.0);
    ink.iter().any(|ink| *ink > 0.05).then(|| (0..SIDE * SIDE).map(cell).collect())
}

/// The mean ink of the rectangle at `corner` (row, column) with size `extent`. A pixel that is partly inside counts in part.
fn mean(ink: &[f32], side: usize, corner: [f32; 2], extent: [f32; 2]) -> f32 {
    let span = |a: usize| (corner[a].floor() as usize, ((corner[a] + extent[a]).ceil() as usize).min(side));
    let share = |a: usize, at: usize| ((corner[a] + extent[a]).min(at as f32 + 1.0) - corner[a].max(at as f32)).max(0.0);
    let ((top, bottom), (left, right)) = (span(0), span(1));
    let sum: f32 =
        (top..bottom).flat_map(|y| (left..right).map(move |x| (y, x))).map(|(y, x)| ink[y * side + x] * share(0, y) * share(1, x)).sum();
    sum / (extent[0] * extent[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(side: usize, top: usize, left: usize, height: usize, width: usize) -> Vec<f32> {
        (0..side * side)
            .map(|i| if (top..top + height).contains(&(i / side)) && (left..left + width).contains(&(i % side)) { 1.0 } else { 0.0 })
            .collect()
    }

    #[test]
    fn a_mark_in_a_corner_comes_to_the_middle_whatever_its_size() {
        for (side, top, left, size) in [(280, 0, 0, 40), (280, 200, 10, 80), (100, 40, 40, 20)] {
            let out = centre(&block(side, top, left, size, size), side).unwrap();
            let expected: Vec<f32> = block(28, 4, 4, 20, 20);
            assert!(out.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-4), "{side} {top} {left} {size}");
        }
    }

    #[test]
    fn what_is_not_centred_stays_where_it_is() {
        let out = whole(&block(280, 0, 10, 40, 80), 280).expect("ink");
        assert!(out.iter().zip(&block(28, 0, 1, 4, 8)).all(|(a, b)| (a - b).abs() < 1e-4));
        assert_eq!(whole(&[0.0; 280 * 280], 280), None);
    }

    #[test]
    fn the_centre_of_mass_is_what_is_centred() {
        // A stroke with much ink at its foot. It is moved up, so that its centre of mass is in the middle.
        let mut ink = block(100, 10, 48, 80, 4);
        block(100, 70, 30, 20, 40).iter().zip(&mut ink).for_each(|(b, i)| *i = i.max(*b));
        let out = centre(&ink, 100).unwrap();
        let mass: f32 = out.iter().sum();
        let row = out.iter().enumerate().map(|(i, v)| v * ((i / 28) as f32 + 0.5)).sum::<f32>() / mass;
        assert!((row - 14.0).abs() <= 4.5 && out[..28 * 4].iter().sum::<f32>() > 0.0, "{row}");
    }

    #[test]
    fn no_ink_no_picture_and_a_dot_is_one() {
        assert_eq!(centre(&vec![0.0; 100], 10), None);
        assert!(centre(&block(10, 3, 3, 1, 1), 10).is_some());
    }
}
