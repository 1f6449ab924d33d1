//! Cases of losses.
use super::given::{Given, unknown};
use engine::{Result, autograd::Var, ops::ClassWeights, tensor::Shape};

/// The class numbers of a case: N, or N×H×W as `target_nhw`. Those to be ignored become −1, which is no class.
fn targets(given: &Given, ignored: Option<isize>) -> Result<Var> {
    let case = given.case;
    let numbers = case.list("target").or_else(|| case.list("target_nhw")).ok_or_else(|| unknown(case))?;
    let numbers: Vec<f32> = numbers.into_iter().map(|class| if Some(class) == ignored { -1.0 } else { class as f32 }).collect();
    given.constant(&[numbers.len()], &numbers)
}

/// Cross-entropy of each row, and the weights by which a mean divides. The scores of pixels, N×C×H×W, have a row for each pixel.
fn cross_entropy(given: &Given) -> Result<[Var; 2]> {
    let x = given.input("x")?;
    let rows = match x.shape().dims() {
        [n, c, h, w] => x.permute(&[0, 2, 3, 1])?.reshape(Shape::new([n * h * w, *c]))?,
        _ => x.clone(),
    };
    let (weight, smoothing) = (given.optional("weight"), given.float("label_smoothing", 0.0));
    let ignored = given.case.argument("ignore_index");
    let targets = targets(given, ignored)?;
    let [losses, weights] = if weight.is_none() && smoothing == 0.0 && ignored.is_none() {
        [rows.cross_entropy(&targets)?, given.constant(targets.shape().dims(), &vec![1.0; targets.shape().size()])?]
    } else {
        rows.cross_entropy_weighted(&targets, ClassWeights { weight, smoothing })?
    };
    match x.shape().dims() {
        [n, _, h, w] => Ok([losses.reshape(Shape::new([*n, *h, *w]))?, weights]),
        _ => Ok([losses, weights]),
    }
}

pub(super) fn apply(given: &Given) -> Result<Option<Var>> {
    let case = given.case;
    let input = |key| given.input(key);
    // What a mean divides by, where that is not the number of losses.
    let mut divisor = None;
    let losses = match case.op.as_str() {
        "log_softmax" => return input("x")?.log_softmax(given.axis()?).map(Some),
        "cross_entropy" => {
            let [losses, weights] = cross_entropy(given)?;
            divisor = Some(weights.sum(&[0], false)?);
            losses
        }
        "cross_entropy_soft" => input("x")?.cross_entropy_soft(&input("logit_target")?.softmax(1)?.detach())?,
        "nll_loss" => input("x")?.nll_loss(&targets(given, None)?)?,
        "mse" => input("x")?.squared_error(input("target")?)?,
        "l1" => input("x")?.absolute_error(input("target")?)?,
        "smooth_l1" => input("x")?.smooth_l1(input("target")?, given.float("beta", 1.0))?,
        "huber" => input("x")?.huber(input("target")?, given.float("delta", 1.0))?,
        "bce" => input("x")?.binary_cross_entropy(input("target")?)?,
        "bce_with_logits" => input("x")?.binary_cross_entropy_with_logits(input("target")?)?,
        "kl_div" => input("x")?.log_softmax(1)?.kl_div(&input("target_logits")?.log_softmax(1)?.detach())?,
        _ => return Ok(None),
    };
    let axes: Vec<usize> = (0..losses.shape().rank()).collect();
    match (case.text("reduction").as_deref(), divisor) {
        (Some("mean"), Some(divisor)) => losses.sum(&axes, false)?.div(&divisor),
        (Some("mean"), None) => losses.mean(&axes, false),
        (Some("sum"), _) => losses.sum(&axes, false),
        (Some("none"), _) => Ok(losses),
        (Some("batchmean"), _) => losses.sum(&axes, false)?.scale(1.0 / losses.shape()[0] as f32),
        _ => Err(unknown(case)),
    }
    .map(Some)
}
