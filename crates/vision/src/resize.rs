//! Resizing and cropping of photos, with exactly the pixels of Pillow and torchvision.
//!
//! Reference: Pillow's Image.resize (13.0), torchvision.transforms Resize and CenterCrop on Pillow's images.
use engine::{Error, Result};
use serde::{Deserialize, Serialize};

/// An RGB image with 8 bits for each channel, H×W×3: rows of pixels with three bytes each, red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// The width in pixels.
    pub width: usize,
    /// The height in pixels.
    pub height: usize,
    /// 3 · width · height bytes, row after row: channel c of the pixel at row y, column x lies at 3(y · width + x) + c.
    pub rgb: Vec<u8>,
}

/// Interpolation as in Pillow: a smaller picture is averaged over all pixels of the larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resampling {
    /// Pillow's NEAREST: each new pixel is one of the old pixels. Nothing is averaged.
    Nearest,
    /// Pillow's BILINEAR: weights 1 − |x|, and 0 from a distance of one pixel on. For a smaller picture this window is stretched by the ratio of the sizes.
    Bilinear,
    /// Pillow's BICUBIC: Keys' cubic with a = −½, and 0 from a distance of two pixels on. For a smaller picture it is stretched in the same way.
    Bicubic,
}

/// The number of fractional bits in a weight.
const BITS: u32 = 22;

/// The old pixels along an axis that make a new pixel, and their weights.
struct Taps {
    first: usize,
    weights: Vec<i32>,
}

/// The taps of each of `output` places. If the picture gets smaller, the window is wider, so that it reads every pixel.
fn taps(input: usize, output: usize, support: f64, window: fn(f64) -> f64) -> Vec<Taps> {
    let scale = input as f64 / output as f64;
    let stretch = scale.max(1.0);
    let reach = support * stretch;
    (0..output)
        .map(|i| {
            let centre = (i as f64 + 0.5) * scale;
            let first = (centre - reach + 0.5).max(0.0) as usize;
            let last = ((centre + reach + 0.5) as usize).min(input);
            let weights: Vec<f64> = (first..last).map(|x| window((x as f64 - centre + 0.5) / stretch)).collect();
            let sum: f64 = weights.iter().sum();
            let whole = |w: &f64| (w / sum * f64::from(1 << BITS)).round() as i32;
            Taps { first, weights: weights.iter().map(whole).collect() }
        })
        .collect()
}

/// 1 − |x| within 1.
fn triangle(x: f64) -> f64 {
    (1.0 - x.abs()).max(0.0)
}

/// Keys' cubic with a = −½, within 2.
fn cubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

fn byte(sum: i32) -> u8 {
    (sum >> BITS).clamp(0, 255) as u8
}

