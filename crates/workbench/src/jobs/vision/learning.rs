//! Learning kernels: slices of work, and reports.
use crate::{
    Host,
    protocol::{Message, vision::Answer},
};
use engine::{Error, Result};
use nets::train::KernelTrainer;
use vision::{Border, Components, Plane};

/// The time of a slice in seconds. Requests are handled after it.
const SLICE: f64 = 0.03;
/// The time between two reports in seconds.
const REPORT: f64 = 0.1;
/// The largest number of rounds for components.
const ROUNDS: usize = 300;
/// Components have converged when no kernel turns by more than this in a round: 1 − cos of the angle.
const SETTLED: f64 = 1e-5;
/// The number of steps in which a kernel is learned.
const STEPS: u64 = 20_000;

enum Work {
    Components { found: Box<Components>, side: usize, count: usize },
    Lesson { trainer: Box<KernelTrainer>, size: usize, losses: Vec<f32> },
}

pub(super) struct Learning {
    /// The question that each report answers.
    pub(super) question: u32,
    work: Work,
    reported: f64,
    over: bool,
}

fn begun(work: Work, host: &dyn Host) -> Result<(Learning, Message<Answer>)> {
    let mut learning = Learning { question: 0, work, reported: host.now(), over: false };
    let answer = learning.report()?;
    Ok((learning, answer))
}

impl Learning {
    pub(super) fn components(
        picture: &Plane,
        side: usize,
        count: usize,
        seed: u64,
        host: &dyn Host,
    ) -> Result<(Learning, Message<Answer>)> {
        begun(Work::Components { found: Box::new(Components::new(picture, side, count, seed)?), side, count }, host)
    }
    pub(super) fn lesson(
        picture: &Plane,
        target: &Plane,
        size: usize,
        border: Border,
        rate: f32,
        seed: u64,
        host: &dyn Host,
    ) -> Result<(Learning, Message<Answer>)> {
        if !(rate.is_finite() && rate >= 0.0) {
            return Err(Error::data("learning rate", format!("expected a number of at least 0, found {rate}")));
        }
        let trainer = Box::new(KernelTrainer::new(picture, target, size, border, rate, seed)?);
        begun(Work::Lesson { trainer, size, losses: vec![] }, host)
    }
    pub(super) fn asked(self, question: u32) -> Learning {
        Learning { question, ..self }
    }
    pub(super) fn is_over(&self) -> bool {
        self.over
    }
    /// Does a slice of work. Returns a report if one is due.
    pub(super) fn advance(&mut self, host: &dyn Host) -> Result<Option<Message<Answer>>> {
        let started = host.now();
        while !self.over && host.now() - started < SLICE {
            match &mut self.work {
                Work::Components { found, .. } => {
                    found.advance();
                    self.over = found.change < SETTLED || found.rounds >= ROUNDS;
                }
                Work::Lesson { trainer, losses, .. } => {
                    losses.push(trainer.step()?);
                    self.over = trainer.steps >= STEPS;
                }
            }
        }
        if self.over || host.now() - self.reported > REPORT {
            self.reported = host.now();
            return self.report().map(Some);
        }
        Ok(None)
    }
    /// The last report.
    pub(super) fn stopped(&mut self) -> Result<Message<Answer>> {
        self.over = true;
        self.report()
    }
    fn report(&mut self) -> Result<Message<Answer>> {
        let running = !self.over;
        let bytes = |values: &[f32]| bytemuck::cast_slice::<f32, u8>(values).to_vec();
        Ok(match &mut self.work {
            Work::Components { found, side, count } => {
                let kernels: Vec<f32> = found.kernels().into_iter().flat_map(|kernel| kernel.values).collect();
                let answer = Answer::Components {
                    running,
                    side: *side,
                    count: *count,
                    rounds: found.rounds,
                    change: found.change as f32,
                    sparseness: found.sparseness as f32,
                    kept: found.kept as f32,
                };
                Message::with(answer, vec![bytes(&kernels)])
            }
            Work::Lesson { trainer, size, losses } => {
                let (losses, kernel) = (std::mem::take(losses), trainer.kernel()?);
                let answer = Answer::Taught { running, size: *size, steps: trainer.steps, losses, variance: trainer.variance };
                Message::with(answer, vec![bytes(&kernel.values)])
            }
        })
    }
}
