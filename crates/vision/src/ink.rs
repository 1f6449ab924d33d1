//! The ink of something written, out of its photo: dark on light or light on dark, under light that comes from one side, with specks left out.
use crate::{Photo, Resampling};
use engine::{Error, Result};

/// Ink from 0 to 1 on a square, and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Ink {
    /// `side` × `side` numbers, row by row; the photo lies in the middle, as large as it fits.
    pub values: Vec<f32>,
    /// Whether the photo's ink is darker than what it is written on.
    pub is_dark: bool,
}

/// By how much ink differs from its ground, at least; of 255.
const LEAST: f32 = 24.0;
/// What differs less than this share of the ink is the ground's own.
const GROUND: f32 = 0.2;
/// The share of the largest patch's ink below which another is a speck.
const SPECK: f32 = 0.05;
/// Steps in which differences are counted.
const STEPS: usize = 64;

/// The ink of a photo on a square of so many pixels along each side; None where nothing stands out. Refuses a side of 0.
pub fn ink(photo: &Photo, side: usize) -> Result<Option<Ink>> {
    if side == 0 {
        return Err(Error::shape("ink", "expected a side of at least one pixel, found 0"));
    }
    let longest = photo.width.max(photo.height);
    let [width, height] = [photo.width, photo.height].map(|length| ((length * side + longest / 2) / longest).clamp(1, side));
    let small = photo.resize(width, height, Resampling::Bilinear)?;
    let light: Vec<f32> =
        small.rgb.chunks_exact(3).map(|p| 0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])).collect();
    let ground = ground(&light, width, height);
    let difference: Vec<f32> = light.iter().zip(&ground).map(|(light, ground)| light - ground).collect();
    let energy = |sign: f32| difference.iter().map(|d| (sign * d).max(0.0).powi(2)).sum::<f32>();
    let is_dark = energy(-1.0) > energy(1.0);
    let sign = if is_dark { -1.0 } else { 1.0 };
    let mut ink: Vec<f32> = difference.iter().map(|d| (sign * d).max(0.0)).collect();
    let Some([below, above]) = means(&ink).filter(|[below, above]| above - below >= LEAST) else { return Ok(None) };
    let floor = below + GROUND * (above - below);
    ink.iter_mut().for_each(|ink| *ink = ((*ink - floor) / (above - floor)).clamp(0.0, 1.0));
    without_specks(&mut ink, width);
    let mut values = vec![0.0; side * side];
    let (down, across) = ((side - height) / 2, (side - width) / 2);
    for (row, line) in ink.chunks_exact(width).enumerate() {
        values[(down + row) * side + across..][..width].copy_from_slice(line);
    }
    Ok(Some(Ink { values, is_dark }))
}

/// The light of what is written on, at each pixel: between the medians of the four corners.
fn ground(light: &[f32], width: usize, height: usize) -> Vec<f32> {
    let [across, down] = [width, height].map(|length| (length / 8).max(1));
    let corner = |top: usize, left: usize| {
        let rows = light.chunks_exact(width).skip(top).take(down);
        let mut values: Vec<f32> = rows.flat_map(|row| row[left..left + across].iter().copied()).collect();
        values.sort_by(f32::total_cmp);
        values[values.len() / 2]
    };
    let corners = [corner(0, 0), corner(0, width - across), corner(height - down, 0), corner(height - down, width - across)];
    let share = |at: usize, length: usize| if length > 1 { at as f32 / (length - 1) as f32 } else { 0.5 };
    let between = |a: f32, b: f32, share: f32| a + (b - a) * share;
    (0..width * height)
        .map(|i| {
            let (x, y) = (share(i % width, width), share(i / width, height));
            between(between(corners[0], corners[1], x), between(corners[2], corners[3], x), y)
        })
        .collect()
}

/// The means on both sides of the threshold that parts them best. Source: Otsu, 1979.
fn means(ink: &[f32]) -> Option<[f32; 2]> {
    let most = ink.iter().fold(0.0f32, |most, ink| most.max(*ink));
    let step = most / STEPS as f32;
    if step <= 0.0 {
        return None;
    }
    let (mut counts, mut sums) = ([0.0f32; STEPS], [0.0f32; STEPS]);
    for value in ink {
        let at = ((value / step) as usize).min(STEPS - 1);
        counts[at] += 1.0;
        sums[at] += value;
    }
    let (all, sum) = (ink.len() as f32, sums.iter().sum::<f32>());
    let (mut count, mut below) = (0.0, 0.0);
    let mut best: Option<(f32, [f32; 2])> = None;
    for at in 0..STEPS - 1 {
        count += counts[at];
        below += sums[at];
        if count == 0.0 || count == all {
            continue;
        }
        let means = [below / count, (sum - below) / (all - count)];
        let apart = count * (all - count) * (means[1] - means[0]).powi(2);
        if best.is_none_or(|(most, _)| apart > most) {
            best = Some((apart, means));
        }
    }
    best.map(|(_, means)| means)
}

