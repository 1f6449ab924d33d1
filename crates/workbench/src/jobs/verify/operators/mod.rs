//! Operator cases: the value of an operation, and every gradient of Σ value · upstream.
mod given;
mod images;
mod losses;
mod norms;
mod optimisers;
mod shapes;

use super::{Verdict, case::Case, rule};
use engine::{
    Error, Result,
    autograd::{Tape, Var},
    error::guarded_future,
    ops::UnaryFn,
    tensor::{Device, Tensor},
};
use given::{Given, layout, unknown};

/// The allowed error, relative to the largest expected value. In single precision a product has an error of 6e-8, and the records' longest
/// sums have 576 products. Exp and tanh of GPUs may have another error of about 1e-6.
const ALLOWED: f64 = 1e-5;

pub(super) async fn check(case: &Case, device: &Device) -> Verdict {
    let worst = guarded_future(&case.case, async {
        case.possible()?;
        if case.op == "optimizer" { optimisers::check(case, device).await } else { value_and_gradients(case, device).await }
    });
    worst.await.map_or_else(|error| Verdict::from_error(&case.case, error), |worst| Verdict::new(&case.case, worst, ALLOWED))
}

async fn value_and_gradients(case: &Case, device: &Device) -> Result<f64> {
    let out = layout(&case.op, "out", case.out.shape.len());
    // A dry run comes first, because arguments can make a large output from a small input.
    let dry = Tape::default();
    let y = apply(&Given::new(case, &Device::Meta, &dry)?)?;
    case.all_read()?;
    case.affordable(&dry)?;
    if out.outside(y.shape())? != case.out.shape {
        return Ok(f64::INFINITY);
    }
    let tape = Tape::default();
    let given = Given::new(case, device, &tape)?;
    let y = apply(&given)?;
    let (dims, values) = y.value().to_outside(out).await?;
    let mut worst = case.out.error_of(&dims, &values).max(norms::running_statistics(&given).await?);
    let upstream = rule::tensor(&format!("{}/grad", case.case), y.shape().size(), -1.0, 1.0);
    let upstream = tape.constant(Tensor::from_outside(device, out, &dims, &upstream)?);
    let loss = y.mul(&upstream)?.sum(&(0..y.shape().rank()).collect::<Vec<_>>(), false)?;
    let keys: Vec<&str> = case.grads.keys().map(String::as_str).collect();
    let asked: Vec<&Var> = keys.iter().map(|k| given.input(k)).collect::<Result<_>>()?;
    let gradients = tape.backward(&loss, &asked)?;
    for (key, gradient) in keys.iter().zip(gradients.kept()) {
        let gradient = gradient.clone().ok_or_else(|| Error::shape("backward", format!("no gradient reached {key}")))?;
        let (dims, values) = gradient.to_outside(layout(&case.op, key, gradient.shape().rank())).await?;
        worst = worst.max(case.grads[*key].error_of(&dims, &values));
    }
    Ok(worst)
}

fn apply(given: &Given) -> Result<Var> {
    if let Some(function) = function(given) {
        return given.input("x")?.unary(function);
    }
    for family in [images::apply, norms::apply, shapes::apply, losses::apply] {
        if let Some(y) = family(given)? {
            return Ok(y);
        }
    }
    Err(unknown(given.case))
}

/// The elementwise function of a case, with its settings or PyTorch's defaults.
fn function(given: &Given) -> Option<UnaryFn> {
    let (case, float) = (given.case, |key, otherwise| given.float(key, otherwise));
    Some(match case.op.as_str() {
        "leaky_relu" => UnaryFn::LeakyRelu(float("slope", 0.01)),
        "elu" => UnaryFn::Elu(float("alpha", 1.0)),
        "softplus" => UnaryFn::Softplus { beta: float("beta", 1.0), threshold: float("threshold", 20.0) },
        "clamp" => UnaryFn::Clamp { min: float("min", f32::MIN), max: float("max", f32::MAX) },
        "hardtanh" => UnaryFn::Clamp { min: float("min", -1.0), max: float("max", 1.0) },
        "pow" => UnaryFn::Pow(float("exponent", 1.0)),
        "gelu" | "gelu_tanh" => match case.text("approximate").as_deref() {
            Some("tanh") => UnaryFn::GeluTanh,
            Some("none") => UnaryFn::Gelu,
            Some(_) => return None,
            None if case.op == "gelu" => UnaryFn::Gelu,
            None => UnaryFn::GeluTanh,
        },
        name => *UnaryFn::ALL.iter().find(|f| f.name() == name)?,
    })
}
