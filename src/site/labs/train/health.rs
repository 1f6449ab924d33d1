//! Tells that a run learns nothing, by its last losses, and what to try.
use crate::workbench::protocol::OptimiserChoice;

/// A network that guesses among ten classes has the loss ln 10 = 2.30.
pub const GUESSING: f64 = 2.2;
/// A network that is only slow does not reach this loss, but a diverging one exceeds it.
pub const THROWN: f64 = 3.0;
/// The number of steps in a mean.
pub const WINDOW: usize = 100;
/// The number of steps with one rate before it is judged. With the usual settings every network of digits has left chance by then.
const PATIENCE: u64 = 200;

/// Whether a loss exceeds a bound. NaN exceeds every bound.
pub fn is_beyond(loss: f64, bound: f64) -> bool {
    loss.is_nan() || loss >= bound
}

/// What is wrong with a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// The loss is not a number any more.
    NoNumber,
    /// The mean loss is above what guessing costs.
    Diverged,
    /// The mean loss is what guessing costs.
    Chance,
}

impl Trouble {
    /// What is wrong after this number of steps with one rate. `losses` are those of all steps.
    pub fn of(losses: impl DoubleEndedIterator<Item = f64>, steps: u64) -> Option<Trouble> {
        let recent: Vec<f64> = losses.rev().take(WINDOW).collect();
        let mean = recent.iter().sum::<f64>() / recent.len().max(1) as f64;
        match () {
            // Such a run never comes back, so there is nothing to wait for.
            _ if recent.first().is_some_and(|last| !last.is_finite()) => Some(Trouble::NoNumber),
            _ if steps < PATIENCE => None,
            _ if is_beyond(mean, THROWN) => Some(Trouble::Diverged),
            _ if is_beyond(mean, GUESSING) => Some(Trouble::Chance),
            _ => None,
        }
    }
    /// The same in words, and what to try with this optimiser at this rate.
    pub fn said(self, optimiser: OptimiserChoice, rate: f32) -> String {
        let usual = optimiser.usual_rate();
        let name = match optimiser {
            OptimiserChoice::Sgd => "SGD",
            OptimiserChoice::Adam => "Adam",
        };
        let seen = match self {
            Trouble::NoNumber => "This run has diverged: its loss is not a number any more, and it cannot come back.".into(),
            Trouble::Diverged => {
                format!(
                    "This run has diverged: the mean loss of its last {WINDOW} steps is above {THROWN}, and to guess costs 2.30 (ln 10)."
                )
            }
            Trouble::Chance => {
                format!(
                    "This run is at chance level: the mean loss of its last {WINDOW} steps is what guessing among ten digits costs (ln 10 = 2.30)."
                )
            }
        };
        let tried = match self {
            Trouble::Chance if rate < usual => {
                format!("The rate {rate} is small for {name}, so it may only be slow: wait, or try {usual}.")
            }
            _ if rate > usual => format!("The rate {rate} is large for {name}: begin anew with a smaller one, such as {usual}."),
            _ => "Begin anew with a smaller rate, another seed, or less dropout, shift and turn.".to_string(),
        };
        format!("{seen} {tried}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(losses: &[f64], steps: u64) -> Option<Trouble> {
        Trouble::of(losses.iter().copied(), steps)
    }

    #[test]
    fn a_run_in_trouble_is_known_by_its_last_losses() {
        assert_eq!(of(&[2.3; 300], 300), Some(Trouble::Chance));
        assert_eq!(of(&[2.3; 300], 199), None, "too early with this rate");
        assert_eq!(of(&[&[2.3; 300][..], &[1.0; 100]].concat(), 400), None, "it learns now");
        assert_eq!(of(&[&[0.5; 300][..], &[40.0; 100]].concat(), 400), Some(Trouble::Diverged));
        assert_eq!(of(&[&[0.5; 30][..], &[f64::NAN]].concat(), 31), Some(Trouble::NoNumber));
        assert_eq!(of(&[], 0), None);
    }

    #[test]
    fn what_to_try_fits_the_rate() {
        assert!(Trouble::Chance.said(OptimiserChoice::Adam, 0.02).contains("large for Adam: begin anew with a smaller one, such as 0.001"));
        assert!(Trouble::Chance.said(OptimiserChoice::Sgd, 1e-4).contains("small for SGD"));
        assert!(Trouble::NoNumber.said(OptimiserChoice::Sgd, 0.02).contains("another seed"));
    }
}
