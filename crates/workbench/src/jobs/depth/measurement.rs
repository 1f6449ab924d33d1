//! The measurements between steps, done in slices: the test error, the error without each block, and the loss around the weights.
use super::{
    digits::Batch,
    sibling::Sibling,
    slice::{self, Surroundings},
};
use crate::protocol::depth::{Answer, Slice};
use engine::Result;

pub(super) enum Measurement {
    /// The test error of both twins, after `at` batches.
    Test { at: usize, wrong: [f32; 2] },
    /// The test error without a block. There are `2 · (blocks + 1)` networks; `number` is the present one, of which `at` batches are done.
    Drop { number: usize, at: usize, wrong: f32 },
    /// The loss around both twins. `number` counts the places of both.
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
    /// The progress of a measurement that the reader asked for: parts done, and parts in all.
    pub(super) fn progress(&self, blocks: usize) -> Option<(usize, usize)> {
        match self {
            Measurement::Test { .. } => None,
            Measurement::Drop { number, .. } => Some((*number, 2 * (blocks + 1))),
            Measurement::Slice { asked, number, .. } => Some((*number, 2 * slice::count(asked))),
        }
    }
    /// Does one batch, and reports what follows from it. Returns true after the last one.
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
                // The whole networks come first, then block by block, the plain and the residual one in turn.
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
