//! Disturbances of a photo: it is shifted, turned, blurred, covered with noise or with a patch, to see how a network's answer changes.
use super::Photo;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};
use std::f32::consts::TAU;

/// The colour where there is no photo: the mean of ImageNet's photos.
const GREY: [u8; 3] = [124, 116, 104];
/// The seed of noise, so that the same photo is always disturbed in the same way.
const SEED: u64 = 1;

/// A disturbance, in shares of what a network sees of a photo, so that networks with other input sizes get the same one. The default does nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Disturbance {
    /// The shift to the right and down, in shares of the side.
    pub shift: [f32; 2],
    /// The turn about the middle, clockwise, in degrees.
    pub turn: f32,
    /// The standard deviation of a Gaussian blur, in shares of the side.
    pub blur: f32,
    /// The standard deviation of the noise that is added to each value (0 to 255).
    pub noise: f32,
    /// The side of a grey square that covers the photo (occlusion), in shares of the side; 0 for none.
    pub patch: f32,
    /// The middle of the square, from the left and from the top, in shares of the visible side.
    pub patch_at: [f32; 2],
}

impl Disturbance {
    /// Applies the disturbance. Later the middle `side` pixels of the result will be seen.
    pub fn apply(&self, photo: &Photo, side: usize) -> Photo {
        let mut photo = photo.clone();
        let length = side as f32;
        if self.shift != [0.0; 2] || self.turn != 0.0 {
            photo = moved(&photo, self.shift.map(|share| share * length), self.turn.to_radians());
        }
        if self.blur > 0.0 {
            photo = blurred(&photo, self.blur * length);
        }
        if self.noise > 0.0 {
            let mut random = Pcg32::seed_from_u64(SEED);
            for value in &mut photo.rgb {
                // Two uniform numbers make a normal one. Source: G. Box, M. Muller 1958.
                let (a, b) = (random.random::<f32>(), random.random::<f32>());
                *value = (f32::from(*value) + self.noise * (-2.0 * (1.0 - a).ln()).sqrt() * (TAU * b).cos()).round() as u8;
            }
        }
        if self.patch > 0.0 {
            cover(&mut photo, side, self.patch * length, self.patch_at.map(|share| share * length));
        }
        photo
    }
}

/// Moves and turns a photo. Each pixel is interpolated between the four pixels around the place that it came from.
fn moved(photo: &Photo, [right, down]: [f32; 2], angle: f32) -> Photo {
    let (width, height) = (photo.width as f32, photo.height as f32);
    let (sine, cosine) = angle.sin_cos();
    let middle = [(width - 1.0) / 2.0, (height - 1.0) / 2.0];
    let pixel = |x: isize, y: isize| match (0..photo.width as isize).contains(&x) && (0..photo.height as isize).contains(&y) {
        true => {
            let at = 3 * (y as usize * photo.width + x as usize);
            [photo.rgb[at], photo.rgb[at + 1], photo.rgb[at + 2]]
        }
        false => GREY,
    };
    let mut rgb = Vec::with_capacity(photo.rgb.len());
    for row in 0..photo.height {
        for column in 0..photo.width {
            let (x, y) = (column as f32 - middle[0] - right, row as f32 - middle[1] - down);
            let (x, y) = (cosine * x + sine * y + middle[0], cosine * y - sine * x + middle[1]);
            let (left, top) = (x.floor(), y.floor());
            let (across, along) = (x - left, y - top);
            let (left, top) = (left as isize, top as isize);
            let corners = [pixel(left, top), pixel(left + 1, top), pixel(left, top + 1), pixel(left + 1, top + 1)];
            rgb.extend([0, 1, 2].map(|c| {
                let [a, b, below, beside] = corners.map(|corner| f32::from(corner[c]));
                let (upper, lower) = (a + (b - a) * across, below + (beside - below) * across);
                (upper + (lower - upper) * along).round() as u8
            }));
        }
    }
    Photo { rgb, ..*photo }
}

/// A Gaussian blur along rows, then along columns. At the border only existing pixels are weighted.
fn blurred(photo: &Photo, deviation: f32) -> Photo {
    let reach = (3.0 * deviation).ceil().max(1.0) as usize;
    let weights: Vec<f32> = (0..=reach).map(|i| (-0.5 * (i as f32 / deviation).powi(2)).exp()).collect();
    let pass = |from: &[f32], count: usize, step: usize, start: &dyn Fn(usize) -> usize, lines: usize| {
        let mut to = vec![0.0; from.len()];
        for line in 0..lines {
            let first = start(line);
            for i in 0..count {
                let (mut sum, mut total) = (0.0, 0.0);
                for j in i.saturating_sub(reach)..(i + reach + 1).min(count) {
                    let weight = weights[i.abs_diff(j)];
                    sum += weight * from[first + j * step];
                    total += weight;
                }
                to[first + i * step] = sum / total;
            }
        }
        to
    };
    let line = 3 * photo.width;
    let values: Vec<f32> = photo.rgb.iter().map(|v| f32::from(*v)).collect();
    let across = pass(&values, photo.width, 3, &|i| i / 3 * line + i % 3, 3 * photo.height);
    let both = pass(&across, photo.height, line, &|i| i, line);
    Photo { rgb: both.iter().map(|v| v.round() as u8).collect(), ..*photo }
}

