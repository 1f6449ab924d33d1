//! Numbers that JSON cannot express: a value that is not finite is written as null, and read as NaN. So a diverged run can be reported.
use serde::{Deserialize, Deserializer};

pub(super) fn one<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or(f32::NAN))
}

pub(super) fn many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f32>, D::Error> {
    let values: Vec<Option<f32>> = Deserialize::deserialize(from)?;
    Ok(values.into_iter().map(|value| value.unwrap_or(f32::NAN)).collect())
}
