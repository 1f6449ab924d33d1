//! Cases of losses.
use super::{Given, unknown};
use crate::{engine::autograd::Var, error::Result};

pub fn apply(given: &Given) -> Result<Option<Var>> {
    let case = given.case;
    match case.op.as_str() {
        "cross_entropy"
            if !case.inputs.contains_key("weight")
                && case.args.get("ignore_index").is_none()
                && case.args.get("label_smoothing").is_none() =>
        {
            let targets: Vec<f32> = case.list("target").ok_or_else(|| unknown(case))?.iter().map(|t| *t as f32).collect();
            let losses = given.input("x")?.cross_entropy(&given.constant(&[targets.len()], &targets)?)?;
            match case.args["reduction"].as_str() {
                Some("mean") => losses.mean(&[0], false).map(Some),
                Some("sum") => losses.sum(&[0], false).map(Some),
                Some("none") => Ok(Some(losses)),
                _ => Err(unknown(case)),
            }
        }
        _ => Ok(None),
    }
}
