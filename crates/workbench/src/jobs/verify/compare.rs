//! The allowed distance between found and expected numbers, and the line that reports it.
use engine::Error;

/// The result for one entry of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The largest error, relative to the largest expected number of its array, and the allowed error.
    Error {
        /// The largest error that was found. Infinity and NaN do not pass.
        worst: f64,
        /// The largest error that passes.
        allowed: f64,
    },
    /// The entry is not supported here; the reason.
    Unsupported(String),
    /// It exceeds the limits or the memory of this device; what it needs and what there is.
    TooLarge(String),
    /// It could not be computed; the reason.
    Failed(String),
}

/// One line of a verification: the name of an entry, and its result.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The record's name, and which part of it was compared.
    pub name: String,
    /// The result.
    pub found: Found,
}

impl Verdict {
    /// The verdict on something that was computed and compared.
    pub fn new(name: impl Into<String>, worst: f64, allowed: f64) -> Verdict {
        Verdict { name: name.into(), found: Found::Error { worst, allowed } }
    }
    /// The verdict on something that was not computed: unsupported, too large for the device, or failed for another reason.
    pub fn from_error(name: &str, error: Error) -> Verdict {
        let found = match error {
            Error::Unsupported { detail, .. } => Found::Unsupported(detail),
            Error::TooLarge(why) => Found::TooLarge(why),
            other => Found::Failed(other.to_string()),
        };
        Verdict { name: name.into(), found }
    }
    /// False if the error is too large or the computation failed. True for entries that are unsupported or too large for the device: they say nothing of the
    /// engine.
    pub fn holds(&self) -> bool {
        match self.found {
            // Not `worst > allowed`, because NaN must not pass.
            Found::Error { worst, allowed } => worst <= allowed,
            Found::Unsupported(_) | Found::TooLarge(_) => true,
            Found::Failed(_) => false,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match &self.found {
            Found::Error { worst, allowed } if self.holds() => {
                write!(f, "ok           {:<44} {worst:.1e} (allowed {allowed:.0e})", self.name)
            }
            Found::Error { worst, allowed } => write!(f, "FAILED       {:<44} {worst:.1e} (allowed {allowed:.0e})", self.name),
            Found::Unsupported(why) => write!(f, "unsupported  {:<44} {why}", self.name),
            Found::TooLarge(why) => write!(f, "too large    {:<44} {why}", self.name),
            Found::Failed(why) => write!(f, "FAILED       {:<44} {why}", self.name),
        }
    }
}

/// max |found − expected| / max |expected|. Infinite for a wrong length or a value that is not finite.
pub fn compare(found: &[f32], expected: &[f64]) -> f64 {
    if found.len() != expected.len() || found.iter().any(|v| !v.is_finite()) || expected.iter().any(|v| !v.is_finite()) {
        return f64::INFINITY;
    }
    let scale = expected.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let worst = found.iter().zip(expected).fold(0.0f64, |m, (f, e)| m.max((f64::from(*f) - e).abs()));
    if worst == 0.0 { 0.0 } else { worst / scale.max(f64::MIN_POSITIVE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_slips_through_the_comparison() {
        assert_eq!(compare(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert!((compare(&[1.0, 2.1], &[1.0, 2.0]) - 0.05).abs() < 1e-6);
        for (found, expected) in
            [(&[f32::NAN, 2.0][..], &[1.0, 2.0][..]), (&[1.0], &[1.0, 2.0]), (&[f32::INFINITY], &[1.0]), (&[1.0], &[f64::NAN])]
        {
            assert!(!Verdict::new("", compare(found, expected), 1e9).holds(), "{found:?} against {expected:?}");
        }
        assert!(!Verdict::new("", f64::NAN, 1.0).holds());
        assert!(compare(&[1e-3], &[0.0]) > 1e9);
    }
}
