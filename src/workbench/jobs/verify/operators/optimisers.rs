//! Optimiser cases: f(w) = ½ Σ a·(w − b)², ten steps; after each the parameter is compared.
use super::{Case, unknown};
use crate::{
    engine::{
        autograd::{Gradients, Param, Tape},
        ops::UnaryFn,
        tensor::{Device, Layout, Shape, Tensor},
    },
    error::Result,
    nets::train::{Optimiser, Rule},
};
use std::rc::Rc;

pub async fn check(case: &Case, device: &Device) -> Result<f64> {
    const KNOWN: [&str; 5] = ["lr", "momentum", "weight_decay", "betas", "eps"];
    let known = case.args.as_object().is_some_and(|args| args.keys().all(|k| KNOWN.contains(&k.as_str())));
    let number = |key| case.number(key).unwrap_or(0.0) as f32;
    let rule = match case.case.as_str() {
        name if known && name.starts_with("optim/adam_") => {
            let betas = serde_json::from_value::<[f32; 2]>(case.args["betas"].clone()).map_err(|_| unknown(case))?;
            Rule::Adam { betas, epsilon: number("eps"), weight_decay: number("weight_decay") }
        }
        name if known && (name.starts_with("optim/sgd") || name == "optim/momentum") => {
            Rule::Sgd { momentum: number("momentum"), weight_decay: number("weight_decay") }
        }
        _ => return Err(unknown(case)),
    };
    let tensor = |key: &str| Tensor::new(device, Shape::new(case.inputs[key].shape.clone()), &case.input(key));
    let (a, b) = (tensor("a")?, tensor("b")?);
    let params = [Rc::new(Param::new("w".into(), Layout::Plain, true, tensor("x0")?))];
    let mut optimiser = Optimiser::new(rule, number("lr"));
    let mut path = vec![];
    for _ in 0..case.out.shape[0] {
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
