//! An operator case of a record.
use super::{compare, rule};
use engine::{Error, Result, autograd::Tape};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// The largest number of values in one tensor. The largest in the records has 36 864.
const MOST: usize = 1 << 17;
/// The largest number of values in all tensors of a case together, and of its multiply-adds.
const MOST_TOGETHER: usize = 1 << 24;
const MOST_WORK: u64 = 1 << 30;
/// The largest argument, whatever it counts.
const MOST_ARGUMENT: f64 = 65_536.0;

#[derive(Deserialize)]
pub(super) struct Case {
    pub case: String,
    pub op: String,
    pub inputs: BTreeMap<String, Input>,
    pub args: Value,
    pub out: Expected,
    #[serde(default)]
    pub grads: BTreeMap<String, Expected>,
    /// Further values that were recorded, such as running statistics after the step.
    #[serde(default)]
    pub extra: BTreeMap<String, Value>,
    /// The arguments and inputs that were read.
    #[serde(skip)]
    read: RefCell<BTreeSet<String>>,
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

/// All expected values, or the first of them with their sum and Euclidean length.
#[derive(Deserialize)]
pub(super) struct Expected {
    pub shape: Vec<usize>,
    pub full: Option<Vec<f64>>,
    pub first: Option<Vec<f64>>,
    pub sum: Option<f64>,
    pub l2: Option<f64>,
}

/// The number of values in a shape of a record. Refuses more than `most`.
pub(super) fn size(name: &str, shape: &[usize], most: usize) -> Result<usize> {
    let size = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).filter(|size| *size <= most);
    size.ok_or_else(|| Error::data(name, format!("expected a tensor of at most {most} values, found the shape {shape:?}")))
}

/// The largest absolute value of the numbers in these arguments.
fn largest(arguments: &Value) -> f64 {
    match arguments {
        Value::Array(values) => values.iter().map(largest).fold(0.0, f64::max),
        Value::Object(entries) => entries.values().map(largest).fold(0.0, f64::max),
        other => other.as_f64().map_or(0.0, f64::abs),
    }
}

impl Case {
    /// Refuses a case that is larger than any record needs, before memory is allocated.
    pub(super) fn possible(&self) -> Result<()> {
        let outputs = self.grads.iter().map(|(key, expected)| (key.as_str(), &expected.shape)).chain([("out", &self.out.shape)]);
        for (key, shape) in self.inputs.iter().map(|(key, input)| (key.as_str(), &input.shape)).chain(outputs) {
            size(&format!("{}/{key}", self.case), shape, MOST)?;
        }
        match largest(&self.args) {
            number if number > MOST_ARGUMENT => {
                Err(Error::data(&self.case, format!("expected arguments of at most {MOST_ARGUMENT}, found {number}")))
            }
            _ => Ok(()),
        }
    }
    /// Refuses a case whose dry run is too large.
    pub(super) fn affordable(&self, dry: &Tape) -> Result<()> {
        let values = dry.read(|lines| lines.iter().map(|line| line.y.shape().size()).fold(0, usize::saturating_add));
        if values > MOST_TOGETHER || dry.macs() > MOST_WORK {
            let found = format!("{values} values and {} multiply-adds", dry.macs());
            return Err(Error::data(
                &self.case,
                format!("expected at most {MOST_TOGETHER} values and {MOST_WORK} multiply-adds, found {found}"),
            ));
        }
        Ok(())
    }
    pub(super) fn input(&self, key: &str) -> Result<(&[usize], Vec<f32>)> {
        let Input { shape, lo, hi } = self.inputs.get(key).ok_or_else(|| Error::data(&self.case, format!("expected an input {key}")))?;
        let name = format!("{}/{key}", self.case);
        Ok((shape, rule::tensor(&name, size(&name, shape, MOST)?, *lo, *hi)))
    }
    /// Remembers that an operation knows this argument or input.
    pub(super) fn know(&self, key: &str) {
        self.read.borrow_mut().insert(key.into());
    }
    /// An argument, if there is one. One of another kind than is asked for counts as unread.
    pub(super) fn argument<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = T::deserialize(self.args.get(key)?).ok()?;
        self.know(key);
        Some(value)
    }
    /// A pair argument (height, width); a single number counts for both.
    pub(super) fn pair(&self, key: &str) -> Option<[usize; 2]> {
        self.argument(key).or_else(|| self.argument(key).map(|both| [both; 2]))
    }
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.argument(key)
    }
    pub(super) fn flag(&self, key: &str) -> bool {
        self.argument(key).unwrap_or(false)
    }
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.argument(key)
    }
    /// A list of integers, which may be negative.
    pub(super) fn list(&self, key: &str) -> Option<Vec<isize>> {
        self.argument(key)
    }
    /// Refuses a case with an argument or input that was not read, since the operation may depend on it.
    pub(super) fn all_read(&self) -> Result<()> {
        let read = self.read.borrow();
        let arguments = self.args.as_object().into_iter().flatten().filter(|(key, value)| !value.is_null() && !read.contains(*key));
        let inputs = self.inputs.keys().filter(|key| !read.contains(*key));
        let unread = arguments.map(|(key, value)| format!("{key} = {value}")).chain(inputs.map(|key| format!("an input {key}")));
        match unread.collect::<Vec<_>>() {
            unread if unread.is_empty() => Ok(()),
            unread => Err(Error::unsupported(&self.op, format!("{} is not known with {}", self.op, unread.join(", ")))),
        }
    }
}

impl Expected {
    /// The largest relative error of values of shape `dims`.
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

/// The largest of three errors: of the first values, of the sum (relative to √n · l2, its largest possible value), and of the Euclidean length.
pub(super) fn summary_error(values: &[f32], first: &[f64], sum: f64, l2: f64) -> f64 {
    if values.iter().any(|v| !v.is_finite()) || values.len() < first.len() {
        return f64::INFINITY;
    }
    let found_sum: f64 = values.iter().map(|v| f64::from(*v)).sum();
    let found_l2 = values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
    // The error of the first values is relative to the array's typical value, since all of them may be small.
    let scale = first.iter().fold(l2 / (values.len() as f64).sqrt(), |m, v| m.max(v.abs())).max(f64::MIN_POSITIVE);
    let firsts = values.iter().zip(first).fold(0.0f64, |m, (f, e)| m.max((f64::from(*f) - e).abs() / scale));
    let most = l2.max(f64::MIN_POSITIVE);
    firsts.max((found_sum - sum).abs() / (most * (values.len() as f64).sqrt())).max((found_l2 - l2).abs() / most)
}