impl Photo {
    /// A photo from its bytes. Refuses a side of 0, and another number of bytes than 3 · width · height.
    pub fn new(width: usize, height: usize, rgb: Vec<u8>) -> Result<Photo> {
        if width == 0 || height == 0 || width.checked_mul(height).and_then(|n| n.checked_mul(3)) != Some(rgb.len()) {
            return Err(Error::shape("photo", format!("{width} × {height} pixels of three bytes each, found {} bytes", rgb.len())));
        }
        Ok(Photo { width, height, rgb })
    }
    /// Resizes to exactly these sides; the proportion may change. Refuses a side of 0. Reference: Pillow's Image.resize.
    pub fn resize(&self, width: usize, height: usize, resampling: Resampling) -> Result<Photo> {
        if width == 0 || height == 0 {
            return Err(Error::shape("resize", format!("expected at least one pixel, found {width} × {height}")));
        }
        let (support, window): (f64, fn(f64) -> f64) = match resampling {
            Resampling::Nearest => return Ok(self.nearest(width, height)),
            Resampling::Bilinear => (1.0, triangle),
            Resampling::Bicubic => (2.0, cubic),
        };
        let across = |photo: &Photo| photo.across(&taps(photo.width, width, support, window));
        let down = |photo: &Photo| photo.down(&taps(photo.height, height, support, window));
        let [fewer_rows, fewer_columns] = [(self.height, height), (self.width, width)].map(|(from, to)| from as i64 - to as i64);
        Ok(match (self.width == width, self.height == height) {
            (true, true) => self.clone(),
            (false, true) => across(self),
            (true, false) => down(self),
            // Each pass rounds to bytes, so the order of passes matters. Pillow resizes the height first if that leaves less work.
            (false, false) if fewer_rows > 0 && fewer_rows > 2 * fewer_columns => across(&down(self)),
            (false, false) => down(&across(self)),
        })
    }
    fn across(&self, taps: &[Taps]) -> Photo {
        let mut rgb = Vec::with_capacity(3 * taps.len() * self.height);
        for row in self.rgb.chunks_exact(3 * self.width) {
            for Taps { first, weights } in taps {
                let mut sums = [1 << (BITS - 1); 3];
                for (pixel, weight) in row[3 * first..].chunks_exact(3).zip(weights) {
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += i32::from(*value) * weight;
                    }
                }
                rgb.extend(sums.map(byte));
            }
        }
        Photo { width: taps.len(), height: self.height, rgb }
    }
    fn down(&self, taps: &[Taps]) -> Photo {
        let line = 3 * self.width;
        let mut rgb = Vec::with_capacity(line * taps.len());
        let mut sums = vec![0; line];
        for Taps { first, weights } in taps {
            sums.fill(1 << (BITS - 1));
            for (row, weight) in self.rgb[line * first..].chunks_exact(line).zip(weights) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += i32::from(*value) * weight;
                }
            }
            rgb.extend(sums.iter().map(|sum| byte(*sum)));
        }
        Photo { width: self.width, height: taps.len(), rgb }
    }
    fn nearest(&self, width: usize, height: usize) -> Photo {
        // Pillow adds up the step. With a product some places would get another pixel.
        let places = |input: usize, output: usize| -> Vec<usize> {
            let scale = input as f64 / output as f64;
            let steps = std::iter::successors(Some(scale / 2.0), |at| Some(at + scale));
            steps.take(output).map(|at| (at as usize).min(input - 1)).collect()
        };
        let columns = places(self.width, width);
        let pixels = |row: usize| columns.iter().flat_map(move |column| &self.rgb[3 * (row * self.width + column)..][..3]);
        let rgb = places(self.height, height).into_iter().flat_map(pixels).copied().collect();
        Photo { width, height, rgb }
    }
    /// Resizes the shorter side to `side`. The longer side keeps the proportion, rounded down. Reference: torchvision.transforms.Resize(n).
    pub fn resize_shorter(&self, side: usize, resampling: Resampling) -> Result<Photo> {
        let longer = |long: usize, short: usize| side * long / short;
        if self.width <= self.height {
            self.resize(side, longer(self.height, self.width), resampling)
        } else {
            self.resize(longer(self.width, self.height), side, resampling)
        }
    }
    /// The middle `side` × `side` pixels. Half a pixel is rounded to the even one. Refuses 0, and more than the shorter side. Reference:
    /// torchvision.transforms.CenterCrop, which pads a smaller picture instead.
    pub fn crop_centre(&self, side: usize) -> Result<Photo> {
        if side > self.width.min(self.height) || side == 0 {
            return Err(Error::shape("crop", format!("{side} × {side} out of {} × {} pixels", self.width, self.height)));
        }
        let start = |length: usize| ((length - side) as f64 / 2.0).round_ties_even() as usize;
        let (left, top) = (start(self.width), start(self.height));
        let rows = self.rgb.chunks_exact(3 * self.width).skip(top).take(side);
        Ok(Photo { width: side, height: side, rgb: rows.flat_map(|row| &row[3 * left..][..3 * side]).copied().collect() })
    }
}
