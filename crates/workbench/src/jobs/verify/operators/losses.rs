//! Cases of losses.
use super::given::{Given, unknown};
use engine::{Result, autograd::Var, ops::ClassWeights};

pub(super) fn apply(given: &Given) -> Result<Option<Var>> {
    let case = given.case;
    let input = |key| given.input(key);
    let targets = || {
        let numbers: Vec<f32> = case.list("target").ok_or_else(|| unknown(case))?.iter().map(|t| *t as f32).collect();
        given.constant(&[numbers.len()], &numbers)
    };
    let losses = match case.op.as_str() {
        "log_softmax" => return input("x")?.log_softmax(given.axis()?).map(Some),
        "cross_entropy" if case.inputs.len() == 1 && case.args.get("ignore_index").is_none() => input("x")?.cross_entropy(&targets()?)?,
        "cross_entropy" => {
            let with = ClassWeights { weight: given.inputs.get("weight"), smoothing: given.float("label_smoothing", 0.0) };
            let [losses, weights] = input("x")?.cross_entropy_weighted(&targets()?, with)?;
            if case.args["reduction"] != "mean" {
                return Err(unknown(case));
            }
            return losses.sum(&[0], false)?.div(&weights.sum(&[0], false)?).map(Some);
        }
        "cross_entropy_soft" => input("x")?.cross_entropy_soft(&input("logit_target")?.softmax(1)?.detach())?,
        "nll_loss" => input("x")?.nll_loss(&targets()?)?,
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
    match case.args["reduction"].as_str() {
        Some("mean") => losses.mean(&axes, false),
        Some("sum") => losses.sum(&axes, false),
        Some("none") => Ok(losses),
        Some("batchmean") => losses.sum(&axes, false)?.scale(1.0 / losses.shape()[0] as f32),
        _ => Err(unknown(case)),
    }
    .map(Some)
}
