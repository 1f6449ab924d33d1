//! Optimiser cases: f(w) = ½ Σ a·(w − b)², ten steps. The parameter is compared after each step.
use super::{super::case::Case, given::unknown};
use engine::{
    Error, Result,
    autograd::{Gradients, Param, Tape},
    ops::UnaryFn,
    tensor::{Device, Layout, Shape, Tensor},
};
use nets::train::{Adadelta, Optimiser, Rule};
use std::rc::Rc;

/// The largest number of steps. The records have ten.
const MOST_STEPS: usize = 1000;

/// An argument of a case, or PyTorch's default for it.
fn number(case: &Case, key: &str, otherwise: f32) -> f32 {
    case.number(key).map_or(otherwise, |number| number as f32)
}

/// What makes the steps of a case.
enum Steps {
    ByRule(Optimiser),
    /// Adadelta, its rate and its memory.
    Adadelta(Adadelta, f32, Option<[Tensor; 2]>),
}

impl Steps {
    /// By the first part of the case's name: `optim/adam_wd` is Adam.
    fn of(case: &Case) -> Result<Steps> {
        let number = |key, otherwise| number(case, key, otherwise);
        let betas = || case.argument("betas").unwrap_or([0.9, 0.999]);
        let weight_decay = number("weight_decay", 0.0);
        let rate = case.number("lr").ok_or_else(|| unknown(case))? as f32;
        let name = case.case.strip_prefix("optim/").unwrap_or(&case.case);
        let rule = match name.split('_').next().unwrap_or(name) {
            "sgd" | "momentum" | "nesterov" => Rule::Sgd {
                momentum: number("momentum", 0.0),
                dampening: number("dampening", 0.0),
                nesterov: case.flag("nesterov"),
                weight_decay,
            },
            "adam" => Rule::Adam { betas: betas(), epsilon: number("eps", 1e-8), weight_decay, amsgrad: case.flag("amsgrad") },
            "adamw" => Rule::AdamW { betas: betas(), epsilon: number("eps", 1e-8), weight_decay: number("weight_decay", 0.01) },
            "rmsprop" => Rule::RmsProp {
                alpha: number("alpha", 0.99),
                epsilon: number("eps", 1e-8),
                momentum: number("momentum", 0.0),
                centered: case.flag("centered"),
                weight_decay,
            },
            "adagrad" => Rule::Adagrad { epsilon: number("eps", 1e-10), weight_decay },
            "adadelta" => {
                let rule = Adadelta { rho: number("rho", 0.9), epsilon: number("eps", 1e-6), weight_decay };
                return Ok(Steps::Adadelta(rule, rate, None));
            }
            "adamax" => Rule::Adamax { betas: betas(), epsilon: number("eps", 1e-8), weight_decay },
            "nadam" => {
                Rule::NAdam { betas: betas(), epsilon: number("eps", 1e-8), weight_decay, momentum_decay: number("momentum_decay", 0.004) }
            }
            "radam" => Rule::RAdam { betas: betas(), epsilon: number("eps", 1e-8), weight_decay },
            _ => return Err(unknown(case)),
        };
        Ok(Steps::ByRule(Optimiser::new(rule, rate)))
    }
    /// Moves the parameter by its gradient.
    fn step(&mut self, param: &Rc<Param>, gradients: &Gradients) -> Result<()> {
        match self {
            Steps::ByRule(optimiser) => optimiser.step(std::slice::from_ref(param), gradients),
            Steps::Adadelta(rule, rate, past) => {
                let gradient = gradients.params().get(&param.name);
                let gradient = gradient.ok_or_else(|| Error::shape("backward", format!("no gradient reached {}", param.name)))?;
                let weight = param.value().clone();
                let (moved, memory) = rule.step(*rate, &weight, gradient, past.as_ref())?;
                *past = Some(memory);
                param.set(moved)
            }
        }
    }
}

pub(super) async fn check(case: &Case, device: &Device) -> Result<f64> {
    let mut optimiser = Steps::of(case)?;
    let longest: Option<f32> = case.argument("clip_grad_norm");
    let tensor = |key: &str| {
        case.know(key);
        case.input(key).and_then(|(shape, values)| Tensor::new(device, Shape::new(shape), &values))
    };
    let steps = match case.out.shape[..] {
        [steps, _] if steps <= MOST_STEPS => steps,
        _ => {
            return Err(Error::data(
                &case.case,
                format!("expected at most {MOST_STEPS} steps of a list, found the shape {:?}", case.out.shape),
            ));
        }
    };
    let (a, b) = (tensor("a")?, tensor("b")?);
    let param = Rc::new(Param::new("w".into(), Layout::Plain, true, tensor("x0")?));
    case.all_read()?;
    let mut path = vec![];
    for _ in 0..steps {
        let tape = Tape::default();
        let (a, b) = (tape.constant(a.clone()), tape.constant(b.clone()));
        let away = b.param(&param).sub(&b)?;
        let loss = away.unary(UnaryFn::Square)?.mul(&a)?.sum(&[0], false)?.scale(0.5)?;
        let gradients = tape.backward(&loss, &[])?;
        let gradients = longest.map_or(Ok(gradients.clone()), |longest| gradients.clipped(longest))?;
        optimiser.step(&param, &gradients)?;
        let value = param.value().clone();
        path.extend(value.values().await?);
    }
    Ok(case.out.error_of(&case.out.shape, &path))
}
