//! Optimiser cases: f(w) = ½ Σ a·(w − b)², ten steps. The parameter is compared after each step.
use super::{super::case::Case, given::unknown};
use engine::{
    Error, Result,
    autograd::{Gradients, Param, Tape},
    ops::UnaryFn,
    tensor::{Device, Layout, Shape, Tensor},
};
use nets::train::{Optimiser, Rule};
use std::rc::Rc;

/// The largest number of steps. The records have ten.
const MOST_STEPS: usize = 1000;

fn number(case: &Case, key: &str) -> f32 {
    case.number(key).unwrap_or(0.0) as f32
}

/// The rule of a case, by the first part of its name: `optim/adam_wd` is Adam.
fn rule(case: &Case) -> Result<Rule> {
    const KNOWN: &[&str] =
        &["lr", "momentum", "dampening", "nesterov", "weight_decay", "betas", "eps", "amsgrad", "alpha", "centered", "momentum_decay"];
    if !case.args.as_object().is_some_and(|args| args.keys().all(|k| KNOWN.contains(&k.as_str()))) {
        return Err(unknown(case));
    }
    let number = |key| number(case, key);
    let betas = || serde_json::from_value::<[f32; 2]>(case.args["betas"].clone()).map_err(|_| unknown(case));
    let (epsilon, weight_decay, momentum) = (number("eps"), number("weight_decay"), number("momentum"));
    let name = case.case.strip_prefix("optim/").unwrap_or(&case.case);
    Ok(match name.split('_').next().unwrap_or(name) {
        "sgd" | "momentum" | "nesterov" => {
            Rule::Sgd { momentum, dampening: number("dampening"), nesterov: case.flag("nesterov"), weight_decay }
        }
        "adam" => Rule::Adam { betas: betas()?, epsilon, weight_decay, amsgrad: case.flag("amsgrad") },
        "adamw" => Rule::AdamW { betas: betas()?, epsilon, weight_decay },
        "rmsprop" => Rule::RmsProp { alpha: number("alpha"), epsilon, momentum, centered: case.flag("centered"), weight_decay },
        "adagrad" => Rule::Adagrad { epsilon, weight_decay },
        "adamax" => Rule::Adamax { betas: betas()?, epsilon, weight_decay },
        "nadam" => Rule::NAdam { betas: betas()?, epsilon, weight_decay, momentum_decay: number("momentum_decay") },
        "radam" => Rule::RAdam { betas: betas()?, epsilon, weight_decay },
        _ => return Err(unknown(case)),
    })
}

pub(super) async fn check(case: &Case, device: &Device) -> Result<f64> {
    let rule = rule(case)?;
    let tensor = |key: &str| case.input(key).and_then(|(shape, values)| Tensor::new(device, Shape::new(shape), &values));
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
    let params = [Rc::new(Param::new("w".into(), Layout::Plain, true, tensor("x0")?))];
    let mut optimiser = Optimiser::new(rule, number(case, "lr"));
    let mut path = vec![];
    for _ in 0..steps {
        let tape = Tape::default();
        let (a, b) = (tape.constant(a.clone()), tape.constant(b.clone()));
        let away = b.param(&params[0]).sub(&b)?;
        let loss = away.unary(UnaryFn::Square)?.mul(&a)?.sum(&[0], false)?.scale(0.5)?;
        let gradients: Gradients = tape.backward(&loss, &[])?;
        optimiser.step(&params, &gradients)?;
        let value = params[0].value().clone();
        path.extend(value.values().await?);
    }
    Ok(case.out.error_of(&case.out.shape, &path))
}
