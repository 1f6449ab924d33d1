//! Operator cases: the value, and every gradient of Σ value · upstream.
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
    tensor::{Device, Layout, Shape, Tensor},
};
use std::collections::BTreeMap;

/// Relative to the largest expected value. Single precision leaves 6e-8 a product and the records' longest sums have 576 of them; GPUs' exp and tanh are
/// allowed some 1e-6 besides.
const ALLOWED: f64 = 1e-5;

/// A case with its inputs on a tape.
struct Given<'a> {
    case: &'a Case,
    inputs: BTreeMap<&'a str, Var>,
    device: &'a Device,
}

impl<'a> Given<'a> {
    fn new(case: &'a Case, device: &'a Device, tape: &Tape) -> Result<Given<'a>> {
        let mut inputs = BTreeMap::new();
        for key in case.inputs.keys() {
            let (shape, values) = case.input(key)?;
            let value = Tensor::from_outside(device, layout(&case.op, key, shape.len()), shape, &values)?;
            inputs.insert(key.as_str(), tape.input(value));
        }
        Ok(Given { case, inputs, device })
    }
    fn input(&self, key: &str) -> Result<&Var> {
        self.inputs.get(key).ok_or_else(|| Error::data(&self.case.case, format!("expected an input {key}")))
    }
    /// A constant made of these values, in the engine's order.
    fn constant(&self, dims: &[usize], values: &[f32]) -> Result<Var> {
        Ok(Var::constant(Tensor::new(self.device, Shape::new(dims), values)?))
    }
    fn whole(&self, key: &str, otherwise: usize) -> usize {
        self.case.number(key).map_or(otherwise, |number| number as usize)
    }
    fn float(&self, key: &str, otherwise: f32) -> f32 {
        self.case.number(key).map_or(otherwise, |number| number as f32)
    }
    /// The axis that the case calls `dim`, of input x.
    fn axis(&self) -> Result<usize> {
        self.input("x")?.shape().axis("verify", self.case.number("dim").unwrap_or(-1.0) as isize)
    }
}

pub(super) async fn check(case: &Case, device: &Device) -> Verdict {
    let worst = guarded_future(&case.case, async {
        case.possible()?;
        if case.op == "optimizer" { optimisers::check(case, device).await } else { value_and_gradients(case, device).await }
    });
    worst.await.map_or_else(|error| Verdict::from_error(&case.case, error), |worst| Verdict::new(&case.case, worst, ALLOWED))
}

fn unknown(case: &Case) -> Error {
    Error::unsupported(&case.op, format!("no such operation, or not with {}", case.args))
}

/// Operations whose inputs and outputs of four axes are images, and whose weights of four axes are kernels.
const OF_IMAGES: &[&str] = &[
    "conv2d",
    "pad+conv2d",
    "conv_transpose2d",
    "max_pool2d",
    "avg_pool2d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "pad",
    "interpolate",
    "pixel_shuffle",
    "channel_shuffle",
    "im2col",
    "col2im",
    "prelu",
    "batch_norm",
    "layer_norm2d",
    "group_norm",
    "instance_norm",
    "local_response_norm",
    "dropout2d",
    "stochastic_depth",
    "ws_conv",
    "squeeze_excite",
    "basic_block",
    "mbconv",
];

/// The layout of an input of so many axes, or of the output.
fn layout(op: &str, key: &str, axes: usize) -> Layout {
    match (op, key) {
        (_, "gain") => Layout::Plain,
        ("linear", "w") => Layout::Dense,
        ("conv_transpose2d", "w") => Layout::TransposedKernel,
        _ if axes != 4 || !OF_IMAGES.contains(&op) => Layout::Plain,
        (_, key) if key.starts_with('w') => Layout::Kernel,
        _ => Layout::Image,
    }
}

async fn value_and_gradients(case: &Case, device: &Device) -> Result<f64> {
    let out = layout(&case.op, "out", case.out.shape.len());
    // First without memory: arguments may make much of little.
    let dry = Tape::default();
    let y = apply(&Given::new(case, &Device::Meta, &dry)?)?;
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

/// The elementwise function of a case, with its settings.
fn function(given: &Given) -> Option<UnaryFn> {
    let float = |key| given.float(key, 0.0);
    Some(match given.case.op.as_str() {
        "leaky_relu" => UnaryFn::LeakyRelu(float("slope")),
        "elu" => UnaryFn::Elu(float("alpha")),
        "softplus" => UnaryFn::Softplus { beta: float("beta"), threshold: float("threshold") },
        "clamp" | "hardtanh" => UnaryFn::Clamp { min: float("min"), max: float("max") },
        "pow" => UnaryFn::Pow(float("exponent")),
        name => *UnaryFn::ALL.iter().find(|f| f.name() == name)?,
    })
}
