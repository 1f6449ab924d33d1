//! Verifies the engine against records of reference numbers: operators, networks, gradients and training losses, computed by PyTorch in 64 bits.
mod case;
mod compare;
mod gradients;
mod networks;
mod operators;
pub mod rule;
mod schedules;

pub use compare::{Found, Verdict, compare};

use engine::{Error, Result, error::guarded_future, tensor::Device};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Verifies a record. Returns a line for each entry; an entry that cannot be read, or that would take too much, becomes a line that says
/// so. `file` is for errors.
pub async fn verify(file: &str, record: &str, device: &Device) -> Result<Vec<Verdict>> {
    let found = guarded_future(file, verdicts(file, record, device)).await;
    if found.is_err() {
        tidy(device).await;
    }
    found
}

/// After something that could not be computed: what the GPU still has to say about it is heard, and its memory is freed, so that the next entry is judged by
/// itself.
async fn tidy(device: &Device) {
    if let Device::Gpu(gpu) = device {
        // Only reading hears its errors. The first one is known already.
        let _ = gpu.read(&[]).await;
        gpu.trim();
    }
}

/// The entries of a list, or the reason why an entry cannot be read. `name` is the key of its name.
fn entries<T: DeserializeOwned>(list: &Value, name: &str) -> Result<Vec<std::result::Result<T, Verdict>>> {
    let list = list.as_array().ok_or_else(|| Error::data("record", "expected a list of what it holds"))?;
    let entry = |value: &Value| {
        T::deserialize(value).map_err(|e| {
            let name = value.get(name).and_then(Value::as_str).unwrap_or("without a name");
            Verdict::from_error(name, Error::data("record", format!("expected an entry that is whole: {e}")))
        })
    };
    Ok(list.iter().map(entry).collect())
}

async fn verdicts(file: &str, record: &str, device: &Device) -> Result<Vec<Verdict>> {
    let record: Value = serde_json::from_str(record).map_err(|e| Error::data(file, format!("expected a record as JSON: {e}")))?;
    let bad = |e: serde_json::Error| Error::data(file, format!("expected a record: {e}"));
    if let Some(cases) = record.get("cases") {
        let mut verdicts = vec![];
        for case in entries::<case::Case>(cases, "case")? {
            verdicts.push(match case {
                Ok(case) => {
                    let verdict = operators::check(&case, device).await;
                    if matches!(verdict.found, Found::TooLarge(_) | Found::Failed(_)) {
                        tidy(device).await;
                    }
                    verdict
                }
                Err(refused) => refused,
            });
        }
        return Ok(verdicts);
    }
    if let Some(recorded) = record.get("schedules") {
        let recorded = entries::<schedules::Recorded>(recorded, "name")?;
        return Ok(recorded.into_iter().map(|one| one.map_or_else(|refused| refused, |one| schedules::check(&one))).collect());
    }
    if record.get("params_columns").is_some() {
        return gradients::check(&serde_json::from_value(record).map_err(bad)?, device).await;
    }
    if record.get("stages").is_some() {
        return networks::check_model(&serde_json::from_value(record).map_err(bad)?, device).await;
    }
    Err(Error::data(file, "expected a record of operator cases, of schedules, of a model or of gradients, found none of them"))
}
