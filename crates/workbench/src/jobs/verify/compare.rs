//! How far found numbers may lie from expected ones, and the line that says it.
use engine::Error;

/// What became of one thing that a record holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The worst error, relative to the largest expected number of its array, and what is allowed.
    Error {
        /// The worst error found; infinite or NaN does not hold.
        worst: f64,
        /// The largest error that still holds.
        allowed: f64,
    },
    /// Not known here; says why.
    Unsupported(String),
    /// Could not be computed.
    Failed(String),
}

/// One line of a verification: what was compared, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The record's name, with what of it was compared.
    pub name: String,
    /// What became of it.
    pub found: Found,
}

impl Verdict {
    /// For something that was computed and compared.
    pub fn new(name: impl Into<String>, worst: f64, allowed: f64) -> Verdict {
        Verdict { name: name.into(), found: Found::Error { worst, allowed } }
    }
    /// For something that was not computed: unsupported, or failed for another reason.
    pub fn from_error(name: &str, error: Error) -> Verdict {
        let found = match error {
            Error::Unsupported { detail, .. } => Found::Unsupported(detail),
            other => Found::Failed(other.to_string()),
        };
        Verdict { name: name.into(), found }
    }
    /// False for an error too large and for what failed; what is unsupported neither holds nor breaks.
    pub fn holds(&self) -> bool {
        match self.found {
            // Not `worst > allowed`: a NaN must not pass.
            Found::Error { worst, allowed } => worst <= allowed,
            Found::Unsupported(_) => true,
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
            Found::Failed(why) => write!(f, "FAILED       {:<44} {why}", self.name),
        }
    }
}

/// max |found − expected| / max |expected|. A wrong length or anything not finite is infinitely wrong.
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
