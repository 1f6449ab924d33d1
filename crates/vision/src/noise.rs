//! Noise that is added to a picture. The same seed gives the same noise.
use super::Plane;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};
use std::f32::consts::TAU;

/// Kinds of noise. [`add_noise`]'s `amount` is its strength.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Noise {
    /// No noise: the picture stays as it is.
    #[default]
    None,
    /// Additive white Gaussian noise: a normal number with standard deviation `amount` is added to each pixel. The result is cut off at 0 and 1.
    Gaussian,
    /// Salt-and-pepper (impulse) noise: the share `amount` of the pixels becomes black or white, with equal probability.
    Pepper,
}

/// Adds noise to a picture with values from 0 to 1; they stay in this range. `amount` is a standard deviation on that scale, or a share; see [`Noise`].
pub fn add_noise(picture: &mut Plane, noise: Noise, amount: f32, seed: u64) {
    let mut random = Pcg32::seed_from_u64(seed);
    for value in &mut picture.values {
        let (a, b) = (random.random::<f32>(), random.random::<f32>());
        match noise {
            Noise::None => {}
            // Two uniform numbers make a normal one. Source: G. Box, M. Muller 1958.
            Noise::Gaussian => *value = (*value + amount * (-2.0 * (1.0 - a).ln()).sqrt() * (TAU * b).cos()).clamp(0.0, 1.0),
            Noise::Pepper if a < amount => *value = b.round(),
            Noise::Pepper => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_what_was_asked_for() {
        let grey = Plane::of(100, 100, |_, _| 0.5);
        let with = |noise, amount, seed| {
            let mut picture = grey.clone();
            add_noise(&mut picture, noise, amount, seed);
            picture
        };
        assert_eq!(with(Noise::None, 0.3, 1), grey);
        let gaussian = with(Noise::Gaussian, 0.1, 1);
        let deviation = (gaussian.values.iter().map(|v| (v - 0.5).powi(2)).sum::<f32>() / 1e4).sqrt();
        assert!((deviation - 0.1).abs() < 0.005, "{deviation}");
        let struck = with(Noise::Pepper, 0.2, 1).values.iter().filter(|v| **v != 0.5).count();
        assert!((1900..2100).contains(&struck), "{struck}");
        assert_eq!(gaussian, with(Noise::Gaussian, 0.1, 1));
        assert_ne!(gaussian, with(Noise::Gaussian, 0.1, 2));
    }
}
