//! Tests: a pass over the test digits, and over some training digits, in slices; and the results for each test digit.
use crate::protocol::{Event, Message, TrainingScore, Verdict};
use engine::{Error, Result, tensor::Tensor};
use nets::{
    data::{Mnist, SIDE},
    train::{Outcome, Score, Trainer, answer},
};

/// The number of digits in one slice.
const SLICE: usize = 200;
/// The largest number of digits in one answer.
const SHOWN: usize = 60;

/// The results of the last complete test for each test digit, in the data's order.
#[derive(Default)]
pub struct Verdicts {
    pub step: u64,
    answers: Vec<u8>,
    losses: Vec<f32>,
}

impl Verdicts {
    /// The digits that were answered wrong, or those in one cell of the confusion matrix. The largest loss comes first.
    pub fn judged(&self, data: &Mnist, cell: Option<[usize; 2]>) -> Result<Message<Event>> {
        let all = self.answers.iter().zip(&self.losses).enumerate();
        let verdict = |(index, (answer, loss)): (usize, (&u8, &f32))| {
            Some(Verdict { index, label: data.test.label(index)?, answer: usize::from(*answer), loss: *loss })
        };
        let belongs = |digit: &Verdict| cell.map_or(digit.label != digit.answer, |cell| [digit.label, digit.answer] == cell);
        let mut digits: Vec<Verdict> = all.filter_map(verdict).filter(belongs).collect();
        let count = digits.len();
        digits.sort_by(|a, b| b.loss.total_cmp(&a.loss));
        digits.truncate(SHOWN);
        let ink = |digit: &Verdict| data.test.pixels(digit.index).map(<[u8]>::to_vec);
        let buffers: Option<Vec<_>> = digits.iter().map(ink).collect();
        let buffers = buffers.ok_or_else(|| Error::data("MNIST", "expected the picture of every test digit"))?;
        Ok(Message::with(Event::Judged { step: self.step, cell, count, digits }, buffers))
    }
}

/// A test that is under way.
pub(super) struct Evaluation {
    pub question: u32,
    /// The number of digits that have been read back.
    done: usize,
    /// The numbers of the training digits that are tested after the test digits.
    own: Vec<usize>,
    tested: Score,
    learned: Score,
    verdicts: Verdicts,
    started: f64,
}

/// The results of a slice, to be read back.
pub(super) struct Slice {
    pub tensors: Vec<Tensor>,
    pub labels: Vec<f32>,
}

impl Evaluation {
    pub(super) fn new(question: u32, classes: usize, own: Vec<usize>, step: u64, now: f64) -> Self {
        let verdicts = Verdicts { step, ..Verdicts::default() };
        Evaluation { question, done: 0, own, tested: Score::new(classes), learned: Score::new(classes), verdicts, started: now }
    }
    /// The same test from its beginning, for another device.
    pub(super) fn again(&self) -> Self {
        Evaluation::new(self.question, self.tested.confusion.len(), self.own.clone(), self.verdicts.step, self.started)
    }
    /// Runs the network on the next digits.
    pub(super) fn slice(&self, trainer: &Trainer, data: &Mnist) -> Result<Slice> {
        let tests = data.test.len();
        let (images, labels) = match self.done.checked_sub(tests) {
            None => data.test.gather(&(self.done..(self.done + SLICE).min(tests)).collect::<Vec<_>>()),
            Some(from) => data.train.gather(&self.own[from..(from + SLICE).min(self.own.len())]),
        };
        let Outcome { loss, logits } = trainer.test(&[labels.len(), 1, SIDE, SIDE], &images, &labels)?;
        Ok(Slice { tensors: vec![loss, logits], labels })
    }
    /// Adds the results of a slice. Returns whether it was the last one.
    pub(super) fn add(&mut self, losses: &[f32], logits: &[f32], labels: &[f32], tests: usize) -> bool {
        if self.done < tests {
            self.tested.add(losses, logits, labels);
            self.verdicts.losses.extend(losses);
            self.verdicts.answers.extend(logits.chunks_exact(self.tested.confusion.len()).map(|row| answer(row) as u8));
        } else {
            self.learned.add(losses, logits, labels);
        }
        self.done += labels.len();
        self.done >= tests + self.own.len()
    }
    pub(super) fn finish(self, now: f64) -> (Event, Verdicts) {
        let learned = (self.learned.count > 0).then(|| TrainingScore {
            loss: self.learned.mean_loss(),
            accuracy: self.learned.accuracy(),
            digits: self.learned.count,
        });
        let (loss, accuracy, step) = (self.tested.mean_loss(), self.tested.accuracy(), self.verdicts.step);
        let seconds = (now - self.started) as f32;
        (Event::Evaluated { step, loss, accuracy, seconds, confusion: self.tested.confusion, learned }, self.verdicts)
    }
}
