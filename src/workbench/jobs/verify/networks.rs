//! Whole networks: logits and stages, gradients of every parameter, and the losses of a few training steps.
use super::{Verdict, case::summary_error, compare, rule};
use crate::{
    engine::{
        autograd::{Tape, Var},
        tensor::{Device, Layout, Shape, Tensor, read_all},
    },
    error::Result,
    nets::{
        models::{ModelSpec, macs, model},
        nn::{self, Cx, Module, Probe, Scope, Seq, State},
        train::{Optimiser, Rule, Trainer},
    },
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Relative to the largest logit: what the records' own guide calls safe for every network in single precision.
const LOGITS: f64 = 1e-4;
/// The guide's bound for a gradient of these networks in single precision, relative to its Euclidean length.
const GRADIENT: f64 = 1e-4;
/// Each step's rounding feeds the next, five steps long.
const TRAINING: f64 = 1e-4;

type Stage = (String, Vec<usize>, f64, f64, Vec<f64>);
type Row = (String, f64, f64, Vec<f64>, f64);

#[derive(Deserialize)]
pub struct ModelRecord {
    name: String,
    input_name: String,
    input_shape: Vec<usize>,
    weight_c: f64,
    num_params: usize,
    macs: u64,
    logits: Vec<f64>,
    stages: Vec<Stage>,
    state: Vec<(String, Vec<usize>)>,
}

#[derive(Deserialize)]
pub struct GradientRecord {
    name: String,
    input_name: String,
    input_shape: Vec<usize>,
    weight_c: f64,
    labels: Vec<f32>,
    loss: f64,
    logits: Vec<f64>,
    input_grad: InputGradient,
    params: Vec<Row>,
    #[serde(default)]
    training: BTreeMap<String, Training>,
}

#[derive(Deserialize)]
struct InputGradient {
    l2: f64,
    sum: f64,
    first: Vec<f64>,
}

#[derive(Deserialize)]
struct Training {
    args: BTreeMap<String, serde_json::Value>,
    losses: Vec<f64>,
    params_after: Vec<(String, f64, Vec<f64>)>,
}

/// The network with the rule's weights.
fn ruled(spec: &ModelSpec, device: &Device, c: f64) -> Result<Seq> {
    let network = (spec.build)(&Scope::new(device.clone(), 0))?;
    let entry = |p: &std::rc::Rc<crate::engine::autograd::Param>| {
        let dims = p.layout.outside(p.value().shape())?;
        let values = rule::parameter(&p.name, &dims, c);
        Ok((p.name.clone(), (dims, values)))
    };
    let state: State = network.params().iter().map(entry).collect::<Result<_>>()?;
    nn::load(&network, &state)?;
    Ok(network)
}

fn input(name: &str, dims: &[usize], device: &Device) -> Result<Tensor> {
    Tensor::from_outside(device, Layout::Image, dims, &rule::tensor(name, dims.iter().product(), -1.0, 1.0))
}

pub async fn check_model(record: &ModelRecord, device: &Device) -> Result<Vec<Verdict>> {
    let line = |what: &str| format!("{}: {what}", record.name);
    let spec = match model(&record.name) {
        Ok(spec) => spec,
        Err(error) => return Ok(vec![Verdict::from_error(&line("model"), error)]),
    };
    let network = ruled(spec, device, record.weight_c)?;
    let names: Vec<(String, Vec<usize>)> =
        network.params().iter().map(|p| Ok((p.name.clone(), p.layout.outside(p.value().shape())?))).collect::<Result<_>>()?;
    let exact = |right: bool| if right { 0.0 } else { f64::INFINITY };
    let mut verdicts = vec![
        Verdict::new(line("state-dict names and shapes"), exact(names == record.state), 0.0),
        Verdict::new(line("parameters"), exact(nn::parameter_count(&network) == record.num_params), 0.0),
        Verdict::new(line("multiply-adds"), exact(macs(spec)? == record.macs), 0.0),
    ];
    let mut probe = Probe::new();
    let x = Var::constant(input(&record.input_name, &record.input_shape, device)?);
    let logits = network.forward(&x, &mut Cx { probe: Some(&mut probe) })?;
    verdicts.push(Verdict::new(line("logits"), compare(&logits.value().values().await?, &record.logits), LOGITS));
    for (stage, dims, mean, deviation, first) in &record.stages {
        let name = line(&format!("stage {stage}"));
        let Some(probed) = probe.iter().find(|p| &p.path == stage) else {
            verdicts.push(Verdict { name, found: super::Found::Failed("no activation of this name".into()) });
            continue;
        };
        let layout = if dims.len() == 4 { Layout::Image } else { Layout::Plain };
        let (found_dims, values) = probed.value.value().to_outside(layout).await?;
        let n = values.len() as f64;
        let l2 = (n * (mean * mean + deviation * deviation)).sqrt();
        let worst = if &found_dims == dims { summary_error(&values, first, mean * n, l2) } else { f64::INFINITY };
        verdicts.push(Verdict::new(name, worst, LOGITS));
    }
    Ok(verdicts)
}

pub async fn check_gradients(record: &GradientRecord, device: &Device) -> Result<Vec<Verdict>> {
    let line = |what: &str| format!("{}: {what}", record.name);
    let spec = match model(&record.name) {
        Ok(spec) => spec,
        Err(error) => return Ok(vec![Verdict::from_error(&line("gradients"), error)]),
    };
    let network = ruled(spec, device, record.weight_c)?;
    let tape = Tape::default();
    let x = tape.input(input(&record.input_name, &record.input_shape, device)?);
    let labels = Var::constant(Tensor::new(device, Shape::new([record.labels.len()]), &record.labels)?);
    let logits = network.forward(&x, &mut Cx::default())?;
    let loss = logits.cross_entropy(&labels)?.mean(&[0], false)?;
    let gradients = tape.backward(&loss, &[&x])?;
    let found = logits.value().values().await?;
    let mut verdicts = vec![
        Verdict::new(line("loss"), compare(&loss.value().values().await?, &[record.loss]), LOGITS),
        // The record holds the first of the logits only.
        Verdict::new(line("logits"), compare(&found[..record.logits.len().min(found.len())], &record.logits), LOGITS),
    ];
    let worst = match &gradients.kept()[0] {
        Some(dx) => {
            summary_error(&dx.to_outside(Layout::Image).await?.1, &record.input_grad.first, record.input_grad.sum, record.input_grad.l2)
        }
        None => f64::INFINITY,
    };
    verdicts.push(Verdict::new(line("gradient of the input"), worst, GRADIENT));
    let params = network.params();
    for (name, l2, sum, first, _) in &record.params {
        let worst = match (params.iter().find(|p| &p.name == name), gradients.params().get(name)) {
            (Some(param), Some(gradient)) => summary_error(&gradient.to_outside(param.layout).await?.1, first, *sum, *l2),
            _ => f64::INFINITY,
        };
        verdicts.push(Verdict::new(line(&format!("gradient of {name}")), worst, GRADIENT));
    }
    for (optimiser, training) in &record.training {
        verdicts.extend(check_training(record, spec, optimiser, training, device).await?);
    }
    Ok(verdicts)
}

async fn check_training(
    record: &GradientRecord,
    spec: &ModelSpec,
    name: &str,
    training: &Training,
    device: &Device,
) -> Result<Vec<Verdict>> {
    let number = |key: &str| training.args.get(key).and_then(serde_json::Value::as_f64).unwrap_or(0.0) as f32;
    let rule = match name {
        "sgd" => Rule::momentum(number("momentum"), number("weight_decay")),
        "adam" => Rule::adam(number("weight_decay")),
        _ => return Ok(vec![Verdict::from_error(&record.name, crate::error::Error::unsupported(name, "no such optimiser"))]),
    };
    let mut trainer =
        Trainer { network: ruled(spec, device, record.weight_c)?, optimiser: Optimiser::new(rule, number("lr")), device: device.clone() };
    let images = rule::tensor(&record.input_name, record.input_shape.iter().product(), -1.0, 1.0);
    let mut outcomes = vec![];
    for step in 0..training.losses.len() {
        if step + 1 == training.losses.len() {
            break;
        }
        outcomes.push(trainer.step(&record.input_shape, &images, &record.labels)?.loss);
    }
    let state = nn::save(&trainer.network).await?;
    let last = trainer.test(&record.input_shape, &images, &record.labels)?.loss;
    let last = Var::constant(last).mean(&[0], false)?.value().clone();
    outcomes.push(last);
    let losses: Vec<f32> = read_all(&outcomes.iter().collect::<Vec<_>>()).await?.concat();
    let mut verdicts = vec![Verdict::new(format!("{}: losses of {name}", record.name), compare(&losses, &training.losses), TRAINING)];
    let after = training.params_after.iter().map(|(name, l2, first)| match state.get(name) {
        Some((_, values)) => {
            let found = values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
            compare(&values[..first.len().min(values.len())], first).max((found - l2).abs() / l2)
        }
        None => f64::INFINITY,
    });
    verdicts.push(Verdict::new(format!("{}: parameters after {name}", record.name), after.fold(0.0, f64::max), TRAINING));
    Ok(verdicts)
}
