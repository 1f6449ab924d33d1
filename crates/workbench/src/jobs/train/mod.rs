//! A training run: slices of work, what it reports, and how it survives the loss of its device.
mod checkpoint;
mod classifier;
mod history;
mod job;
mod replay;
mod testing;

pub use job::Training;

use super::{
    reading::Reading,
    train_loop::{Taken, TrainLoop},
};
use crate::{
    Host,
    protocol::{DeviceChoice, Event, Message, TrainOptions},
};
use classifier::Classifier;
use engine::{Result, tensor::Device};
use history::{History, Kept, Replay};
use nets::{
    data::Mnist,
    models::{load_weights, macs},
    nn::{self, Module, State},
    train::{Outcome, score},
};
use testing::{Evaluation, Verdicts};

/// Seconds between reports of losses. On a GPU a report waits for all that is queued.
const REPORT: f64 = 0.08;
/// The most steps that a GPU's queue holds between two reports, however fast it is.
const QUEUE: usize = 64;
/// The fewest steps between two tests that training makes by itself: of few digits an epoch is short, and a test long.
const BETWEEN_TESTS: u64 = 50;
/// Digits at most that were learned from and are tested, too.
const OWN: usize = 5_000;

/// What a reading is about, with the labels to compare it with.
enum Asked {
    /// Losses and logits of steps; the first one's number.
    Steps { first: u64, labels: Vec<Vec<f32>> },
    /// Losses and logits of a slice of a test of so many test digits.
    Test { labels: Vec<f32>, tests: usize },
}

/// A training run: the network, its steps, its tests, and the earlier steps that can be shown again.
pub struct Run {
    training: TrainLoop<Classifier>,
    /// Steps that were taken and not asked about yet, with their labels.
    pending: Vec<(Outcome, Vec<f32>)>,
    /// While it is under way nothing else is computed, and pausing and another rate need not wait for it.
    reading: Option<Reading<Asked>>,
    reported: f64,
    /// Seconds that the pending steps have taken so far; looks inside and pauses between them are not theirs.
    spent: f64,
    /// Steps that may be queued on a GPU before they are read.
    queue: usize,
    evaluation: Option<Evaluation>,
    /// What the last whole test found of each test digit.
    pub verdicts: Verdicts,
    history: History,
    /// The last step of the history that was told of.
    told: Option<u64>,
    replay: Option<Replay>,
}

