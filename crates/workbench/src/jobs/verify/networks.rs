//! Records of whole networks: names, counts, and the logits and stages of one image, with running statistics and with the batch's own.
use super::{
    Verdict,
    case::{self, summary_error},
    compare, rule,
};
use engine::{
    Error, Result,
    autograd::{Entry, Param, Tape, Var},
    tensor::{Device, Layout, Tensor},
};
use nets::{
    models::{ModelSpec, macs, model},
    nn::{self, Cx, Module, Norm, Probe, Scope, Seq, State},
};
use serde::Deserialize;
use std::{collections::BTreeMap, rc::Rc};

/// The allowed error relative to the largest logit. The records' own guide calls it safe for every network in single precision.
pub(super) const LOGITS: f64 = 1e-4;
/// The allowed factor on PyTorch's error in single precision, for logits with the image's own statistics. Such a network amplifies rounding errors.
const AMPLIFIED: f64 = 10.0;

type Stage = (String, Vec<usize>, f64, f64, Vec<f64>);

#[derive(Deserialize)]
pub(super) struct ModelRecord {
    name: String,
    input_name: String,
    input_shape: Vec<usize>,
    weight_c: f64,
    num_params: usize,
    macs: u64,
    /// The first thousand of them.
    logits: Vec<f64>,
    /// The sum and the Euclidean length of all, if there are more.
    logits_sum: Option<f64>,
    logits_l2: Option<f64>,
    stages: Vec<Stage>,
    state: Vec<(String, Vec<usize>)>,
    bn_batch_stats: Option<BatchStatistics>,
    /// The logits of auxiliary heads, by torchvision's names: `aux_logits`, or `aux_logits1` and so on.
    #[serde(default)]
    aux: BTreeMap<String, Auxiliary>,
}

#[derive(Deserialize)]
struct Auxiliary {
    logits: Vec<f64>,
}

/// The same image, with batch norm that normalises by the image's own statistics.
#[derive(Deserialize)]
struct BatchStatistics {
    logits: Vec<f64>,
    f32_rel_err: f64,
}

/// The network with the weights of the rule.
pub(super) fn ruled(spec: &ModelSpec, device: &Device, c: f64) -> Result<Seq> {
    let network = spec.network(&Scope::new(device.clone(), 0))?;
    let entry = |p: &Rc<Param>| {
        let dims = p.layout.outside(p.value().shape())?;
        let values = rule::parameter(&p.name, &dims, c);
        Ok((p.name.clone(), (dims, values)))
    };
    let state: State = network.params().iter().map(entry).collect::<Result<_>>()?;
    nn::load(&network, &state)?;
    Ok(network)
}

/// The largest number of input values, and of values that all layers make, unless an image of the network's own size makes more. An image of
/// 224 × 224 has 150 528, and makes 15 million of them in ResNet-152.
const MOST_IN: usize = 1 << 21;
const MOST_OUT: usize = 1 << 26;

/// The number of values that all layers make of images of this shape.
fn made(network: &Seq, dims: &[usize]) -> Result<usize> {
    let tape = Tape::default();
    network.forward(&tape.input(Tensor::from_outside(&Device::Meta, Layout::Image, dims, &[])?), &mut Cx::default())?;
    // Parameters are lines without an operation.
    let sizes =
        |lines: &[Entry]| lines.iter().filter(|line| line.op.is_some()).map(|line| line.y.shape().size()).fold(0, usize::saturating_add);
    Ok(tape.read(sizes))
}

/// The values of the rule for an input. Refuses an input that the network cannot take.
pub(super) fn images(spec: &ModelSpec, name: &str, dims: &[usize]) -> Result<Vec<f32>> {
    let n = case::size(name, dims, MOST_IN)?;
    let network = spec.network(&Scope::new(Device::Meta, 0))?;
    let [channels, height, width] = spec.input;
    let most = made(&network, &[1, channels, height, width])?.max(MOST_OUT);
    let out = made(&network, dims)?;
    if out > most {
        return Err(Error::data(name, format!("expected layers of at most {most} values for the shape {dims:?}, found {out}")));
    }
    Ok(rule::tensor(name, n, -1.0, 1.0))
}

