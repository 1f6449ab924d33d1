//! Feature visualisation by gradient ascent: a picture is changed until a unit, a channel or a class answers strongly.
//!
//! Sources: K. Simonyan et al. 2013 (ascent of a class, decay); J. Yosinski et al. 2015 (blur); A. Mahendran and A. Vedaldi 2015 (jitter, total variation).
use super::attribution::logits_of;
use crate::nn::{Cx, Module, Probe, Seq};
use engine::{
    Error, Result,
    autograd::{Tape, Var},
    ops::{Along, Slice},
    tensor::{Device, Shape, Tensor},
};
use serde::{Deserialize, Serialize};

/// What is to answer strongly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Goal {
    /// The logit of a class.
    Class(usize),
    /// The mean of a channel over all places of a layer, which is given by its path.
    Channel {
        /// The layer's dotted name. Its output must be an image.
        layer: String,
        /// The channel, from 0.
        channel: usize,
    },
    /// One unit of a layer.
    Unit {
        /// The layer's dotted name. Its output must be an image.
        layer: String,
        /// The channel, from 0.
        channel: usize,
        /// Row and column. Places outside become the last row or column.
        place: [usize; 2],
    },
}

/// What keeps the picture from becoming noise. 0 turns each off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Regularisers {
    /// L2 decay: the share of each number that is lost in a step.
    pub decay: f32,
    /// Total variation: the weight of ½ Σ (difference of neighbours)².
    pub variation: f32,
    /// The standard deviation in pixels of a Gaussian blur after every fourth step.
    pub blur: f32,
}

/// The number of steps from one blur to the next.
const BLUR_EVERY: usize = 4;

/// A picture that climbs.
pub struct Ascent {
    device: Device,
    shape: [usize; 3],
    picture: Vec<f32>,
    goal: Goal,
    /// The size of a step: the root mean square of what the gradient adds to each number.
    step: f32,
    regularisers: Regularisers,
    /// The smallest and the largest number of each channel.
    bounds: Vec<[f32; 2]>,
    done: usize,
}

impl Ascent {
    /// Begins with an image, 1×H×W×C inside. Refuses bounds that are not one pair for each channel.
    pub async fn of(image: Tensor, goal: Goal, step: f32, regularisers: Regularisers, bounds: Vec<[f32; 2]>) -> Result<Ascent> {
        let [_, height, width, channels] = image.shape().axes("ascent")?;
        if bounds.len() != channels {
            return Err(Error::data("ascent", format!("expected {channels} pairs of bounds, found {}", bounds.len())));
        }
        let picture = image.values().await?;
        Ok(Ascent { device: image.device(), shape: [height, width, channels], picture, goal, step, regularisers, bounds, done: 0 })
    }
    /// The number of steps that were done.
    pub fn done(&self) -> usize {
        self.done
    }
    /// The picture, H×W×C.
    pub fn picture(&self) -> &[f32] {
        &self.picture
    }
    /// Does one step, and returns the goal's value before it. `shift` is the jitter: the network reads the picture rolled by so many rows and
    /// columns. x becomes x + step · (g / √(mean of g²) − variation · ∇V), then loses `decay`, is blurred in its turn, and stays within the bounds.
    pub async fn advance(&mut self, network: &Seq, shift: [usize; 2]) -> Result<f32> {
        let [height, width, channels] = self.shape;
        let tape = Tape::frozen();
        let rolled = roll(&self.picture, self.shape, shift);
        let x = tape.input(Tensor::new(&self.device, Shape::new([1, height, width, channels]), &rolled)?);
        let score = self.score(network, &x)?;
        let value = score.value().values().await?[0];
        let gradient = match &tape.backward(&score, &[&x])?.kept()[0] {
            Some(gradient) => gradient.values().await?,
            None => vec![0.0; self.picture.len()],
        };
        drop(tape);
        let gradient = roll(&gradient, self.shape, [height - shift[0] % height, width - shift[1] % width]);
        let mean = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>() / gradient.len() as f64;
        let size = (mean.sqrt() as f32).max(f32::MIN_POSITIVE);
        let Regularisers { decay, variation, blur } = self.regularisers;
        let rough = if variation > 0.0 { variation_gradient(&self.picture, self.shape) } else { vec![0.0; gradient.len()] };
        for ((x, g), rough) in self.picture.iter_mut().zip(&gradient).zip(&rough) {
            *x = (1.0 - decay) * (*x + self.step * (g / size - variation * rough));
        }
        self.done += 1;
        if blur > 0.0 && self.done.is_multiple_of(BLUR_EVERY) {
            self.picture = blurred(&self.picture, self.shape, blur);
        }
        for (x, [least, most]) in self.picture.iter_mut().zip(self.bounds.iter().cycle()) {
            *x = x.clamp(*least, *most);
        }
        Ok(value)
    }
    fn score(&self, network: &Seq, x: &Var) -> Result<Var> {
        let (layer, channel, place) = match &self.goal {
            Goal::Class(class) => return logits_of(&network.forward(x, &mut Cx::default())?, 1, *class)?.reshape(Shape::new([1])),
            Goal::Channel { layer, channel } => (layer, channel, None),
            Goal::Unit { layer, channel, place } => (layer, channel, Some(place)),
        };
        let mut probe = Probe::new();
        network.forward(x, &mut Cx { probe: Some(&mut probe), ..Cx::default() })?;
        let missing = || Error::data("layer", format!("the network has none called {layer:?}"));
        let value = probe.into_iter().find(|seen| seen.path == *layer).ok_or_else(missing)?.value;
        let [_, height, width, channels] = value.shape().axes("ascent")?;
        if *channel >= channels {
            return Err(Error::data("channel", format!("expected one below {channels}, found {channel}")));
        }
        let [rows, columns] = match place {
            Some([row, column]) => [Along::from((*row).min(height - 1) as isize, 1), Along::from((*column).min(width - 1) as isize, 1)],
            None => [Along::whole(height), Along::whole(width)],
        };
        let axes = vec![Along::whole(1), rows, columns, Along::from(*channel as isize, 1)];
        Var::apply(Slice { axes, fill: 0.0 }, &[&value])?.mean(&[0, 1, 2, 3], false)
    }
}

