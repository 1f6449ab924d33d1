//! The gradient of a class's logit with respect to the pixels, as a mean over pictures near one. Five attributions are of this kind:
//! saliency, guided backpropagation and deconvnet (the picture alone), SmoothGrad (noisy copies), integrated gradients (a line to a baseline).
//!
//! Sources: K. Simonyan et al. 2013 (saliency); J. Springenberg et al. 2014 (guided backpropagation); M. Zeiler and R. Fergus 2013
//! (deconvnet); D. Smilkov et al. 2017 (SmoothGrad); M. Sundararajan et al. 2017 (integrated gradients).
use super::{attribution::logits_of, dry_run::dry_run};
use crate::{
    models::ModelSpec,
    nn::{Cx, Module, Seq},
};
use engine::{
    Error, Result,
    autograd::{ReluRule, Tape, Var},
    ops::UnaryFn,
    tensor::{Device, Shape, Tensor},
};
use vision::Plane;

/// The pictures at which the gradient is taken.
pub enum Points {
    /// The picture itself.
    Here,
    /// Integrated gradients: pictures on the straight line from a baseline to the picture, in the middles of equal parts (midpoint rule).
    Path {
        /// The number of parts.
        steps: usize,
        /// The colour of the baseline: a number for each channel, normalised as the picture is.
        baseline: Vec<f32>,
    },
    /// SmoothGrad: copies of the picture with noise.
    Noise {
        /// The number of copies.
        samples: usize,
        /// The standard deviation of the noise, as a share of the range from the picture's smallest to its largest number.
        spread: f32,
        /// Gives numbers of the normal distribution, the channels of a pixel one after another.
        normal: Box<dyn FnMut() -> f32>,
    },
}

/// A mean gradient that is found a few pictures at a time.
pub struct MeanGradient {
    device: Device,
    shape: [usize; 3],
    picture: Vec<f32>,
    class: usize,
    rule: ReluRule,
    points: Points,
    done: usize,
    sum: Vec<f32>,
}

/// The number of ReLUs in a network, each use counted: what `ReluRule` changes. Found by a dry run.
pub fn rectifiers(spec: &ModelSpec) -> Result<usize> {
    let names = UnaryFn::ALL.iter().filter(|function| function.rectifies()).map(|function| function.name()).collect::<Vec<_>>();
    Ok(dry_run(spec)?.tape.read(|lines| lines.iter().filter_map(|line| line.op.as_ref()).filter(|op| names.contains(&op.name())).count()))
}

/// Saliency: for each pixel, the largest |∂ logit / ∂ x| of its channels. `image` is 1×H×W×C inside.
pub async fn saliency(network: &Seq, image: Tensor, class: usize) -> Result<Plane> {
    let mut gradient = MeanGradient::of(image, class, ReluRule::Gradient, Points::Here).await?;
    gradient.advance(network, 1).await?;
    gradient.map()
}

