//! Augmentation: digits are shifted and turned a little, differently in each step, so that the network sees more digits than there are.
use super::{SIDE, normalise};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Each digit is moved by random amounts, uniform between minus and plus these numbers. The default moves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augment {
    /// The largest shift in pixels, along either axis.
    pub shift: f32,
    /// The largest turn in degrees, about the middle.
    pub turn: f32,
}

/// Separates the random numbers of neighbouring steps: 2⁶⁴ over the golden ratio.
const APART: u64 = 0x9e37_79b9_7f4a_7c15;

impl Augment {
    /// Whether it moves nothing.
    pub fn is_none(&self) -> bool {
        *self == Augment::default()
    }
    /// Moves each of the normalised images, which are 28 × 28 numbers one after another. The same seed and step give the same moves.
    pub fn apply(&self, images: &mut [f32], seed: u64, step: u64) {
        if self.is_none() {
            return;
        }
        let mut random = Pcg64Mcg::seed_from_u64(seed ^ step.wrapping_add(1).wrapping_mul(APART));
        let mut within = |most: f32| (2.0 * random.random::<f32>() - 1.0) * most;
        for image in images.chunks_exact_mut(SIDE * SIDE) {
            let shift = [within(self.shift), within(self.shift)];
            image.copy_from_slice(&moved(image, shift, within(self.turn).to_radians()));
        }
    }
}

/// Moves an image. Each pixel is interpolated between the four pixels around the place that it came from. Outside is paper.
fn moved(image: &[f32], [right, down]: [f32; 2], angle: f32) -> Vec<f32> {
    let paper = normalise(0.0);
    let middle = (SIDE - 1) as f32 / 2.0;
    let (sine, cosine) = angle.sin_cos();
    let pixel = |x: i32, y: i32| {
        let inside = (0..SIDE as i32).contains(&x) && (0..SIDE as i32).contains(&y);
        if inside { image[y as usize * SIDE + x as usize] } else { paper }
    };
    let value = |at: usize| {
        let (x, y) = ((at % SIDE) as f32 - middle - right, (at / SIDE) as f32 - middle - down);
        let (x, y) = (cosine * x + sine * y + middle, cosine * y - sine * x + middle);
        let (across, along) = (x - x.floor(), y - y.floor());
        let (left, top) = (x.floor() as i32, y.floor() as i32);
        let between = |a: f32, b: f32, share: f32| a + (b - a) * share;
        let upper = between(pixel(left, top), pixel(left + 1, top), across);
        let lower = between(pixel(left, top + 1), pixel(left + 1, top + 1), across);
        between(upper, lower, along)
    };
    (0..SIDE * SIDE).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image with a spot of ink at a row and a column.
    fn spot(row: usize, column: usize) -> Vec<f32> {
        (0..SIDE * SIDE).map(|at| normalise(if at == row * SIDE + column { 1.0 } else { 0.0 })).collect()
    }

    #[test]
    fn a_shift_and_a_turn_move_a_spot_where_they_should() {
        assert_eq!(moved(&spot(5, 7), [2.0, 1.0], 0.0), spot(6, 9));
        // A quarter turn clockwise about the middle: the top comes to the right.
        let turned = moved(&spot(3, 13), [0.0; 2], 90f32.to_radians());
        let brightest = (0..turned.len()).max_by(|a, b| turned[*a].total_cmp(&turned[*b]));
        assert_eq!(brightest, Some(13 * SIDE + 24));
        // A shift by half a pixel distributes the ink, and loses none.
        let ink = |image: &[f32]| image.iter().map(|v| v - normalise(0.0)).sum::<f32>();
        assert!((ink(&moved(&spot(5, 7), [0.5, 0.0], 0.0)) - ink(&spot(5, 7))).abs() < 1e-3);
    }

    #[test]
    fn a_seed_repeats_its_moves_and_another_step_makes_others() {
        let augment = Augment { shift: 2.0, turn: 10.0 };
        let after = |seed, step| {
            let mut images = [spot(14, 14), spot(14, 14)].concat();
            augment.apply(&mut images, seed, step);
            images
        };
        assert_eq!(after(1, 5), after(1, 5));
        assert_ne!(after(1, 5), after(1, 6));
        assert_ne!(after(1, 5), after(2, 5));
        let (first, second) = (after(1, 5)[..SIDE * SIDE].to_vec(), after(1, 5)[SIDE * SIDE..].to_vec());
        assert_ne!(first, second, "each digit of a batch is moved by itself");
    }
}
