//! What is measured between steps, a slice at a time: the test error, each block's worth, the loss around.
use super::{
    digits::Batch,
    sibling::Sibling,
    slice::{self, Surroundings},
};
use crate::protocol::depth::{Answer, Slice};
use engine::Result;

pub(super) enum Measurement {
    /// The error of both, `at` batches done.
    Test { at: usize, wrong: [f32; 2] },
    /// Of `2 · (blocks + 1)` networks, number `number`, `at` batches of it done.
    Drop { number: usize, at: usize, wrong: f32 },
    /// Both twins' surroundings; number `number` of twice as many places.
    Slice { asked: Slice, around: [Surroundings; 2], number: usize },
}

impl Measurement {
    pub(super) fn test() -> Measurement {
        Measurement::Test { at: 0, wrong: [0.0; 2] }
    }
    pub(super) fn drop() -> Measurement {
        Measurement::Drop { number: 0, at: 0, wrong: 0.0 }
    }
    pub(super) async fn slice(twins: &[Sibling; 2], asked: Slice) -> Result<Measurement> {
        let asked = slice::checked(asked)?;
        let around = [Surroundings::of(&twins[0], asked).await?, Surroundings::of(&twins[1], asked).await?];
        Ok(Measurement::Slice { asked, around, number: 0 })
    }
    /// Whether the reader asked for it: then it is told how far it is.
    pub(super) fn progress(&self, blocks: usize) -> Option<(usize, usize)> {
        match self {
            Measurement::Test { .. } => None,
            Measurement::Drop { number, .. } => Some((*number, 2 * (blocks + 1))),
            Measurement::Slice { asked, number, .. } => Some((*number, 2 * slice::count(asked))),
        }
    }
    /// One batch, and what it leads to. True: it was the last.
    pub(super) async fn advance(
        &mut self,
        twins: &[Sibling; 2],
        tests: &[Batch],
        training: &Batch,
        step: u64,
    ) -> Result<(Option<Answer>, bool)> {
        let digits: usize = tests.iter().map(|batch| batch.labels.len()).sum();
        let wrong_of = |error: f32, batch: &Batch| error * batch.labels.len() as f32;
        match self {
            Measurement::Test { at, wrong } => {
                for (wrong, twin) in wrong.iter_mut().zip(twins) {
                    *wrong += wrong_of(twin.error(&tests[*at], None).await?, &tests[*at]);
                }
                *at += 1;
                let last = *at == tests.len();
                let errors = wrong.map(|wrong| wrong / digits as f32);
                Ok((last.then_some(Answer::Tested { step, errors, digits }), last))
            }
            Measurement::Drop { number, at, wrong } => {
                // The whole networks first, then block by block, plain and residual in turn.
                let (twin, block) = (*number % 2, (*number / 2).checked_sub(1));
                *wrong += wrong_of(twins[twin].error(&tests[*at], block).await?, &tests[*at]);
                *at += 1;
                if *at < tests.len() {
                    return Ok((None, false));
                }
                let error = *wrong / digits as f32;
                (*number, *at, *wrong) = (*number + 1, 0, 0.0);
                let last = *number == 2 * (twins[0].network.blocks() + 1);
                Ok((Some(Answer::Dropped { twin, block, error }), last))
            }
            Measurement::Slice { asked, around, number } => {
                let (twin, place) = (*number % 2, *number / 2);
                let loss = around[twin].loss(&twins[twin], place, training).await?;
                *number += 1;
                Ok((Some(Answer::Slice { twin, place, loss }), *number == 2 * slice::count(asked)))
            }
        }
    }
}
