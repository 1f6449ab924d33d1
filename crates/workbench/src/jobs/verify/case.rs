//! An operator case as a record holds it.
use super::{compare, rule};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(super) struct Case {
    pub case: String,
    pub op: String,
    pub inputs: BTreeMap<String, Input>,
    pub args: Value,
    pub out: Expected,
    #[serde(default)]
    pub grads: BTreeMap<String, Expected>,
    /// What else was recorded, such as running statistics afterwards.
    #[serde(default)]
    pub extra: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
pub(super) struct Input {
    pub shape: Vec<usize>,
    #[serde(default = "minus_one")]
    lo: f64,
    #[serde(default = "one")]
    hi: f64,
}

fn minus_one() -> f64 {
    -1.0
}
fn one() -> f64 {
    1.0
}

/// All values, or the first of them with sum and Euclidean length.
#[derive(Deserialize)]
pub(super) struct Expected {
    pub shape: Vec<usize>,
    pub full: Option<Vec<f64>>,
    pub first: Option<Vec<f64>>,
    pub sum: Option<f64>,
    pub l2: Option<f64>,
}

impl Case {
    pub(super) fn input(&self, key: &str) -> Vec<f32> {
        let Input { shape, lo, hi } = &self.inputs[key];
        rule::tensor(&format!("{}/{key}", self.case), shape.iter().product(), *lo, *hi)
    }
    /// A pair argument (height, width).
    pub(super) fn pair(&self, key: &str) -> Option<[usize; 2]> {
        serde_json::from_value(self.args.get(key)?.clone()).ok()
    }
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.args.get(key)?.as_f64()
    }
    pub(super) fn flag(&self, key: &str) -> bool {
        self.args.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
    /// Whole numbers, negative ones included.
    pub(super) fn list(&self, key: &str) -> Option<Vec<isize>> {
        serde_json::from_value(self.args.get(key)?.clone()).ok()
    }
}

impl Expected {
    /// The worst relative error of values of shape `dims`.
    pub(super) fn error_of(&self, dims: &[usize], values: &[f32]) -> f64 {
        if dims != self.shape {
            return f64::INFINITY;
        }
        if let Some(full) = &self.full {
            return compare(values, full);
        }
        let (Some(first), Some(sum), Some(l2)) = (&self.first, self.sum, self.l2) else { return f64::INFINITY };
        if values.len() < first.len() {
            return f64::INFINITY;
        }
        summary_error(values, first, sum, l2)
    }
}

/// The worst of: the first values, the sum (relative to √n · l2, the most it can be), and the Euclidean length.
pub(super) fn summary_error(values: &[f32], first: &[f64], sum: f64, l2: f64) -> f64 {
    if values.iter().any(|v| !v.is_finite()) || values.len() < first.len() {
        return f64::INFINITY;
    }
    let found_sum: f64 = values.iter().map(|v| f64::from(*v)).sum();
    let found_l2 = values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
    // The first values are measured against the array's typical size, for they may all be small.
    let scale = first.iter().fold(l2 / (values.len() as f64).sqrt(), |m, v| m.max(v.abs())).max(f64::MIN_POSITIVE);
    let firsts = values.iter().zip(first).fold(0.0f64, |m, (f, e)| m.max((f64::from(*f) - e).abs() / scale));
    let most = l2.max(f64::MIN_POSITIVE);
    firsts.max((found_sum - sum).abs() / (most * (values.len() as f64).sqrt())).max((found_l2 - l2).abs() / most)
}