impl Run {
    /// At step 0, with first values drawn from the seed.
    pub fn new(options: TrainOptions, device: Device, data: &Mnist, host: &dyn Host) -> Result<Run> {
        Run::standing(Classifier::new(options, &device)?, 0, data, host)
    }
    /// With a learner that stands at a step.
    fn standing(learner: Classifier, step: u64, data: &Mnist, host: &dyn Host) -> Result<Run> {
        let mut training = TrainLoop::new(learner, data, host);
        training.rewind(step, data);
        let Classifier { spec, trainer, options, .. } = &training.learner;
        let started = Event::Started {
            step,
            options: options.clone(),
            parameters: nn::parameter_count(&trainer.network),
            macs: macs(spec)?,
            steps_an_epoch: training.batches().steps_an_epoch(),
        };
        host.send(Message::new(started));
        let mut history = History::default();
        history.end_with(step, Kept::of(trainer));
        host.send(Message::new(Event::Kept { steps: history.steps().collect(), shown: None }));
        host.send(Message::new(Event::State { playing: false, step }));
        Ok(Run {
            training,
            pending: vec![],
            reading: None,
            reported: host.now(),
            spent: 0.0,
            queue: 1,
            evaluation: None,
            verdicts: Verdicts::default(),
            history,
            told: Some(step),
            replay: None,
        })
    }
    /// The network that learns, and what belongs to it.
    pub(in crate::jobs) fn classifier(&self) -> &Classifier {
        &self.training.learner
    }
    /// Whether a step, a test or a read-back is due or under way.
    pub fn is_busy(&self) -> bool {
        self.training.is_busy() || self.evaluation.is_some() || self.is_reading()
    }
    /// Whether its device has been asked for numbers that have not come yet.
    pub fn is_reading(&self) -> bool {
        self.reading.is_some()
    }
    /// The step whose network stands: the last one, or the one that is shown again.
    pub fn at(&self) -> u64 {
        self.replay.as_ref().map_or(self.training.step(), |replay| replay.step)
    }
    /// Step after step from now on. Shows the last step again where an earlier one was shown.
    pub fn play(&mut self, host: &dyn Host) -> Result<()> {
        self.show_last(host)?;
        self.training.play();
        self.training.put_off_copy(host);
        self.reported = host.now();
        self.tell(host);
        Ok(())
    }
    /// One step, and then a rest. Shows the last step again where an earlier one was shown.
    pub fn step_once(&mut self, host: &dyn Host) -> Result<()> {
        self.show_last(host)?;
        self.training.step_once();
        Ok(())
    }
    /// Begins no further step; what is under way is still read and reported.
    pub fn pause(&mut self, host: &dyn Host) {
        self.training.pause();
        self.report(host);
        self.tell(host);
    }
    /// Pauses without looking at what is pending, after an error.
    pub fn stop(&mut self, host: &dyn Host) {
        self.training.stop();
        (self.evaluation, self.reading) = (None, None);
        self.pending.clear();
        self.spent = 0.0;
        self.tell(host);
    }
    /// The learning rate from the next step on. Refuses what is not finite or below 0.
    pub fn set_rate(&mut self, rate: f32) -> Result<()> {
        self.training.set_rate(rate)
    }
    /// Begins a test of the network as it stands. `question`: whose answer it will be; 0: nobody asked.
    pub fn evaluate(&mut self, question: u32, host: &dyn Host) {
        // All digits are as easy as the test digits: only where few are learned from, or under other conditions, is there a gap to measure.
        let learner = &self.training.learner;
        let own = match &learner.own {
            Some(own) => own.iter().copied().take(OWN).collect(),
            None if learner.options.dropout > 0.0 || !learner.augment().is_none() => self.training.batches().some(OWN),
            None => vec![],
        };
        self.evaluation = Some(Evaluation::new(question, learner.spec.classes, own, self.at(), host.now()));
    }
    /// Stands as it does now, should an earlier step be shown.
    fn show_last(&mut self, host: &dyn Host) -> Result<()> {
        match self.replay.take() {
            Some(replay) => {
                replay.last.show(&self.training.learner.trainer)?;
                self.tell_kept(host);
                Ok(())
            }
            None => Ok(()),
        }
    }
    /// Says which steps are kept and which one is shown, by `Event::Kept`.
    pub fn tell_kept(&mut self, host: &dyn Host) {
        let steps: Vec<u64> = self.history.steps().collect();
        self.told = steps.last().copied();
        host.send(Message::new(Event::Kept { steps, shown: self.replay.as_ref().map(|replay| replay.step) }));
    }
    fn tell(&self, host: &dyn Host) {
        host.send(Message::new(Event::State { playing: self.training.is_playing(), step: self.at() }));
    }
    /// One slice: a test batch if a test is under way, else a training step. What it reads is answered by `settle`.
    pub async fn advance(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        self.settle(host).await?;
        if self.pending.is_empty() && self.replay.is_none() {
            self.keep_when_due(host).await?;
        }
        if self.evaluation.is_some() {
            if self.pending.is_empty() {
                return self.test_slice(data, host);
            }
            // First the steps that came before the test.
            self.report(host);
            return Ok(());
        }
        let began = host.now();
        let Some(Taken { outcome, single }) = self.training.advance(data).await? else { return Ok(()) };
        self.pending.push(outcome);
        let (step, trainer) = (self.training.step(), &self.training.learner.trainer);
        self.history.push(step, || Kept::of(trainer));
        let now = host.now();
        self.spent += now - began;
        if single || now - self.reported >= REPORT || trainer.device.is_gpu() && self.pending.len() >= self.queue {
            self.report(host);
        }
        if single {
            self.tell(host);
        }
        // Early, so that the chart begins; then four times an epoch.
        let quarter = (self.training.batches().steps_an_epoch() as u64 / 4).max(BETWEEN_TESTS);
        if self.training.is_playing() && !data.test.is_empty() && (step == 20.min(quarter) || step.is_multiple_of(quarter)) {
            self.evaluate(0, host);
        }
        Ok(())
    }
    fn test_slice(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        let Some(evaluation) = &self.evaluation else { return Ok(()) };
        let testing::Slice { tensors, labels } = evaluation.slice(&self.training.learner.trainer, data)?;
        self.reading = Some(Reading::new(Asked::Test { labels, tests: data.test.len() }, tensors, host.now()));
        Ok(())
    }
    /// Asks for what the pending steps left.
    fn report(&mut self, host: &dyn Host) {
        if self.pending.is_empty() {
            return;
        }
        let first = self.training.step() + 1 - self.pending.len() as u64;
        let (outcomes, labels): (Vec<Outcome>, _) = self.pending.drain(..).unzip();
        let tensors = outcomes.into_iter().flat_map(|o| [o.loss, o.logits]).collect();
        self.reading = Some(Reading::new(Asked::Steps { first, labels }, tensors, host.now()));
    }
    /// Waits for what was asked of the device, if anything, and says it. Whoever gives up waiting may come again.
    pub async fn settle(&mut self, host: &dyn Host) -> Result<()> {
        let Some(reading) = &mut self.reading else { return Ok(()) };
        let read = reading.values().await;
        let Some(Reading { about, began, .. }) = self.reading.take() else { return Ok(()) };
        let (read, now) = (read?, host.now());
        match about {
            Asked::Steps { first, labels } => {
                let seconds = (std::mem::take(&mut self.spent) + now - began).max(1e-6);
                // Encoding a step takes no time, running it does: the queue is as long as runs in the time between two reports.
                let seconds_a_step = seconds / labels.len() as f64;
                self.queue = ((REPORT / seconds_a_step) as usize).clamp(1, QUEUE);
                let images: usize = labels.iter().map(Vec::len).sum();
                self.reported = now;
                host.send(Message::new(Event::Steps {
                    first,
                    losses: read.iter().step_by(2).map(|loss| loss[0]).collect(),
                    accuracies: read.iter().skip(1).step_by(2).zip(&labels).map(|(logits, labels)| score(logits, labels)).collect(),
                    images_a_second: (images as f64 / seconds) as f32,
                    epoch: self.training.epoch(),
                }));
                if self.history.steps().last() != self.told {
                    self.tell_kept(host);
                }
            }
            Asked::Test { labels, tests } => {
                if self.evaluation.as_mut().is_some_and(|evaluation| evaluation.take(&read[0], &read[1], &labels, tests))
                    && let Some(evaluation) = self.evaluation.take()
                {
                    let question = evaluation.question;
                    let (event, verdicts) = evaluation.finish(now);
                    self.verdicts = verdicts;
                    host.send(Message::new(event).numbered(question));
                }
            }
        }
        Ok(())
    }
    /// Copies parameters and optimiser of the last step to the host, to go on from if the GPU is lost.
    pub async fn take_copy(&mut self) -> Result<()> {
        match self.replay {
            None => self.training.take_copy().await,
            // What stands there is another step.
            Some(_) => Ok(()),
        }
    }
    /// Stands on another device as it stood at the last copy; says at which step, how many were lost and where it runs.
    pub fn recover(&mut self, device: &Device, data: &Mnist) -> Result<(u64, u64, DeviceChoice)> {
        let lost_steps = self.training.recover(device, data)?;
        let (step, Classifier { trainer, options, .. }) = (self.training.step(), &self.training.learner);
        self.pending.clear();
        self.reading = None;
        self.spent = 0.0;
        self.evaluation = self.evaluation.take().map(|evaluation| evaluation.again());
        // What was kept lay on the device that is gone: there is this step alone, and what follows it.
        self.replay = None;
        self.history = History::default();
        self.history.end_with(step, Kept::of(trainer));
        Ok((step, lost_steps, options.device))
    }
    /// Other digits have come.
    pub fn reshuffle(&mut self, data: &Mnist) {
        self.training.reshuffle(data);
    }
    /// Parameters of the network, changed from outside: those of a file. How many they are, and what is to be known of the rest of it.
    pub async fn replace(&mut self, file: &str, state: State) -> Result<(usize, Option<String>)> {
        let Classifier { spec, trainer, .. } = &self.training.learner;
        let told = load_weights(spec, &trainer.network, file, state)?;
        // What is loaded is the run now, whatever was shown.
        self.replay = None;
        self.take_copy().await?;
        Ok((self.classifier().trainer.network.params().iter().map(|p| p.value().shape().size()).sum(), told))
    }
}
