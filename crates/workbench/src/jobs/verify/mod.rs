//! Holds the engine against records of reference numbers: operators, networks, gradients and training losses computed by PyTorch in 64 bits.
mod case;
mod compare;
mod gradients;
mod networks;
mod operators;
pub mod rule;
mod schedules;

pub use compare::{Found, Verdict, compare};

use engine::{Error, Result, tensor::Device};
use serde_json::Value;

/// A line for each thing that the record holds. `file` is for the errors.
pub async fn verify(file: &str, record: &str, device: &Device) -> Result<Vec<Verdict>> {
    let record: Value = serde_json::from_str(record).map_err(|e| Error::data(file, format!("expected a record as JSON: {e}")))?;
    let bad = |e: serde_json::Error| Error::data(file, format!("expected a record: {e}"));
    if let Some(cases) = record.get("cases") {
        let cases: Vec<case::Case> = serde_json::from_value(cases.clone()).map_err(bad)?;
        let mut verdicts = vec![];
        for case in &cases {
            verdicts.push(operators::check(case, device).await);
        }
        return Ok(verdicts);
    }
    if let Some(recorded) = record.get("schedules") {
        let recorded: Vec<schedules::Recorded> = serde_json::from_value(recorded.clone()).map_err(bad)?;
        return Ok(recorded.iter().map(schedules::check).collect());
    }
    if record.get("params_columns").is_some() {
        return gradients::check(&serde_json::from_value(record).map_err(bad)?, device).await;
    }
    if record.get("stages").is_some() {
        return networks::check_model(&serde_json::from_value(record).map_err(bad)?, device).await;
    }
    Err(Error::data(file, "expected a record of operator cases, of schedules, of a model or of gradients, found none of them"))
}
