//! Each layer's gradient at earlier steps, thinned so that a long run stays small.
use std::sync::Arc;

/// Gradient norms from the input to the classes: the plain network's, the residual one's.
pub type Norms = [Vec<f64>; 2];

/// Steps that are kept at most.
const MOST: usize = 200;

/// The first step, and every so many-th one: as many more as the run grows longer.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    every: u64,
    kept: Vec<(u64, Arc<Norms>)>,
}

impl Default for History {
    fn default() -> Self {
        History { every: 1, kept: vec![] }
    }
}

impl History {
    pub fn push(&mut self, step: u64, norms: &Arc<Norms>) {
        if !self.kept.is_empty() && !step.is_multiple_of(self.every) {
            return;
        }
        self.kept.push((step, norms.clone()));
        if self.kept.len() > MOST {
            self.every *= 2;
            let (first, every) = (self.kept[0].0, self.every);
            self.kept.retain(|(step, _)| *step == first || step.is_multiple_of(every));
        }
    }
    pub fn first(&self) -> Option<&(u64, Arc<Norms>)> {
        self.kept.first()
    }
    /// The last one kept up to this step.
    pub fn at(&self, step: u64) -> Option<&(u64, Arc<Norms>)> {
        self.kept.iter().rev().find(|(kept, _)| *kept <= step)
    }
    /// What came later has not been.
    pub fn forget_after(&mut self, step: u64) {
        self.kept.retain(|(kept, _)| *kept <= step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_stays_small_and_keeps_its_first_step() {
        let mut history = History::default();
        for step in 1..=10_000 {
            history.push(step, &Arc::new([vec![step as f64], vec![]]));
        }
        assert!((MOST / 2..=MOST).contains(&history.kept.len()));
        assert_eq!(history.first().map(|kept| kept.0), Some(1));
        let (step, norms) = history.at(5_000).expect("one is kept");
        assert!((4_900..=5_000).contains(step) && norms[0][0] == *step as f64);
        assert!(history.at(0).is_none());
        history.forget_after(300);
        assert!(history.at(10_000).is_some_and(|kept| kept.0 <= 300));
    }
}