impl MeanGradient {
    /// Prepares the mean for an image, 1×H×W×C inside. Refuses no points, and a baseline without a number for each channel.
    pub async fn of(image: Tensor, class: usize, rule: ReluRule, points: Points) -> Result<MeanGradient> {
        let [_, height, width, channels] = image.shape().axes("attribution")?;
        if let Points::Path { baseline, .. } = &points
            && baseline.len() != channels
        {
            return Err(Error::data("baseline", format!("expected {channels} numbers, found {}", baseline.len())));
        }
        let picture = image.values().await?;
        let sum = vec![0.0; picture.len()];
        let found = MeanGradient { device: image.device(), shape: [height, width, channels], picture, class, rule, points, done: 0, sum };
        match found.count() {
            0 => Err(Error::data("attribution", "expected at least one picture, found 0")),
            _ => Ok(found),
        }
    }
    /// The number of pictures.
    pub fn count(&self) -> usize {
        match self.points {
            Points::Here => 1,
            Points::Path { steps, .. } => steps,
            Points::Noise { samples, .. } => samples,
        }
    }
    /// The number of pictures whose gradient is in the mean.
    pub fn done(&self) -> usize {
        self.done
    }
    /// Adds the next `batch` pictures, in one forward and one backward pass.
    pub async fn advance(&mut self, network: &Seq, batch: usize) -> Result<()> {
        let images = batch.clamp(1, (self.count() - self.done).max(1));
        let mut pixels = Vec::with_capacity(images * self.picture.len());
        (0..images).for_each(|image| self.point(self.done + image, &mut pixels));
        let [height, width, channels] = self.shape;
        let tape = Tape::frozen();
        let x = tape.input(Tensor::new(&self.device, Shape::new([images, height, width, channels]), &pixels)?);
        let score = logits_of(&network.forward(&x, &mut Cx::default())?, images, self.class)?.sum(&[0, 1], false)?;
        if let Some(gradient) = &tape.backward_by(self.rule, &score, &[&x])?.kept()[0] {
            for gradient in gradient.values().await?.chunks_exact(self.sum.len()) {
                self.sum.iter_mut().zip(gradient).for_each(|(sum, g)| *sum += g);
            }
        }
        self.done += images;
        Ok(())
    }
    /// Appends picture number `at`, from 0.
    fn point(&mut self, at: usize, pixels: &mut Vec<f32>) {
        let x = &self.picture;
        match &mut self.points {
            Points::Here => pixels.extend(x),
            Points::Path { steps, baseline } => {
                let along = (at as f32 + 0.5) / *steps as f32;
                pixels.extend(x.iter().zip(baseline.iter().cycle()).map(|(x, from)| from + along * (x - from)));
            }
            Points::Noise { spread, normal, .. } => {
                let deviation = *spread * range(x);
                pixels.extend(x.iter().map(|x| x + deviation * normal()));
            }
        }
    }
    /// The mean gradient so far, H×W×C.
    pub fn mean(&self) -> Vec<f32> {
        self.sum.iter().map(|sum| sum / self.done.max(1) as f32).collect()
    }
    /// The map so far. Integrated gradients: the sum of (x − baseline) · mean over each pixel's channels, with its sign. Otherwise the
    /// largest |mean| of each pixel's channels.
    pub fn map(&self) -> Result<Plane> {
        let ([height, width, channels], mean) = (self.shape, self.mean());
        let values = match &self.points {
            Points::Path { baseline, .. } => {
                let attributed = |(x, g): (&[f32], &[f32])| x.iter().zip(baseline).zip(g).map(|((x, from), g)| (x - from) * g).sum();
                self.picture.chunks_exact(channels).zip(mean.chunks_exact(channels)).map(attributed).collect()
            }
            _ => mean.chunks_exact(channels).map(|pixel| pixel.iter().fold(0.0, |most: f32, g| most.max(g.abs()))).collect(),
        };
        Plane::new(height, width, values)
    }
    /// For integrated gradients, the two numbers that are equal for infinitely many steps (completeness): the sum of the map, and
    /// logit(picture) − logit(baseline). None for other attributions.
    pub async fn completeness(&self, network: &Seq) -> Result<Option<[f32; 2]>> {
        let Points::Path { baseline, .. } = &self.points else { return Ok(None) };
        let [height, width, channels] = self.shape;
        let both: Vec<f32> = self.picture.iter().chain(baseline.iter().cycle().take(self.picture.len())).copied().collect();
        let x = Tensor::new(&self.device, Shape::new([2, height, width, channels]), &both)?;
        let logits = logits_of(&network.forward(&Var::constant(x), &mut Cx::default())?, 2, self.class)?.value().values().await?;
        let sum: f64 = self.map()?.values.iter().map(|value| f64::from(*value)).sum();
        Ok(Some([sum as f32, logits[0] - logits[1]]))
    }
}

fn range(values: &[f32]) -> f32 {
    let ends = values.iter().fold([f32::INFINITY, f32::NEG_INFINITY], |[least, most], v| [least.min(*v), most.max(*v)]);
    ends[1] - ends[0]
}
