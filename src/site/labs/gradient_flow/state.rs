//! The lab's data, made only of the workbench's answers. In pairs the plain network comes first.
use crate::{
    nets::train::Thinned,
    site::{
        labs::kit::{points::Points, run::Run},
        widgets::{chart::Line, curves::short},
    },
    workbench::protocol::{
        depth::{Answer, Options, Slice, TwinStep},
        run,
    },
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub const NAMES: [&str; 2] = ["plain", "residual"];
pub const COLOURS: [&str; 2] = ["--positive", "--accent"];

/// The first block's gradient over the last block's: the share that arrives. The first and the last convolution in blocks are compared.
pub fn arrives(norms: &[f64]) -> Option<f64> {
    (norms.len() > 4).then(|| norms[1] / norms[norms.len() - 2]).filter(|ratio| ratio.is_finite())
}

/// The share as a sentence.
pub fn arrival(norms: &[f64]) -> String {
    let blocks = &norms[1..norms.len().max(2) - 1];
    if norms.iter().any(|norm| !norm.is_finite()) {
        "the gradients are no numbers any more: it has diverged".into()
    } else if blocks.iter().all(|norm| *norm == 0.0) {
        "no block has a gradient: all are 0".into()
    } else {
        match arrives(norms) {
            Some(0.0) => "no gradient reaches the first block: it is 0".into(),
            Some(ratio) => format!("the first block's gradient is {} times the last block's", short(ratio)),
            None => "the last block's gradient is 0, the first block's is not".into(),
        }
    }
}

/// Gradient norms from the input to the classes, of the plain and of the residual network.
pub type Norms = [Vec<f64>; 2];

/// The progress of a measurement that the reader asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    pub done: usize,
    pub of: usize,
}

/// What is kept with the run of its charts: `State`'s losses, errors, tests and likeness.
#[derive(Default, Serialize, Deserialize)]
struct Charts([Points; 4]);

#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Names of the weights whose gradients are measured.
    pub weights: Vec<String>,
    /// The last step that was made.
    pub step: u64,
    /// The seconds of a step of both: a running mean.
    pub seconds: Option<f32>,
    // Of each point the plain twin's number comes first.
    pub losses: Points,
    pub errors: Points,
    pub tests: Points,
    pub alike: Points,
    /// The gradient norms of each layer in the last step; below also in earlier steps.
    pub norms: Arc<Norms>,
    pub history: Thinned<Arc<Norms>, 200>,
    /// The test error of each whole network; below without each block. None if it is not measured yet.
    pub whole: [Option<f32>; 2],
    pub dropped: [Vec<f32>; 2],
    pub slice: Option<Slice>,
    /// The loss at each place. NaN if it is not known.
    pub around: [Vec<f32>; 2],
    pub measuring: Option<Progress>,
}

fn number(value: Option<f32>) -> f64 {
    value.map_or(f64::NAN, f64::from)
}

/// Multiply-adds of a batch in one of the two, forward.
pub fn macs_a_step(run: &Run<Options>) -> f64 {
    run.macs as f64 * run.options.as_ref().map_or(0, |options| options.batch) as f64
}

/// The lines of both networks, with at most `most` points.
pub fn lines(points: &Points, noisy: bool, most: usize) -> Vec<Line> {
    (0..2).map(|i| points.line(i, NAMES[i], COLOURS[i], noisy, most)).collect()
}

