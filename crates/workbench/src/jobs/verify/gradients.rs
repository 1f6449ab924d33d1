//! Records of training: all gradients of one batch, the running statistics after it, and the losses of a few training steps.
use super::{
    Verdict,
    case::summary_error,
    compare,
    networks::{LOGITS, images, outside, ruled},
};
use engine::{
    Error, Result,
    autograd::{Gradients, Tape, Var},
    tensor::{Device, Layout, Shape, Tensor, read_all},
};
use nets::{
    models::{ModelSpec, model},
    nn::{self, Cx, Module, Norm, Seq},
    train::{Optimiser, Rule, Trainer},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The guide's bound for gradients of these networks in single precision, relative to their Euclidean length.
const GRADIENT: f64 = 1e-4;
/// The factor that is allowed on PyTorch's own error in single precision, if that is larger: 5·10⁻³ in the worst record, as the records' guide says.
const AMPLIFIED: f64 = 25.0;
/// The bound for losses. The rounding of each step feeds the next one, five steps long.
const TRAINING: f64 = 1e-4;

/// The largest number of images in a batch, and of losses in a training. The records have eight and six.
const MOST_IMAGES: usize = 64;
const MOST_LOSSES: usize = 100;
/// The largest number of orders of a batch that are tried.
const MOST_TURNS: usize = 8;

/// A parameter's name, then its gradient's Euclidean length, sum and first values, and PyTorch's error in single precision.
type Row = (String, f64, f64, Vec<f64>, f64);
/// A tensor's name, Euclidean length and first values.
type Summary = (String, f64, Vec<f64>);

#[derive(Deserialize)]
pub(super) struct GradientRecord {
    name: String,
    input_name: String,
    input_shape: Vec<usize>,
    weight_c: f64,
    labels: Labels,
    loss: f64,
    logits: Vec<f64>,
    input_grad: InputGradient,
    params: Vec<Row>,
    #[serde(default)]
    zero_grads: Vec<String>,
    #[serde(default)]
    buffers_after_one_forward: Vec<Summary>,
    #[serde(default)]
    training: BTreeMap<String, Training>,
}

/// A label for each image, or the rule for a label at each pixel.
#[derive(Deserialize)]
#[serde(untagged)]
enum Labels {
    OfImages(Vec<f32>),
    OfPixels(String),
}

/// The rule for labels of pixels: squares of eight pixels, as on a chessboard.
const CHESSBOARD: &str = "label[n][y][x] = (y/8 + x/8 + n) % 2";

impl Labels {
    /// The labels of `n` images, one after another. Refuses what this network cannot learn.
    fn of(&self, spec: &ModelSpec, [n, height, width]: [usize; 3]) -> Result<Vec<f32>> {
        match self {
            Labels::OfImages(labels) if !spec.answers_per_pixel() => Ok(labels.clone()),
            Labels::OfPixels(rule) if spec.answers_per_pixel() && rule == CHESSBOARD => {
                let label = |at: usize| (at / width % height / 8 + at % width / 8 + at / (width * height)) % 2;
                Ok((0..n * height * width).map(|at| label(at) as f32).collect())
            }
            Labels::OfImages(_) => {
                Err(Error::unsupported("labels", "the network answers for every pixel, and the record has a label for each image"))
            }
            Labels::OfPixels(rule) => Err(Error::unsupported("labels", format!("no such rule for this network: {rule}"))),
        }
    }
}

#[derive(Deserialize)]
struct InputGradient {
    l2: f64,
    sum: f64,
    first: Vec<f64>,
    #[serde(default)]
    f32_rel_err: f64,
}

#[derive(Deserialize)]
struct Training {
    args: BTreeMap<String, Value>,
    losses: Vec<f64>,
    /// The error of each loss in PyTorch's own single precision.
    #[serde(default)]
    f32_rel_err: Vec<f64>,
    params_after: Vec<Summary>,
}

impl GradientRecord {
    fn line(&self, what: &str) -> String {
        format!("{}: {what}", self.name)
    }
}

fn allowed(single_precision: f64) -> f64 {
    GRADIENT.max(AMPLIFIED * single_precision)
}

/// The record's images and labels, rotated by `turn` images; a network for pixels has as many labels for each image as it has pixels. This changes no loss and no parameter's gradient, only their rounding.
#[derive(Clone)]
struct Batch {
    n: usize,
    images: Vec<f32>,
    labels: Vec<f32>,
}

impl Batch {
    /// Refuses a record that would take too much.
    fn new(record: &GradientRecord, spec: &ModelSpec) -> Result<Batch> {
        let losses = record.training.values().map(|training| training.losses.len()).max().unwrap_or(0);
        let images = images(spec, &record.input_name, &record.input_shape)?;
        let &[n, _, height, width] = &record.input_shape[..] else {
            return Err(Error::data(&record.name, format!("expected a batch of images, found the shape {:?}", record.input_shape)));
        };
        let labels = record.labels.of(spec, [n, height, width])?;
        let each = if spec.answers_per_pixel() { height * width } else { 1 };
        if !(1..=MOST_IMAGES).contains(&n) || labels.len() != n * each || losses > MOST_LOSSES {
            let expected = format!("expected 1 to {MOST_IMAGES} images with as many labels and at most {MOST_LOSSES} losses");
            let found = format!("found the shape {:?}, {} labels and {losses} losses", record.input_shape, labels.len());
            return Err(Error::data(&record.name, format!("{expected}, {found}")));
        }
        if let Some(label) = labels.iter().find(|label| label.fract() != 0.0 || !(0.0..spec.classes as f32).contains(*label)) {
            return Err(Error::data(&record.name, format!("expected labels from 0 to {}, found {label}", spec.classes - 1)));
        }
        Ok(Batch { n, images, labels })
    }
    fn turned(&self, turn: usize) -> Batch {
        let Batch { n, mut images, mut labels } = self.clone();
        rotate(&mut images, turn, n);
        rotate(&mut labels, turn, n);
        Batch { n, images, labels }
    }
}

/// Rotates the values of `n` images by `turn` images.
fn rotate(values: &mut [f32], turn: usize, n: usize) {
    values.rotate_right(turn * values.len() / n);
}

/// Checks a record. If the input of a ReLU is 0 up to rounding, it may fall on the other side, and then every gradient before it differs:
/// correct, but for numbers that differ in the last digit. Another order of the batch rounds differently, so each is tried until all
/// entries pass. Wrong code fails in all orders.
pub(super) async fn check(record: &GradientRecord, device: &Device) -> Result<Vec<Verdict>> {
    let spec = match model(&record.name) {
        Ok(spec) => spec,
        Err(error) => return Ok(vec![Verdict::from_error(&record.line("gradients"), error)]),
    };
    let batch = match Batch::new(record, spec) {
        Ok(batch) => batch,
        Err(error) => return Ok(vec![Verdict::from_error(&record.line("batch"), error)]),
    };
    let turns = 0..batch.n.min(MOST_TURNS);
    let mut best: Option<Vec<Verdict>> = None;
    for turn in turns.clone() {
        best = Some(better(best, check_gradients(record, spec, (&batch, turn), device).await?));
        if best.as_deref().is_some_and(all_hold) {
            break;
        }
    }
    let mut verdicts = best.unwrap_or_default();
    for (optimiser, training) in &record.training {
        let mut best = None;
        for turn in turns.clone() {
            best = Some(better(best, check_training(record, spec, (optimiser.as_str(), training), (&batch, turn), device).await?));
            if best.as_deref().is_some_and(all_hold) {
                break;
            }
        }
        verdicts.extend(best.unwrap_or_default());
    }
    Ok(verdicts)
}

fn all_hold(verdicts: &[Verdict]) -> bool {
    verdicts.iter().all(Verdict::holds)
}

/// The verdicts with more passed entries.
fn better(best: Option<Vec<Verdict>>, found: Vec<Verdict>) -> Vec<Verdict> {
    let broken = |verdicts: &[Verdict]| verdicts.iter().filter(|v| !v.holds()).count();
    best.filter(|best| broken(best) <= broken(&found)).unwrap_or(found)
}

async fn check_gradients(
    record: &GradientRecord,
    spec: &ModelSpec,
    (batch, turn): (&Batch, usize),
    device: &Device,
) -> Result<Vec<Verdict>> {
    let Batch { n, images, labels } = batch.turned(turn);
    let network = ruled(spec, device, record.weight_c)?;
    let tape = Tape::default();
    let x = tape.input(Tensor::from_outside(device, Layout::Image, &record.input_shape, &images)?);
    let labels = Var::constant(Tensor::new(device, Shape::new([labels.len()]), &labels)?);
    let logits = network.forward(&x, &mut Cx { norm: Norm::Batch, ..Cx::default() })?;
    let rows = Shape::new([labels.shape().size(), spec.classes]);
    let loss = logits.reshape(rows)?.cross_entropy(&labels)?.mean(&[0], false)?;
    let gradients = tape.backward(&loss, &[&x])?;
    let mut found = outside(logits.value()).await?.1;
    rotate(&mut found, n - turn, n);
    let mut verdicts = vec![
        Verdict::new(record.line("loss"), compare(&loss.value().values().await?, &[record.loss]), LOGITS),
        // The record has only the first of the logits.
        Verdict::new(record.line("logits"), compare(&found[..record.logits.len().min(found.len())], &record.logits), LOGITS),
    ];
    let InputGradient { first, sum, l2, f32_rel_err } = &record.input_grad;
    let worst = match &gradients.kept()[0] {
        Some(dx) => {
            let (_, mut values) = dx.to_outside(Layout::Image).await?;
            rotate(&mut values, n - turn, n);
            summary_error(&values, first, *sum, *l2)
        }
        None => f64::INFINITY,
    };
    verdicts.push(Verdict::new(record.line("gradient of the input"), worst, allowed(*f32_rel_err)));
    verdicts.extend(check_parameters(record, &network, &gradients).await?);
    if !record.buffers_after_one_forward.is_empty() {
        let worst = summaries_error(&nn::save(&network).await?, &record.buffers_after_one_forward);
        verdicts.push(Verdict::new(record.line("running statistics after one forward pass"), worst, LOGITS));
    }
    Ok(verdicts)
}

async fn check_parameters(record: &GradientRecord, network: &Seq, gradients: &Gradients) -> Result<Vec<Verdict>> {
    let params = network.params();
    let longest = record.params.iter().fold(f64::MIN_POSITIVE, |most, row| most.max(row.1));
    let mut verdicts = vec![];
    for (name, l2, sum, first, single_precision) in &record.params {
        let found = match (params.iter().find(|p| &p.name == name), gradients.params().get(name)) {
            (Some(param), Some(gradient)) => Some(gradient.to_outside(param.layout).await?.1),
            _ => None,
        };
        // A gradient that is exactly 0 in theory is rounding noise here, small beside the others.
        let zero = record.zero_grads.contains(name);
        let worst =
            found.map_or(f64::INFINITY, |values| if zero { length(&values) / longest } else { summary_error(&values, first, *sum, *l2) });
        verdicts.push(Verdict::new(record.line(&format!("gradient of {name}")), worst, allowed(*single_precision)));
    }
    Ok(verdicts)
}

fn length(values: &[f32]) -> f64 {
    values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt()
}

/// The largest error of the first values, relative to their tensor's typical value, and of the lengths.
fn summaries_error(state: &nn::State, expected: &[Summary]) -> f64 {
    let error = |(name, l2, first): &Summary| match state.get(name) {
        Some((_, values)) => {
            let typical = first.iter().fold(l2 / (values.len() as f64).sqrt(), |most, v| most.max(v.abs()));
            let apart = values.iter().zip(first).fold(0.0f64, |worst, (v, e)| worst.max((f64::from(*v) - e).abs() / typical));
            if values.len() < first.len() || values.iter().any(|v| !v.is_finite()) {
                f64::INFINITY
            } else {
                apart.max((length(values) - l2).abs() / l2)
            }
        }
        None => f64::INFINITY,
    };
    expected.iter().map(error).fold(0.0, f64::max)
}

/// Whether the optimisers of training records have this setting. Adam has PyTorch's own.
fn is_known(optimiser: &str, key: &str, value: &Value) -> bool {
    match (optimiser, key) {
        (_, "lr" | "weight_decay") | ("sgd", "momentum") => value.is_number(),
        ("adam", "betas") => *value == serde_json::json!([0.9, 0.999]),
        ("adam", "eps") => *value == serde_json::json!(1e-8),
        _ => false,
    }
}

async fn check_training(
    record: &GradientRecord,
    spec: &ModelSpec,
    (name, training): (&str, &Training),
    (batch, turn): (&Batch, usize),
    device: &Device,
) -> Result<Vec<Verdict>> {
    let number = |key: &str| training.args.get(key).and_then(Value::as_f64).unwrap_or(0.0) as f32;
    let rule = match name {
        "sgd" => Rule::momentum(number("momentum"), number("weight_decay")),
        "adam" => Rule::adam(number("weight_decay")),
        _ => return Ok(vec![Verdict::from_error(&record.name, Error::unsupported(name, "no such optimiser"))]),
    };
    if let Some((key, value)) = training.args.iter().find(|(key, value)| !is_known(name, key, value)) {
        let unread = Error::unsupported(name, format!("{name} is not known with {key} = {value}"));
        return Ok(vec![Verdict::from_error(&record.line(&format!("losses of {name}")), unread)]);
    }
    let network = ruled(spec, device, record.weight_c)?;
    let mut trainer = Trainer { network, optimiser: Optimiser::new(rule, number("lr")), device: device.clone(), dropout: None };
    let Batch { images, labels, .. } = batch.turned(turn);
    let mut step = |_| Ok(trainer.step(&record.input_shape, &images, &labels)?.loss);
    let mut losses = (1..training.losses.len()).map(&mut step).collect::<Result<Vec<Tensor>>>()?;
    // The last loss comes from one more forward pass in training mode, after the parameters were read.
    let state = nn::save(&trainer.network).await?;
    losses.push(trainer.step(&record.input_shape, &images, &labels)?.loss);
    let losses = read_all(&losses.iter().collect::<Vec<_>>()).await?.concat();
    let scale = training.losses.iter().fold(f64::MIN_POSITIVE, |most, loss| most.max(loss.abs()));
    let single = training.losses.iter().zip(&training.f32_rel_err).fold(0.0f64, |worst, (loss, error)| worst.max(loss * error / scale));
    let allowed = TRAINING.max(AMPLIFIED * single);
    Ok(vec![
        Verdict::new(record.line(&format!("losses of {name}")), compare(&losses, &training.losses), allowed),
        Verdict::new(record.line(&format!("parameters after {name}")), summaries_error(&state, &training.params_after), allowed),
    ])
}
