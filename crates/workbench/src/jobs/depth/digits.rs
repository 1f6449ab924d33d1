//! The digits as the twins read them: 14 × 14 pixels, each the mean of four.
use engine::{
    Result,
    autograd::Var,
    tensor::{Device, Layout, Shape, Tensor},
};
use nets::data::{Digits, SIDE};

pub(super) const HALF: usize = SIDE / 2;

/// A batch on its device.
pub(super) struct Batch {
    /// The images, N × 14 × 14 × 1.
    pub images: Tensor,
    pub targets: Var,
    pub labels: Vec<f32>,
}

/// The images at half the size: each pixel is the mean of 2 × 2.
fn halved(images: &[f32]) -> Vec<f32> {
    let mean = |image: &[f32], at: usize| {
        let corner = 2 * (at / HALF) * SIDE + 2 * (at % HALF);
        0.25 * (image[corner] + image[corner + 1] + image[corner + SIDE] + image[corner + SIDE + 1])
    };
    images.chunks_exact(SIDE * SIDE).flat_map(|image| (0..HALF * HALF).map(move |at| mean(image, at))).collect()
}

/// The normalised pixels of these digits, one image after another, and their labels.
pub(super) fn pixels(digits: &Digits, indices: &[usize]) -> (Vec<f32>, Vec<f32>) {
    let (images, labels) = digits.gather(indices);
    (halved(&images), labels)
}

pub(super) fn batch(device: &Device, pixels: &[f32], labels: Vec<f32>) -> Result<Batch> {
    Ok(Batch {
        images: Tensor::from_outside(device, Layout::Image, &[labels.len(), 1, HALF, HALF], pixels)?,
        targets: Var::constant(Tensor::new(device, Shape::new([labels.len()]), &labels)?),
        labels,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_the_mean_of_four() {
        let image: Vec<f32> = (0..SIDE * SIDE).map(|i| i as f32).collect();
        let half = halved(&image);
        assert_eq!(half.len(), 196);
        assert_eq!((half[0], half[1], half[14]), (14.5, 16.5, 70.5));
    }
}