/// The picture moved down and to the right; what leaves on one side comes in on the other. Reference: torch.roll.
fn roll(picture: &[f32], [height, width, channels]: [usize; 3], [down, right]: [usize; 2]) -> Vec<f32> {
    let mut rolled = Vec::with_capacity(picture.len());
    for row in 0..height {
        let from = &picture[(row + height - down % height) % height * width * channels..][..width * channels];
        let cut = (width - right % width) % width * channels;
        rolled.extend_from_slice(&from[cut..]);
        rolled.extend_from_slice(&from[..cut]);
    }
    rolled
}

/// ∇V for V = ½ Σ (x − neighbour)², each pair of neighbours once: for each number, the sum of its differences from its neighbours.
fn variation_gradient(picture: &[f32], [height, width, channels]: [usize; 3]) -> Vec<f32> {
    let line = width * channels;
    let difference = |at: usize| {
        let (row, column) = (at / line, at % line / channels);
        let to = |there: bool, other: usize| if there { picture[at] - picture[other] } else { 0.0 };
        to(row > 0, at.wrapping_sub(line))
            + to(row + 1 < height, at + line)
            + to(column > 0, at.wrapping_sub(channels))
            + to(column + 1 < width, at + channels)
    };
    (0..picture.len()).map(difference).collect()
}

/// Gaussian blur in two passes. The kernel ends at three standard deviations; beyond an edge its pixels are repeated.
fn blurred(picture: &[f32], [height, width, channels]: [usize; 3], deviation: f32) -> Vec<f32> {
    let radius = (3.0 * deviation).ceil() as isize;
    let weights: Vec<f32> = (-radius..=radius).map(|at| (-0.5 * (at as f32 / deviation).powi(2)).exp()).collect();
    let total: f32 = weights.iter().sum();
    let pass = |picture: &[f32], length: usize, stride: usize| {
        let sum = |at: usize| {
            let (place, first) = (at / stride % length, at - at / stride % length * stride);
            let taps = weights
                .iter()
                .zip(-radius..)
                .map(|(w, by)| w * picture[first + (place as isize + by).clamp(0, length as isize - 1) as usize * stride]);
            taps.sum::<f32>() / total
        };
        (0..picture.len()).map(sum).collect::<Vec<f32>>()
    };
    pass(&pass(picture, height, width * channels), width, channels)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: [usize; 3] = [3, 4, 2];

    fn picture() -> Vec<f32> {
        (0..24).map(|at| ((at * 7) % 11) as f32).collect()
    }

    #[test]
    fn what_is_rolled_back_is_as_it_was() {
        let rolled = roll(&picture(), SHAPE, [1, 3]);
        // Row 0, column 0 came from row 2, column 1.
        assert_eq!(rolled[..2], picture()[(2 * 4 + 1) * 2..][..2]);
        assert_eq!(roll(&rolled, SHAPE, [2, 1]), picture());
        assert_eq!(roll(&picture(), SHAPE, [3, 4]), picture());
    }

    #[test]
    fn a_plain_picture_has_no_variation_and_stays_when_blurred() {
        let plain = [2.0, 5.0].repeat(12);
        assert!(variation_gradient(&plain, SHAPE).iter().all(|slope| *slope == 0.0));
        assert!(blurred(&plain, SHAPE, 0.8).iter().zip(&plain).all(|(a, b)| (a - b).abs() < 1e-5));
        // V's slope by small changes.
        let energy = |x: &[f32]| {
            let pair = |a: usize, b: usize| 0.5 * f64::from(x[a] - x[b]).powi(2);
            let down: f64 = (0..16).map(|at| pair(at, at + 8)).sum();
            let across: f64 = (0..24).filter(|at| at % 8 < 6).map(|at| pair(at, at + 2)).sum();
            down + across
        };
        let slopes = variation_gradient(&picture(), SHAPE);
        for at in [0, 5, 11, 23] {
            let moved = |by: f32| {
                let mut x = picture();
                x[at] += by;
                energy(&x)
            };
            assert!(((moved(0.5) - moved(-0.5)) - f64::from(slopes[at])).abs() < 1e-3, "{at}");
        }
    }
}
