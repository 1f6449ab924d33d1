//! A thinned history of a run: a value at evenly spaced steps. When there are more than the allowed number, every second one is dropped.

/// The values at the first pushed step and at every n-th step after it, at most `MOST` of them. n doubles when there are too many.
#[derive(Clone, Debug, PartialEq)]
pub struct Thinned<T, const MOST: usize> {
    every: u64,
    kept: Vec<(u64, T)>,
}

impl<T, const MOST: usize> Default for Thinned<T, MOST> {
    fn default() -> Self {
        Thinned { every: 1, kept: vec![] }
    }
}

impl<T, const MOST: usize> Thinned<T, MOST> {
    /// Keeps a value for this step if the step is one of the kept ones. `of` is called only then.
    pub fn push(&mut self, step: u64, of: impl FnOnce() -> T) {
        if !self.kept.is_empty() && !step.is_multiple_of(self.every) {
            return;
        }
        self.kept.push((step, of()));
        if self.kept.len() > MOST {
            self.every *= 2;
            let (first, every) = (self.kept[0].0, self.every);
            self.kept.retain(|(step, _)| *step == first || step.is_multiple_of(every));
        }
    }
    /// The kept steps, in the order of the run.
    pub fn steps(&self) -> impl Iterator<Item = u64> {
        self.kept.iter().map(|(step, _)| *step)
    }
    /// The value at the earliest kept step.
    pub fn first(&self) -> Option<&T> {
        self.kept.first().map(|(_, kept)| kept)
    }
    /// The last kept step up to `step`, with its value.
    pub fn at(&self, step: u64) -> Option<(u64, &T)> {
        self.kept.iter().rev().find(|(kept, _)| *kept <= step).map(|(step, kept)| (*step, kept))
    }
    /// The value at exactly this step, if it is kept.
    pub fn get(&self, step: u64) -> Option<&T> {
        self.at(step).filter(|(kept, _)| *kept == step).map(|(_, kept)| kept)
    }
    /// Drops all values after this step.
    pub fn forget_after(&mut self, step: u64) {
        self.kept.retain(|(kept, _)| *kept <= step);
    }
    /// Replaces this step's value, and drops all values after it.
    pub fn end_with(&mut self, step: u64, last: T) {
        self.kept.retain(|(kept, _)| *kept < step);
        self.kept.push((step, last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_stays_small_and_keeps_its_first_step() {
        let mut thinned: Thinned<u64, 200> = Thinned::default();
        (1..=10_000).for_each(|step| thinned.push(step, || step));
        assert!((100..=200).contains(&thinned.steps().count()));
        assert_eq!(thinned.first(), Some(&1));
        let (step, kept) = thinned.at(5_000).expect("one is kept");
        assert!((4_900..=5_000).contains(&step) && *kept == step);
        assert!(thinned.at(0).is_none());
        thinned.forget_after(300);
        assert!(thinned.at(10_000).is_some_and(|(step, _)| step <= 300));
        thinned.end_with(77, 0);
        assert_eq!((thinned.get(77), thinned.get(78), thinned.at(78)), (Some(&0), None, Some((77, &0))));
    }
}
