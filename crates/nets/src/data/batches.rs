//! The order in which a training run sees its data. It is shuffled anew in each epoch, and is the same for the same seed.
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;

/// An endless sequence of batches of indices (torch.utils.data.DataLoader with `shuffle` and `drop_last`).
pub struct Batches {
    order: Vec<usize>,
    batch: usize,
    at: usize,
    random: Pcg64Mcg,
}

/// `count` of `len` indices, without repetition. The same seed gives the same indices.
pub fn subset(len: usize, count: usize, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..len).collect();
    // The seed is inverted, because the order of batches uses the same seed.
    all.shuffle(&mut Pcg64Mcg::seed_from_u64(!seed));
    all.truncate(count);
    all
}

impl Batches {
    /// Batches of `batch` indices out of `len`. A batch that is larger than the data takes all of it. Without data each batch is empty.
    pub fn new(len: usize, batch: usize, seed: u64) -> Batches {
        let mut batches = Batches { order: (0..len).collect(), batch: batch.max(1).min(len), at: 0, random: Pcg64Mcg::seed_from_u64(seed) };
        batches.order.shuffle(&mut batches.random);
        batches
    }
    /// The indices of the next batch. Indices that do not fill a batch at the end of an epoch are left for the next epoch, so that every
    /// step has the same size.
    pub fn next_batch(&mut self) -> &[usize] {
        if self.at + self.batch > self.order.len() {
            self.order.shuffle(&mut self.random);
            self.at = 0;
        }
        self.at += self.batch;
        &self.order[self.at - self.batch..self.at]
    }
    /// The first `count` indices in the present order, which is random.
    pub fn some(&self, count: usize) -> Vec<usize> {
        self.order.iter().copied().take(count).collect()
    }
    /// The number of batches in an epoch, at least 1.
    pub fn steps_an_epoch(&self) -> usize {
        self.order.len().checked_div(self.batch).unwrap_or(0).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subset_is_drawn_once_for_each_seed() {
        let (few, again, other) = (subset(1000, 50, 1), subset(1000, 50, 1), subset(1000, 50, 2));
        assert_eq!(few, again);
        assert_ne!(few, other);
        let mut distinct = few;
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 50);
        assert_eq!(subset(10, 50, 1).len(), 10, "no more than there are");
    }

    #[test]
    fn of_nothing_each_batch_is_empty() {
        let mut batches = Batches::new(0, 10, 1);
        assert!((0..3).all(|_| batches.next_batch().is_empty()));
        assert_eq!(batches.steps_an_epoch(), 1);
    }

    #[test]
    fn an_epoch_sees_each_digit_once_and_a_seed_repeats_it() {
        let run = |seed| {
            let mut batches = Batches::new(100, 10, seed);
            (0..20).flat_map(|_| batches.next_batch().to_vec()).collect::<Vec<_>>()
        };
        let (first, again, other) = (run(1), run(1), run(2));
        assert_eq!(first, again);
        assert_ne!(first, other);
        for epoch in first.chunks(100) {
            let mut seen = epoch.to_vec();
            seen.sort_unstable();
            assert_eq!(seen, (0..100).collect::<Vec<_>>());
        }
        assert_ne!(first[..100], first[100..]);
    }
}
