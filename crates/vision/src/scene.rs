//! A test picture that is drawn by code: edges in every direction, bars, dots and stripes of every width. The same seed gives the same picture.
use super::Plane;
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg32;
use std::f32::consts::{PI, TAU};

/// The number of motifs along each side.
const GRID: usize = 3;
/// The number of samples along each side of a pixel, which is their mean.
const SAMPLES: usize = 2;

#[derive(Clone, Copy)]
enum Motif {
    Disc,
    Ring,
    Square,
    /// Stripes with one period.
    Bars,
    Chess,
    /// Sectors that become finer towards the middle.
    Star,
    /// Rings that become finer outwards: every frequency in every direction.
    Zones,
    /// Soft spots of three sizes.
    Spots,
    /// Thin crossing lines.
    Lines,
}

const MOTIFS: [Motif; GRID * GRID] =
    [Motif::Disc, Motif::Ring, Motif::Square, Motif::Bars, Motif::Chess, Motif::Star, Motif::Zones, Motif::Spots, Motif::Lines];

impl Motif {
    /// The grey value at (x, y) over the grey of the ground. The motif reaches from −1 to 1.
    fn over(self, ground: f32, x: f32, y: f32) -> f32 {
        let radius = x.hypot(y);
        let inside = |yes: bool, grey: f32| if yes { grey } else { ground };
        let either = |bright: bool| if bright { 0.95 } else { 0.05 };
        match self {
            Motif::Disc => inside(radius < 0.72, 0.92),
            Motif::Ring => inside((0.48..0.76).contains(&radius), 0.06),
            Motif::Square => inside(x.abs() < 0.56 && y.abs() < 0.56, 0.1),
            Motif::Bars => inside(radius < 0.8, either((x * 5.0).rem_euclid(2.0) < 1.0)),
            Motif::Chess => {
                let odd = ((x * 5.0).floor() + (y * 5.0).floor()).rem_euclid(2.0) < 1.0;
                inside(x.abs() < 0.6 && y.abs() < 0.6, either(odd))
            }
            Motif::Star => inside(radius < 0.82, either((y.atan2(x) * 12.0).sin() > 0.0)),
            Motif::Zones => inside(radius < 0.9, 0.5 + 0.45 * (radius * radius * 34.0).cos()),
            Motif::Spots => {
                let spots = [(-0.42, -0.36, 0.2), (0.4, -0.3, 0.12), (0.0, 0.46, 0.07), (-0.5, 0.5, 0.035), (0.5, 0.42, 0.035)];
                let light: f32 = spots.iter().map(|(a, b, s)| (-((x - a).powi(2) + (y - b).powi(2)) / (2.0 * s * s)).exp()).sum();
                ground + (0.97 - ground) * light.min(1.0)
            }
            Motif::Lines => {
                let near = |d: f32| d.abs() < 0.022;
                inside(radius < 0.72 && (near(y) || near(x) || near(x - y) || near(x + y) || near(radius - 0.7)), 0.04)
            }
        }
    }
}

/// The test picture: `size` × `size` pixels of grey, 0 for black and 1 for white. It has nine motifs in a grid of three by three on a soft
/// ground. `seed` shuffles, turns and moves them.
pub fn scene(size: usize, seed: u64) -> Plane {
    let mut random = Pcg32::seed_from_u64(seed);
    let mut motifs = MOTIFS;
    motifs.shuffle(&mut random);
    let placed = motifs.map(|motif| {
        let (sin, cos) = (random.random::<f32>() * PI).sin_cos();
        let moved = [0.0; 2].map(|_: f32| 0.16 * (random.random::<f32>() - 0.5));
        (motif, sin, cos, moved)
    });
    let (tilt, phase) = (random.random::<f32>() * TAU, random.random::<f32>() * TAU);
    let ground = |x: f32, y: f32| 0.5 + 0.14 * (x * tilt.cos() + y * tilt.sin() - 0.5) + 0.05 * (5.0 * y - 3.0 * x + phase).sin();
    let sample = |x: f32, y: f32| {
        let place = |at: f32| ((at * GRID as f32) as usize).min(GRID - 1);
        let (motif, sin, cos, [dx, dy]) = placed[place(y) * GRID + place(x)];
        let own = |at: f32, moved: f32| 2.0 * (at * GRID as f32).fract() - 1.0 - moved;
        let (u, v) = (own(x, dx), own(y, dy));
        motif.over(ground(x, y), u * cos + v * sin, v * cos - u * sin)
    };
    let step = 1.0 / (size * SAMPLES) as f32;
    Plane::of(size, size, |r, c| {
        let each = (0..SAMPLES * SAMPLES).map(|i| {
            let at = |pixel: usize, part: usize| ((pixel * SAMPLES + part) as f32 + 0.5) * step;
            sample(at(c, i % SAMPLES), at(r, i / SAMPLES))
        });
        each.sum::<f32>() / (SAMPLES * SAMPLES) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_picture() {
        let (one, again, other) = (scene(96, 1), scene(96, 1), scene(96, 2));
        assert_eq!(one, again);
        assert_ne!(one, other);
        let [least, mean, greatest] = one.range();
        assert!((0.0..0.1).contains(&least) && greatest <= 1.0 && greatest > 0.9 && (0.3..0.7).contains(&mean), "{:?}", one.range());
    }
}