/// Takes off patches of ink, pixels that touch one another, that are small beside the largest.
fn without_specks(ink: &mut [f32], width: usize) {
    let height = ink.len() / width;
    let mut patches: Vec<(f32, Vec<usize>)> = vec![];
    let mut seen = vec![false; ink.len()];
    for start in 0..ink.len() {
        if seen[start] || ink[start] <= 0.0 {
            continue;
        }
        let mut patch = vec![start];
        seen[start] = true;
        let mut next = 0;
        while let Some(&at) = patch.get(next) {
            next += 1;
            let (row, column) = (at / width, at % width);
            for y in row.saturating_sub(1)..(row + 2).min(height) {
                for x in column.saturating_sub(1)..(column + 2).min(width) {
                    let neighbour = y * width + x;
                    if !seen[neighbour] && ink[neighbour] > 0.0 {
                        seen[neighbour] = true;
                        patch.push(neighbour);
                    }
                }
            }
        }
        patches.push((patch.iter().map(|at| ink[*at]).sum(), patch));
    }
    let largest = patches.iter().fold(0.0f32, |most, (sum, _)| most.max(*sum));
    for (_, patch) in patches.iter().filter(|(sum, _)| *sum < SPECK * largest) {
        patch.iter().for_each(|at| ink[*at] = 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A photo whose pixels are grey, by row and column.
    fn photo(width: usize, height: usize, grey: impl Fn(usize, usize) -> f32) -> Photo {
        let pixels = (0..width * height).flat_map(|i| [grey(i / width, i % width).clamp(0.0, 255.0) as u8; 3]);
        Photo::new(width, height, pixels.collect()).unwrap()
    }

    /// A bar, one fifth of the height wide, from a quarter of the width to three.
    fn is_bar(row: usize, column: usize, width: usize, height: usize) -> bool {
        (2 * height / 5..3 * height / 5).contains(&row) && (width / 4..3 * width / 4).contains(&column)
    }

    /// The bar alone, on a square of 40 pixels.
    fn holds_the_bar(values: &[f32], width: usize, height: usize) {
        let longest = width.max(height);
        let (own_width, own_height) = (40 * width / longest, 40 * height / longest);
        for (i, ink) in values.iter().enumerate() {
            let (row, column) = ((i / 40) as isize - (40 - own_height as isize) / 2, (i % 40) as isize - (40 - own_width as isize) / 2);
            let inside =
                |row: isize, column: isize| row >= 0 && column >= 0 && is_bar(row as usize, column as usize, own_width, own_height);
            // Pixels of the edge may be either.
            let around = [-1, 0, 1].map(|y| [-1, 0, 1].map(|x| inside(row + y, column + x)));
            if around.iter().flatten().all(|inside| *inside) {
                assert!(*ink > 0.8, "{ink} at {row}, {column}");
            } else if around.iter().flatten().all(|inside| !inside) {
                assert!(*ink == 0.0, "{ink} at {row}, {column}");
            }
        }
    }

    #[test]
    fn ink_is_found_on_light_and_on_dark_whatever_the_light() {
        for (width, height) in [(400, 400), (640, 320), (40, 80)] {
            let bar = |row, column| is_bar(row, column, width, height);
            let paper = photo(width, height, |row, column| if bar(row, column) { 40.0 } else { 230.0 });
            let found = ink(&paper, 40).unwrap().expect("ink");
            assert!(found.is_dark);
            holds_the_bar(&found.values, width, height);
            let board = photo(width, height, |row, column| if bar(row, column) { 220.0 } else { 25.0 });
            let found = ink(&board, 40).unwrap().expect("ink");
            assert!(!found.is_dark);
            holds_the_bar(&found.values, width, height);
            // A lamp at the left: the paper at the right is as dark as ink at the left, and its grain is seen.
            let lamp = photo(width, height, |row, column| {
                let light = 240.0 - 120.0 * column as f32 / width as f32 + ((row * 7 + column * 13) % 5) as f32;
                if bar(row, column) { light - 90.0 } else { light }
            });
            let found = ink(&lamp, 40).unwrap().expect("ink");
            assert!(found.is_dark);
            holds_the_bar(&found.values, width, height);
        }
    }

    #[test]
    fn specks_are_left_out_and_an_empty_sheet_has_no_ink() {
        let speck = photo(
            400,
            400,
            |row, column| if is_bar(row, column, 400, 400) || row < 12 && (200..212).contains(&column) { 40.0 } else { 230.0 },
        );
        holds_the_bar(&ink(&speck, 40).unwrap().expect("ink").values, 400, 400);
        let sheet = photo(300, 200, |row, column| 200.0 + ((row * 7 + column * 13) % 9) as f32);
        assert_eq!(ink(&sheet, 40).unwrap(), None);
        assert_eq!(ink(&photo(1, 1, |_, _| 9.0), 40).unwrap(), None);
        assert!(ink(&sheet, 0).is_err());
    }
}