impl State {
    /// The mean of the last training errors.
    pub fn recent_error(&self, twin: usize) -> Option<f64> {
        let last = &self.errors.all()[self.errors.all().len().saturating_sub(20)..];
        (!last.is_empty()).then(|| last.iter().map(|(_, errors)| errors[twin]).sum::<f64>() / last.len() as f64)
    }
    /// Whether the loss of the last step is not finite any more.
    pub fn diverged(&self) -> [bool; 2] {
        self.losses.last().map_or([false; 2], |(_, losses)| losses.map(f64::is_nan))
    }
    /// The beginning of a sentence that says which of them diverged, with the verb.
    pub fn who_diverged(&self) -> Option<&'static str> {
        match self.diverged() {
            [true, true] => Some("Both networks have"),
            [true, false] => Some("The plain network has"),
            [false, true] => Some("The residual network has"),
            [false, false] => None,
        }
    }
    /// A step and its norms: the last step, or the last kept one up to `looked`.
    pub fn norms_at(&self, looked: Option<u64>) -> (u64, &Norms) {
        let kept = looked.filter(|step| *step < self.step).and_then(|step| self.history.at(step));
        kept.map_or((self.step, &*self.norms), |(step, norms)| (step, norms))
    }
    /// Removes the data after this step.
    pub fn forget_after(&mut self, step: u64) {
        let all = [&mut self.losses, &mut self.errors, &mut self.tests, &mut self.alike];
        all.into_iter().for_each(|points| points.forget_after(step));
        self.history.forget_after(step);
        self.norms = self.history.at(step).map(|(_, norms)| norms.clone()).unwrap_or_default();
        (self.step, self.measuring) = (step, None);
        self.forget_drops();
        (self.slice, self.around) = (None, Default::default());
    }
    /// What is kept with the run.
    pub fn written(&self) -> String {
        let charts = Charts([&self.losses, &self.errors, &self.tests, &self.alike].map(Points::thinned));
        serde_json::to_string(&charts).unwrap_or_default()
    }
    /// Of another run, with the charts that were kept with it, if any.
    pub fn of(run: &Run<Options>, written: &str) -> State {
        let weights = run.options.as_ref().map_or(vec![], |options| options.recipe.weights());
        let Charts([losses, errors, tests, alike]) = serde_json::from_str(written).unwrap_or_default();
        State { weights, step: run.step, losses, errors, tests, alike, ..State::default() }
    }
    pub fn forget_drops(&mut self) {
        (self.whole, self.dropped) = ([None; 2], Default::default());
    }
    pub fn forget_slice(&mut self, asked: Slice) {
        let places = if asked.plane { asked.places * asked.places } else { asked.places };
        (self.slice, self.around) = (Some(asked), [vec![f32::NAN; places], vec![f32::NAN; places]]);
    }
    pub fn apply(&mut self, answer: &Answer) {
        match answer {
            Answer::Run(run::Answer::State { .. }) => self.measuring = None,
            Answer::Run(_) => {}
            Answer::Stepped { step, twins, seconds, .. } => self.learn(*step, twins, *seconds),
            Answer::Tested { step, errors, .. } => self.tests.put(*step, errors.map(f64::from)),
            Answer::Alike { step, correlations } => self.alike.put(*step, correlations.map(number)),
            Answer::Dropped { twin, block, error } => match (block, self.whole.get_mut(*twin), self.dropped.get_mut(*twin)) {
                (None, Some(whole), _) => *whole = Some(*error),
                (Some(block), _, Some(dropped)) => {
                    dropped.resize(dropped.len().max(block + 1), f32::NAN);
                    dropped[*block] = *error;
                }
                _ => {}
            },
            Answer::Slice { twin, place, loss } => {
                if let Some(found) = self.around.get_mut(*twin).and_then(|around| around.get_mut(*place)) {
                    *found = loss.unwrap_or(f32::INFINITY);
                }
            }
            Answer::Measuring { done, of } => self.measuring = (done < of).then_some(Progress { done: *done, of: *of }),
        }
    }
    fn learn(&mut self, step: u64, twins: &[TwinStep; 2], seconds: f32) {
        self.step = step;
        self.seconds = Some(self.seconds.map_or(seconds, |mean| 0.9 * mean + 0.1 * seconds));
        self.losses.put(step, twins.each_ref().map(|twin| number(twin.loss)));
        self.errors.put(step, twins.each_ref().map(|twin| f64::from(twin.error)));
        self.norms = Arc::new(twins.each_ref().map(|twin| twin.norms.iter().map(|norm| number(*norm)).collect()));
        self.history.push(step, || self.norms.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(step: u64, norms: &[f32]) -> Answer {
        let twin = |loss| TwinStep { loss, error: 0.5, norms: norms.iter().map(|n| Some(*n)).collect() };
        Answer::Stepped { step, twins: [twin(None), twin(Some(2.0))], batch: 1, seconds: 0.1, epoch: 0.0 }
    }

    #[test]
    fn a_loss_that_ran_away_leaves_a_gap_and_no_error() {
        let mut state = State::default();
        state.apply(&learned(1, &[1.0, 4.0, 1.0, 2.0, 9.0]));
        state.apply(&learned(2, &[1.0, 1.0, 1.0, 2.0, 9.0]));
        let [plain, residual] = &lines(&state.losses, true, usize::MAX)[..] else { panic!("two lines") };
        assert!(plain.points.iter().all(|p| p.1.is_nan()));
        assert_eq!(residual.points, [(1.0, 2.0), (2.0, 2.0)]);
        let (step, norms) = state.norms_at(Some(1));
        assert_eq!((step, arrives(&norms[0])), (1, Some(2.0)));
        let (step, norms) = state.norms_at(None);
        assert_eq!((step, arrives(&norms[0])), (2, Some(0.5)));
    }

    #[test]
    fn what_arrives_is_said_whatever_it_is() {
        let said = |norms: &[f64]| arrival(norms);
        assert!(said(&[1.0, 4.0, 1.0, 2.0, 9.0]).contains("is 2.0 times"));
        assert!(said(&[0.0, 0.0, 1.0, 2.0, 9.0]).contains("reaches the first block"));
        assert!(said(&[0.0, 0.0, 0.0, 0.0, 9.0]).contains("no block"));
        assert!(said(&[0.0, 1.0, 1.0, 0.0, 9.0]).contains("last block's gradient is 0"));
        assert!(said(&[1.0, 4.0, f64::NAN, 2.0, 9.0]).contains("diverged"));
        let mut state = State::default();
        assert_eq!(state.diverged(), [false; 2]);
        state.apply(&learned(1, &[1.0; 5]));
        assert_eq!(state.diverged(), [true, false]);
    }

    #[test]
    fn what_a_lost_gpu_took_along_is_forgotten() {
        let mut state = State::default();
        (1..=5).for_each(|step| state.apply(&learned(step, &[step as f32; 5])));
        state.apply(&Answer::Tested { step: 4, errors: [0.5; 2], digits: 500 });
        state.forget_after(3);
        assert_eq!((state.step, state.losses.all().len(), state.tests.is_empty(), state.norms[0][0]), (3, 3, true, 3.0));
    }

    #[test]
    fn places_come_in_any_order() {
        let mut state = State::default();
        state.forget_slice(Slice { seed: 1, places: 3, reach: 1.0, plane: false });
        state.apply(&Answer::Slice { twin: 1, place: 2, loss: Some(3.0) });
        state.apply(&Answer::Slice { twin: 1, place: 0, loss: None });
        assert!(state.around[1][0].is_infinite() && state.around[1][1].is_nan() && state.around[1][2] == 3.0);
        state.apply(&Answer::Slice { twin: 5, place: 9, loss: None });
    }
}
