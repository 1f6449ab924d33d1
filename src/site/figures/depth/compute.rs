//! Both stacks, forward and backward by the engine: the size of the values after every block, and of their gradients.
use super::settings::Settings;
use crate::{
    engine::{
        autograd::{Tape, Var},
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
    nets::{
        models::Twin,
        nn::{Cx, Norm, Scope, parameter_count},
    },
};
use rand::RngExt;
use rand_pcg::Pcg32;

/// The number of random pictures, their side, and the number of classes.
const PICTURES: usize = 2;
const SIDE: usize = 6;
const CLASSES: usize = 10;
/// The random stream of the pictures.
const NOISE: u64 = 77;

/// The numbers of one stack: after the first layer, then after each block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// √mean(x²) of the values.
    pub scales: Vec<f64>,
    /// √mean(g²) of the gradients of the loss with respect to the values.
    pub gradients: Vec<f64>,
    pub parameters: usize,
}

/// The plain stack and the residual one.
pub type Answer = [Stack; 2];

/// The root mean square, in 64 bits, because the squares of vanished values underflow in 32 bits.
fn size(values: &[f32]) -> f64 {
    (values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>() / values.len().max(1) as f64).sqrt()
}

fn stack(settings: &Settings, adds: bool) -> Result<Stack> {
    let network = Twin::new(&Scope::new(Device::Cpu, settings.seed), &settings.recipe(), adds, 1, CLASSES)?;
    let mut random = Pcg32::new(settings.seed, NOISE);
    // A uniform distribution with variance 1.
    let noise: Vec<f32> = (0..PICTURES * SIDE * SIDE).map(|_| 12f32.sqrt() * (random.random::<f32>() - 0.5)).collect();
    let labels: Vec<f32> = (0..PICTURES).map(|i| i as f32).collect();
    let tape = Tape::frozen();
    let x = tape.input(Tensor::new(&Device::Cpu, Shape::new([PICTURES, SIDE, SIDE, 1]), &noise)?);
    let (stages, logits) = network.stages(&x, None, &mut Cx { norm: Norm::Batch, ..Cx::default() })?;
    let target = Var::constant(Tensor::new(&Device::Cpu, Shape::new([PICTURES]), &labels)?);
    let loss = logits.cross_entropy(&target)?.mean(&[0], false)?;
    let gradients = tape.backward(&loss, &stages.iter().collect::<Vec<_>>())?;
    let of = |tensor: &Tensor| tensor.on_cpu().map(size);
    Ok(Stack {
        scales: stages.iter().map(|stage| of(stage.value())).collect::<Result<_>>()?,
        gradients: gradients.kept().iter().map(|gradient| gradient.as_ref().map_or(Ok(0.0), of)).collect::<Result<_>>()?,
        parameters: parameter_count(&network),
    })
}

pub fn answer(settings: &Settings) -> Result<Answer> {
    Ok([stack(settings, false)?, stack(settings, true)?])
}

/// The first gradient over the last one: what arrives in the backward pass.
pub fn arrives(stack: &Stack) -> f64 {
    stack.gradients.first().copied().unwrap_or(0.0) / stack.gradients.last().copied().unwrap_or(1.0)
}

/// The last value over the first one: the growth in the forward pass.
pub fn grows(stack: &Stack) -> f64 {
    stack.scales.last().copied().unwrap_or(0.0) / stack.scales.first().copied().unwrap_or(1.0)
}

/// The numbers that exercises can ask for. Ratios that are not finite are left out.
pub fn facts(settings: &Settings) -> Vec<(String, f64)> {
    let blocks = settings.recipe().blocks();
    let mut facts = vec![
        ("depth", settings.depth as f64),
        ("width", settings.width as f64),
        ("blocks", blocks as f64),
        ("paths", 2f64.powi(blocks as i32)),
        ("norm", f64::from(settings.norm)),
        ("gain", f64::from(settings.first.gain())),
    ];
    if let Ok([plain, residual]) = answer(settings) {
        facts.push(("parameters", plain.parameters as f64));
        for (name, value) in [
            ("plain_gradient", arrives(&plain)),
            ("residual_gradient", arrives(&residual)),
            ("plain_scale", grows(&plain)),
            ("residual_scale", grows(&residual)),
        ] {
            if value.is_finite() {
                facts.push((name, value));
            }
        }
    }
    facts.into_iter().map(|(name, fact)| (name.to_string(), fact)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;

    fn of(query: &str) -> Answer {
        answer(&Keys::<Settings>::default().from_query(query)).expect("two stacks")
    }

    #[test]
    fn weights_that_are_too_small_make_the_plain_gradient_vanish_and_not_the_residual_one() {
        let [plain, residual] = of("first=torch&norm=0&depth=32");
        assert_eq!((plain.scales.len(), plain.gradients.len()), (16, 16));
        assert!(arrives(&plain) < 1e-6, "{}", arrives(&plain));
        assert!((0.1..100.0).contains(&arrives(&residual)), "{}", arrives(&residual));
    }

    #[test]
    fn he_keeps_what_a_norm_less_stack_carries() {
        let [he, _] = of("first=he&norm=0&depth=32&width=16");
        let [large, _] = of("first=large&norm=0&depth=32&width=16");
        assert!(grows(&large) > 1e6 * grows(&he), "{} {}", grows(&he), grows(&large));
    }

    #[test]
    fn before_any_step_both_have_the_same_numbers_and_the_sum_costs_none() {
        let [plain, residual] = of("norm=1&depth=8");
        assert_eq!(plain.parameters, residual.parameters);
        assert_eq!((plain.scales[0], of("norm=1&depth=8")[0].gradients[0]), (residual.scales[0], plain.gradients[0]));
    }
}
