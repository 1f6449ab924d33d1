//! Operator cases: the value, and every gradient of Σ value · upstream.
use super::{Verdict, case::Case, rule};
use crate::{
    engine::{
        autograd::{Gradients, Param, Tape, Var},
        ops::{AvgPool2d, UnaryFn, Window},
        tensor::{Device, Layout, Shape, Tensor},
    },
    error::{Error, Result},
    nets::train::{Optimiser, Rule},
};
use std::{collections::BTreeMap, rc::Rc};

/// Relative to the largest expected value. Single precision leaves 6e-8 a product and the records' longest sums have 576 of them; GPUs' exp and tanh are
/// allowed some 1e-6 besides.
const ALLOWED: f64 = 1e-5;

pub async fn check(case: &Case, device: &Device) -> Verdict {
    let worst = if case.op == "optimizer" { optimiser(case, device).await } else { value_and_gradients(case, device).await };
    worst.map_or_else(|error| Verdict::from_error(&case.case, error), |worst| Verdict::new(&case.case, worst, ALLOWED))
}

fn unknown(case: &Case) -> Error {
    Error::unsupported(&case.op, format!("no such operation, or not with {}", case.args))
}

/// The layout of each input, and of the output.
fn layouts(op: &str, key: &str) -> Layout {
    match (op, key) {
        ("conv2d", "x" | "out") | ("max_pool2d" | "avg_pool2d", _) => Layout::Image,
        ("conv2d", "w") => Layout::Kernel,
        ("linear", "w") => Layout::Dense,
        _ => Layout::Plain,
    }
}

async fn value_and_gradients(case: &Case, device: &Device) -> Result<f64> {
    let tape = Tape::default();
    let mut inputs = BTreeMap::new();
    for (key, input) in &case.inputs {
        let value = Tensor::from_outside(device, layouts(&case.op, key), &input.shape, &case.input(key))?;
        inputs.insert(key.as_str(), tape.input(value));
    }
    let y = apply(case, &inputs, device)?;
    let out = layouts(&case.op, "out");
    let (dims, values) = y.value().to_outside(out).await?;
    let mut worst = case.out.error_of(&dims, &values);
    let upstream = rule::tensor(&format!("{}/grad", case.case), y.shape().size(), -1.0, 1.0);
    let upstream = tape.constant(Tensor::from_outside(device, out, &dims, &upstream)?);
    let loss = y.mul(&upstream)?.sum(&(0..y.shape().rank()).collect::<Vec<_>>(), false)?;
    let keys: Vec<&str> = case.grads.keys().map(String::as_str).collect();
    let asked: Vec<&Var> = keys.iter().map(|k| &inputs[k]).collect();
    let gradients = tape.backward(&loss, &asked)?;
    for (key, gradient) in keys.iter().zip(gradients.kept()) {
        let gradient = gradient.clone().ok_or_else(|| Error::shape("backward", format!("no gradient reached {key}")))?;
        let (dims, values) = gradient.to_outside(layouts(&case.op, key)).await?;
        worst = worst.max(case.grads[*key].error_of(&dims, &values));
    }
    Ok(worst)
}

fn window(case: &Case, kernel: [usize; 2]) -> Window {
    let pair = |key, otherwise| case.pair(key).unwrap_or(otherwise);
    Window { kernel, stride: pair("stride", [1, 1]), padding: pair("padding", [0, 0]), dilation: pair("dilation", [1, 1]) }
}

fn apply(case: &Case, x: &BTreeMap<&str, Var>, device: &Device) -> Result<Var> {
    let input = |key: &str| x.get(key).ok_or_else(|| Error::data(&case.case, format!("expected an input {key}")));
    if let Some(function) = UnaryFn::ALL.iter().find(|f| f.name() == case.op) {
        return input("x")?.unary(*function);
    }
    match case.op.as_str() {
        "conv2d" => {
            let shape = &case.inputs["w"].shape;
            let groups = case.number("groups").unwrap_or(1.0) as usize;
            input("x")?.conv2d(input("w")?, x.get("b"), window(case, [shape[2], shape[3]]), groups)
        }
        "linear" => input("x")?.linear(input("w")?, x.get("b")),
        "matmul" if case.inputs.values().all(|i| i.shape.len() == 2) => input("a")?.matmul(input("b")?),
        "max_pool2d" => {
            let kernel = case.pair("kernel").ok_or_else(|| unknown(case))?;
            input("x")?.max_pool2d(window(case, kernel), case.flag("ceil_mode"))
        }
        "avg_pool2d" => {
            let kernel = case.pair("kernel").ok_or_else(|| unknown(case))?;
            let divisor = case.number("divisor_override").map(|d| d as usize);
            let pool = AvgPool2d {
                window: window(case, kernel),
                ceil_mode: case.flag("ceil_mode"),
                count_include_pad: case.flag("count_include_pad"),
                divisor,
            };
            input("x")?.avg_pool2d(pool)
        }
        "add" => input("a")?.add(input("b")?),
        "sub" => input("a")?.sub(input("b")?),
        "mul" => input("a")?.mul(input("b")?),
        "sum" | "mean" => {
            let x = input("x")?;
            let axes = match case.list("dims") {
                Some(dims) => dims.iter().map(|d| x.shape().axis("sum", *d)).collect::<Result<Vec<_>>>()?,
                None => (0..x.shape().rank()).collect(),
            };
            if case.op == "sum" { x.sum(&axes, case.flag("keepdim")) } else { x.mean(&axes, case.flag("keepdim")) }
        }
        "softmax" => {
            let axis = input("x")?.shape().axis("softmax", case.number("dim").unwrap_or(-1.0) as isize)?;
            input("x")?.softmax(axis)
        }
        "reshape" | "flatten" | "expand" => {
            let shape = Shape::new(case.out.shape.clone());
            if case.op == "expand" { input("x")?.expand(shape) } else { input("x")?.reshape(shape) }
        }
        "permute" => {
            let axes = case.list("dims").ok_or_else(|| unknown(case))?;
            input("x")?.permute(&axes.iter().map(|a| *a as usize).collect::<Vec<_>>())
        }
        "transpose" => {
            let mut axes: Vec<usize> = (0..input("x")?.shape().rank()).collect();
            match case.list("dims").as_deref() {
                Some([a, b]) => axes.swap(*a as usize, *b as usize),
                _ => return Err(unknown(case)),
            }
            input("x")?.permute(&axes)
        }
        "cross_entropy"
            if !case.inputs.contains_key("weight")
                && case.args.get("ignore_index").is_none()
                && case.args.get("label_smoothing").is_none() =>
        {
            let targets: Vec<f32> = case.list("target").ok_or_else(|| unknown(case))?.iter().map(|t| *t as f32).collect();
            let losses = input("x")?.cross_entropy(&Var::constant(Tensor::new(device, Shape::new([targets.len()]), &targets)?))?;
            match case.args["reduction"].as_str() {
                Some("mean") => losses.mean(&[0], false),
                Some("sum") => losses.sum(&[0], false),
                Some("none") => Ok(losses),
                _ => Err(unknown(case)),
            }
        }
        _ => Err(unknown(case)),
    }
}

/// f(w) = ½ Σ a·(w − b)², ten steps; after each the parameter is compared.
async fn optimiser(case: &Case, device: &Device) -> Result<f64> {
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
