//! Numbers that JSON has no word for: what is not finite is written as null, and read as NaN. A run that diverges is still to be told of.
use serde::{Deserialize, Deserializer};

pub(super) fn one<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or(f32::NAN))
}

pub(super) fn many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f32>, D::Error> {
    let values: Vec<Option<f32>> = Deserialize::deserialize(from)?;
    Ok(values.into_iter().map(|value| value.unwrap_or(f32::NAN)).collect())
}