/// The shape and the values of an activation in PyTorch's order: what has four axes is an image.
pub(super) async fn outside(value: &Tensor) -> Result<(Vec<usize>, Vec<f32>)> {
    value.to_outside(if value.shape().rank() == 4 { Layout::Image } else { Layout::Plain }).await
}

pub(super) async fn check_model(record: &ModelRecord, device: &Device) -> Result<Vec<Verdict>> {
    let line = |what: &str| format!("{}: {what}", record.name);
    let spec = match model(&record.name) {
        Ok(spec) => spec,
        Err(error) => return Ok(vec![Verdict::from_error(&line("model"), error)]),
    };
    let image = match images(spec, &record.input_name, &record.input_shape) {
        Ok(image) => image,
        Err(error) => return Ok(vec![Verdict::from_error(&line("input"), error)]),
    };
    let network = ruled(spec, device, record.weight_c)?;
    let mut names: Vec<(String, Vec<usize>)> =
        network.params().iter().map(|p| Ok((p.name.clone(), p.layout.outside(p.value().shape())?))).collect::<Result<_>>()?;
    names.sort();
    // PyTorch's count of batches is not part of a network here. An auxiliary head stands where it branches off, not at the end.
    let mut expected: Vec<_> = record.state.iter().filter(|(name, _)| !name.ends_with("num_batches_tracked")).cloned().collect();
    expected.sort();
    let exact = |right: bool| if right { 0.0 } else { f64::INFINITY };
    let mut verdicts = vec![
        Verdict::new(line("state-dict names and shapes"), exact(names == expected), 0.0),
        Verdict::new(line("parameters"), exact(nn::parameter_count(&network) == record.num_params), 0.0),
        Verdict::new(line("multiply-adds"), exact(macs(spec)? == record.macs), 0.0),
    ];
    let mut probe = Probe::new();
    let x = Var::constant(Tensor::from_outside(device, Layout::Image, &record.input_shape, &image)?);
    let logits = network.forward(&x, &mut Cx { probe: Some(&mut probe), ..Cx::default() })?;
    let values = outside(logits.value()).await?.1;
    let worst = match (record.logits_sum, record.logits_l2) {
        (Some(sum), Some(l2)) => summary_error(&values, &record.logits, sum, l2),
        _ => compare(&values, &record.logits),
    };
    verdicts.push(Verdict::new(line("logits"), worst, LOGITS));
    for (stage, dims, mean, deviation, first) in &record.stages {
        let name = line(&format!("stage {stage}"));
        let Some(probed) = probe.iter().find(|p| &p.path == stage) else {
            verdicts.push(Verdict { name, found: super::Found::Failed("no activation of this name".into()) });
            continue;
        };
        let (found_dims, values) = outside(probed.value.value()).await?;
        let n = values.len() as f64;
        let l2 = (n * (mean * mean + deviation * deviation)).sqrt();
        let worst = if &found_dims == dims { summary_error(&values, first, mean * n, l2) } else { f64::INFINITY };
        verdicts.push(Verdict::new(name, worst, LOGITS));
    }
    for (head, auxiliary) in &record.aux {
        // GoogLeNet's `aux_logits1` are those of `aux1.fc2`. Inception v3 has one head.
        let path = match head.strip_prefix("aux_logits") {
            Some("") => "AuxLogits.fc".into(),
            Some(number) => format!("aux{number}.fc2"),
            None => head.clone(),
        };
        let worst = match probe.iter().find(|p| p.path == path) {
            Some(probed) => compare(&probed.value.value().values().await?, &auxiliary.logits),
            None => f64::INFINITY,
        };
        verdicts.push(Verdict::new(line(&path), worst, LOGITS));
    }
    if let Some(batch) = &record.bn_batch_stats {
        let logits = network.forward(&x, &mut Cx { norm: Norm::Batch, ..Cx::default() })?;
        let allowed = LOGITS.max(AMPLIFIED * batch.f32_rel_err);
        verdicts.push(Verdict::new(
            line("logits by the batch's statistics"),
            compare(&logits.value().values().await?, &batch.logits),
            allowed,
        ));
    }
    Ok(verdicts)
}
