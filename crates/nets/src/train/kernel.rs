//! Learning one kernel from a picture and the desired result. This is the smallest possible network.
use super::{Optimiser, Rule};
use crate::nn::{Init, Scope};
use engine::{
    Error, Result,
    autograd::{Param, Tape},
    ops::Window,
    tensor::{Device, Layout, Tensor},
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use std::rc::Rc;
use vision::{Border, Plane};

/// The number of places of the kernel in one crop, along each side.
const CROP: usize = 40;
/// The number of crops in one step.
const CROPS: usize = 4;

/// y = Σ w · (x − x̄) + b, learned by Adam from the mean squared difference to the target, over random crops. The input's mean x̄ is
/// subtracted, since it would dominate the gradient. b takes up the remaining constant.
pub struct KernelTrainer {
    /// The input minus its mean, with its border.
    around: Plane,
    target: Plane,
    params: [Rc<Param>; 2],
    /// Adam. Its rate may change between steps.
    pub optimiser: Optimiser,
    random: Pcg32,
    size: usize,
    /// The variance of the target, which is the error of the best constant.
    pub variance: f32,
    /// The number of steps that were made.
    pub steps: u64,
}

impl KernelTrainer {
    /// A kernel of `size` × `size` that shall turn `input`, with this border around it, into `target`. `rate` is Adam's, and `seed` draws
    /// the first values and the crops. Refuses an even size, and a target of another height or width.
    pub fn new(input: &Plane, target: &Plane, size: usize, border: Border, rate: f32, seed: u64) -> Result<KernelTrainer> {
        if size.is_multiple_of(2) {
            return Err(Error::shape("kernel trainer", format!("expected an odd size, found {size}")));
        }
        if [input.height, input.width] != [target.height, target.width] {
            let found = format!("{} × {}", target.height, target.width);
            return Err(Error::shape("kernel trainer", format!("expected a target of {} × {}, found {found}", input.height, input.width)));
        }
        let [_, mean, _] = input.range();
        let border_of = border.around(&input.map(|v| v - mean), [size / 2; 2], [input.height + size - 1, input.width + size - 1]);
        let [_, level, _] = target.range();
        let variance = target.map(|v| (v - level).powi(2)).range()[1];
        let scope = Scope::new(Device::Cpu, seed);
        let weight = scope.param("weight", Layout::Kernel, &[1, 1, size, size], Init::Uniform { fan_in: size * size })?;
        let bias = scope.param("bias", Layout::Plain, &[1], Init::Constant(level))?;
        let random = Pcg32::seed_from_u64(seed);
        let optimiser = Optimiser::new(Rule::adam(0.0), rate);
        Ok(KernelTrainer { around: border_of, target: target.clone(), params: [weight, bias], optimiser, random, size, variance, steps: 0 })
    }

    /// Makes one step. Returns the mean squared difference over its crops, before the step.
    pub fn step(&mut self) -> Result<f32> {
        let sides = [self.target.height, self.target.width].map(|side| side.min(CROP));
        let (mut x, mut y) = (vec![], vec![]);
        for _ in 0..CROPS {
            let mut place = |length: usize, side: usize| (self.random.random::<f32>() * (length - side + 1) as f32) as usize;
            let at = [place(self.target.height, sides[0]), place(self.target.width, sides[1])];
            cut(&self.around, at, sides.map(|side| side + self.size - 1), &mut x);
            cut(&self.target, at, sides, &mut y);
        }
        let image = |extra: usize, values: &[f32]| {
            Tensor::from_outside(&Device::Cpu, Layout::Image, &[CROPS, 1, sides[0] + extra, sides[1] + extra], values)
        };
        let tape = Tape::default();
        let input = tape.constant(image(self.size - 1, &x)?);
        let [weight, bias] = [&self.params[0], &self.params[1]].map(|p| input.param(p));
        let found = input.conv2d(&weight, Some(&bias), Window::square(self.size), 1)?;
        let difference = found.sub(&tape.constant(image(0, &y)?))?;
        let loss = difference.mul(&difference)?.mean(&[0, 1, 2, 3], false)?;
        let gradients = tape.backward(&loss, &[])?;
        self.optimiser.step(&self.params, &gradients)?;
        self.steps += 1;
        Ok(loss.value().on_cpu()?[0])
    }

    /// The present weights.
    pub fn kernel(&self) -> Result<Plane> {
        let value = self.params[0].value();
        Plane::new(self.size, self.size, Layout::Kernel.to_outside(value.shape(), value.on_cpu()?)?)
    }
}

/// Appends the rectangle of `plane` whose first row and column are `at`.
fn cut(plane: &Plane, [top, left]: [usize; 2], [height, width]: [usize; 2], out: &mut Vec<f32>) {
    (top..top + height).for_each(|r| out.extend(&plane.values[r * plane.width + left..][..width]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use vision::{filter, kernels, scene};

    #[test]
    fn a_hidden_kernel_is_found() {
        let input = scene(96, 4);
        let hidden = kernels::sobel_x(3);
        let target = filter(&input, &hidden, Border::Reflect).unwrap();
        let mut trainer = KernelTrainer::new(&input, &target, 3, Border::Reflect, 0.05, 1).unwrap();
        let first = trainer.step().unwrap();
        let last = (0..600).map(|_| trainer.step().unwrap()).last().unwrap();
        assert!(last < 1e-3 * first && last < 1e-3 * trainer.variance, "{first} to {last}");
        let found = trainer.kernel().unwrap();
        let error = found.zip(&hidden, |a, b| a - b).unwrap().largest();
        assert!(error < 0.1, "{found:?}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let input = scene(32, 1);
        assert!(KernelTrainer::new(&input, &scene(16, 1), 3, Border::Zeros, 0.1, 1).is_err());
        assert!(KernelTrainer::new(&input, &input, 4, Border::Zeros, 0.1, 1).is_err());
    }
}
