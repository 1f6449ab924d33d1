//! Records of schedules: the rate at each step.
use super::Verdict;
use engine::{Error, Result};
use nets::train::Schedule;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The allowed error relative to the largest rate. Ten digits are recorded.
const ALLOWED: f64 = 1e-9;

#[derive(Deserialize)]
pub(super) struct Recorded {
    name: String,
    base_lr: f64,
    args: Value,
    lr_at_step: Vec<f64>,
}

pub(super) fn check(recorded: &Recorded) -> Verdict {
    let name = format!("schedule/{}", recorded.name);
    error(recorded).map_or_else(|error| Verdict::from_error(&name, error), |worst| Verdict::new(&name, worst, ALLOWED))
}

fn error(recorded: &Recorded) -> Result<f64> {
    let mut args = recorded.args.clone();
    // The one cycle here anneals by cosines, as PyTorch's does unless it is told otherwise.
    if recorded.name == "onecycle" && args["anneal"] == "cos" {
        args.as_object_mut().and_then(|args| args.remove("anneal"));
    }
    let tagged = Value::Object(Map::from_iter([(recorded.name.clone(), args)]));
    let schedule: Schedule = serde_json::from_value(tagged)
        .map_err(|e| Error::unsupported(&recorded.name, format!("no such schedule, or not with {}: {e}", recorded.args)))?;
    let scale = recorded.lr_at_step.iter().fold(0.0f64, |m, rate| m.max(*rate));
    let away = recorded.lr_at_step.iter().enumerate().map(|(step, rate)| (schedule.rate(recorded.base_lr, step) - rate).abs());
    Ok(away.fold(0.0, f64::max) / scale)
}
