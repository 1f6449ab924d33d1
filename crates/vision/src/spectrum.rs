//! The spectrum: how much of each frequency and direction a picture contains, and how much of it a kernel lets through.
use super::Plane;
use engine::{Error, Result};
use rustfft::{
    Fft, FftDirection,
    algorithm::{BluesteinsAlgorithm, Radix4},
    num_complex::Complex32,
};
use std::sync::Arc;

/// |F(picture)| on `height` × `width` places, padded with zeros. Frequency 0 is at row height / 2, column width / 2. F[a, b] = Σ x[r, c] ·
/// exp(−2πi (ar / height + bc / width)). Reference: numpy.fft.fftshift(abs(numpy.fft.fft2(x, (height, width)))).
pub fn spectrum(picture: &Plane, height: usize, width: usize) -> Result<Plane> {
    if picture.height > height || picture.width > width || height == 0 || width == 0 {
        let found = format!("{} × {}", picture.height, picture.width);
        return Err(Error::shape("spectrum", format!("expected at most {height} × {width} numbers, found {found}")));
    }
    let mut values = vec![Complex32::default(); height * width];
    for (out, row) in values.chunks_exact_mut(width).zip(picture.values.chunks_exact(picture.width)) {
        out.iter_mut().zip(row).for_each(|(out, v)| out.re = *v);
    }
    transform(width).process(&mut values);
    let mut turned: Vec<Complex32> = (0..height * width).map(|i| values[i % height * width + i / height]).collect();
    transform(height).process(&mut turned);
    Ok(Plane::of(height, width, |r, c| {
        let (row, column) = ((r + height.div_ceil(2)) % height, (c + width.div_ceil(2)) % width);
        turned[column * height + row].norm()
    }))
}

/// A Fourier transform of any length, by powers of two. The library's planner is faster for some lengths, but it contains code for each of
/// them: a quarter of a megabyte.
fn transform(length: usize) -> Arc<dyn Fft<f32>> {
    if length.is_power_of_two() {
        return Arc::new(Radix4::new(length, FftDirection::Forward));
    }
    let inner = Radix4::new((2 * length - 1).next_power_of_two(), FftDirection::Forward);
    Arc::new(BluesteinsAlgorithm::new(length, Arc::new(inner)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Border, filter, kernels};
    use std::f32::consts::TAU;

    #[test]
    fn stripes_are_two_points() {
        let stripes = Plane::of(12, 20, |r, c| (TAU * (3.0 * r as f32 / 12.0 + 2.0 * c as f32 / 20.0)).cos());
        let found = spectrum(&stripes, 12, 20).unwrap();
        for r in 0..12 {
            for c in 0..20 {
                let expected = if [(9, 12), (3, 8)].contains(&(r, c)) { 120.0 } else { 0.0 };
                assert!((found.at(r, c) - expected).abs() < 1e-3, "{r}, {c}: {}", found.at(r, c));
            }
        }
    }

    #[test]
    fn filtering_multiplies_spectra() {
        let picture = Plane::of(15, 16, |r, c| ((r * 13 + c * 29) % 17) as f32 / 17.0);
        let kernel = kernels::laplacian_of_gaussian(5, 0.8);
        let output = filter(&picture, &kernel, Border::Circular).unwrap();
        let [x, k, y] = [&picture, &kernel, &output].map(|p| spectrum(p, 15, 16).unwrap());
        for i in 0..y.values.len() {
            assert!((x.values[i] * k.values[i] - y.values[i]).abs() < 1e-3, "place {i}");
        }
        assert!(spectrum(&picture, 8, 16).is_err());
    }
}