/// Covers a place in the visible middle with a grey square.
fn cover(photo: &mut Photo, side: usize, size: f32, at: [f32; 2]) {
    let range = |length: usize, middle: f32| {
        let first = (length as f32 - side as f32) / 2.0 + middle - size / 2.0;
        let place = |at: f32| (at.round().max(0.0) as usize).min(length);
        place(first)..place(first + size)
    };
    let (columns, rows) = (range(photo.width, at[0]), range(photo.height, at[1]));
    for row in rows {
        for column in columns.clone() {
            photo.rgb[3 * (row * photo.width + column)..][..3].copy_from_slice(&GREY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes() -> Photo {
        let rgb = (0..20 * 16).flat_map(|i| [((i % 20) * 12) as u8, ((i / 20) * 15) as u8, 7]).collect();
        Photo { width: 20, height: 16, rgb }
    }
    fn red(photo: &Photo, row: usize, column: usize) -> u8 {
        photo.rgb[3 * (row * photo.width + column)]
    }

    #[test]
    fn nothing_asked_nothing_done() {
        assert_eq!(Disturbance { patch_at: [0.3, 0.4], ..Disturbance::default() }.apply(&stripes(), 10), stripes());
    }

    #[test]
    fn a_shift_moves_pixels_and_shows_grey_where_there_are_none() {
        let shifted = Disturbance { shift: [0.2, 0.0], ..Disturbance::default() }.apply(&stripes(), 10);
        assert_eq!([red(&shifted, 3, 2), red(&shifted, 3, 7), red(&shifted, 3, 1)], [0, 60, GREY[0]]);
    }

    #[test]
    fn half_a_turn_twice_is_a_whole_one() {
        let half = Disturbance { turn: 180.0, ..Disturbance::default() };
        let once = half.apply(&stripes(), 10);
        assert_eq!(red(&once, 0, 0), red(&stripes(), 15, 19));
        // A quarter turn goes clockwise: the left side comes to the top.
        let square = Photo { width: 2, height: 2, rgb: vec![9, 9, 9, 20, 20, 20, 30, 30, 30, 40, 40, 40] };
        let quarter = Disturbance { turn: 90.0, ..Disturbance::default() }.apply(&square, 2);
        assert_eq!([red(&quarter, 0, 0), red(&quarter, 0, 1), red(&quarter, 1, 0), red(&quarter, 1, 1)], [30, 9, 40, 20]);
    }

    #[test]
    fn blur_keeps_what_is_even_and_noise_is_as_strong_as_asked() {
        let even = Photo { width: 60, height: 50, rgb: vec![100; 9000] };
        assert_eq!(Disturbance { blur: 0.1, ..Disturbance::default() }.apply(&even, 40), even);
        let noisy = Disturbance { noise: 12.0, ..Disturbance::default() }.apply(&even, 40);
        let deviation = (noisy.rgb.iter().map(|v| (f32::from(*v) - 100.0).powi(2)).sum::<f32>() / 9000.0).sqrt();
        assert!((deviation - 12.0).abs() < 0.5, "{deviation}");
        // A step becomes a slope.
        let step = Photo { width: 40, height: 4, rgb: (0..160).flat_map(|i| [if i % 40 < 20 { 0 } else { 200 }; 3]).collect() };
        let soft = Disturbance { blur: 0.1, ..Disturbance::default() }.apply(&step, 20);
        assert!((80..120).contains(&((u16::from(red(&soft, 2, 19)) + u16::from(red(&soft, 2, 20))) / 2)) && red(&soft, 2, 17) > 0);
    }

    #[test]
    fn a_patch_covers_its_share_of_what_is_seen() {
        let covered = Disturbance { patch: 0.4, patch_at: [0.5, 0.5], ..Disturbance::default() }.apply(&stripes(), 10);
        let grey = covered.rgb.chunks_exact(3).filter(|pixel| **pixel == GREY).count();
        assert_eq!((grey, red(&covered, 8, 10)), (16, GREY[0]));
    }
}
