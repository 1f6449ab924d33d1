//! A training run: its slices of work, its reports, and its recovery after the loss of a device.
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
    protocol::{DeviceChoice, Event, Message, TrainOptions, run::Answer},
};
use classifier::Classifier;
use engine::{Result, tensor::Device};
use history::{History, Kept, Replay};
use nets::{
    data::Mnist,
    models::{DIGITS, load_weights_of, macs},
    nn::{self, Module, State},
    train::{Outcome, score},
};
use testing::{Evaluation, Verdicts};

/// The time between reports of losses, in seconds. On a GPU a report waits for everything that is queued.
const REPORT: f64 = 0.08;
/// The largest number of steps in a GPU's queue between two reports.
const QUEUE: usize = 64;
/// The smallest number of steps between two automatic tests. If a run learns from few digits, an epoch is short and a test is long.
const BETWEEN_TESTS: u64 = 50;
/// The steps of the first automatic tests.
const EARLY_TESTS: [u64; 3] = [20, 50, 100];
/// The largest number of training digits that are also tested.
const OWN: usize = 5_000;

/// The content of a read-back, with the labels to compare it with.
enum Asked {
    /// Losses and logits of steps. `first` is the number of the first one.
    Steps { first: u64, labels: Vec<Vec<f32>> },
    /// Losses and logits of a slice of a test with `tests` test digits.
    Test { labels: Vec<f32>, tests: usize },
}

/// A training run: the network, its steps, its tests, and its history.
pub struct Run {
    training: TrainLoop<Classifier>,
    /// Steps that were made and not read back yet, with their labels.
    pending: Vec<(Outcome, Vec<f32>)>,
    /// The read-back that is under way. Nothing else is computed meanwhile; but pausing and another rate need not wait for it.
    reading: Option<Reading<Asked>>,
    reported: f64,
    /// The time that the pending steps have taken so far, in seconds. Inspections and pauses between them do not count.
    spent: f64,
    /// The number of steps that may be queued on a GPU before they are read.
    queue: usize,
    evaluation: Option<Evaluation>,
    /// The results of the last complete test, for each test digit.
    pub verdicts: Verdicts,
    history: History,
    /// The last step of the history that was reported.
    told: Option<u64>,
    replay: Option<Replay>,
}

impl Run {
    /// A run at step 0, with first values drawn from the seed.
    pub fn new(options: TrainOptions, device: Device, data: &Mnist, host: &dyn Host) -> Result<Run> {
        Run::standing(Classifier::new(options, &device)?, 0, data, host)
    }
    /// A run with a learner that has made `step` steps.
    fn standing(learner: Classifier, step: u64, data: &Mnist, host: &dyn Host) -> Result<Run> {
        let mut training = TrainLoop::new(learner, data, host);
        training.rewind(step, data);
        let Classifier { spec, trainer, options, .. } = &training.learner;
        let started = Answer::Started {
            step,
            options: options.clone(),
            parameters: nn::parameter_count(&trainer.network),
            macs: macs(spec)?,
            steps_an_epoch: training.batches().steps_an_epoch(),
        };
        host.send(Message::new(Event::Train(started)));
        let mut history = History::default();
        history.end_with(step, Kept::of(trainer));
        host.send(Message::new(Event::Kept { steps: history.steps().collect(), shown: None }));
        host.send(Message::new(Event::Train(Answer::State { playing: false, step })));
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
    /// The learner: the network in training, with its optimiser and digits.
    pub(in crate::jobs) fn classifier(&self) -> &Classifier {
        &self.training.learner
    }
    /// Whether a step, a test or a read-back is due or under way.
    pub fn is_busy(&self) -> bool {
        self.training.is_busy() || self.evaluation.is_some() || self.is_reading()
    }
    /// Whether its device has been asked for numbers that have not arrived yet.
    pub fn is_reading(&self) -> bool {
        self.reading.is_some()
    }
    /// The step whose weights the network has now: the last step, or the earlier one that is shown.
    pub fn at(&self) -> u64 {
        self.replay.as_ref().map_or(self.training.step(), |replay| replay.step)
    }
    /// Plays: step follows step from now on. If an earlier step was shown, the last one is shown again.
    pub fn play(&mut self, host: &dyn Host) -> Result<()> {
        self.show_last(host)?;
        self.training.play();
        self.training.put_off_copy(host);
        self.reported = host.now();
        self.tell(host);
        Ok(())
    }
    /// Makes one step, then pauses. If an earlier step was shown, the last one is shown again.
    pub fn step_once(&mut self, host: &dyn Host) -> Result<()> {
        self.show_last(host)?;
        self.training.step_once();
        Ok(())
    }
    /// Pauses. Steps under way are still read and reported.
    pub fn pause(&mut self, host: &dyn Host) {
        self.training.pause();
        self.report(host);
        self.tell(host);
    }
    /// Stops after an error: pauses and drops the steps that were not read.
    pub fn stop(&mut self, host: &dyn Host) {
        self.training.stop();
        (self.evaluation, self.reading) = (None, None);
        self.pending.clear();
        self.spent = 0.0;
        self.tell(host);
    }
    /// Sets the learning rate from the next step on. Refuses a rate that is negative or not finite.
    pub fn set_rate(&mut self, rate: f32) -> Result<()> {
        self.training.set_rate(rate)
    }
    /// Begins a test of the present network. `question` is the number of the question that it answers; 0 if nobody asked.
    pub fn evaluate(&mut self, question: u32, host: &dyn Host) {
        // Training digits are as easy as test digits. A gap between them is worth a test only if few digits are learned from, or under other conditions.
        let learner = &self.training.learner;
        let own = match &learner.own {
            Some(own) => own.iter().copied().take(OWN).collect(),
            None if learner.options.dropout > 0.0 || !learner.augment().is_none() => self.training.batches().some(OWN),
            None => vec![],
        };
        self.evaluation = Some(Evaluation::new(question, learner.spec.classes, own, self.at(), host.now()));
    }
    /// Shows the last step again if an earlier one is shown.
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
    /// Reports by `Event::Kept` which steps are kept, and which one is shown.
    pub fn tell_kept(&mut self, host: &dyn Host) {
        let steps: Vec<u64> = self.history.steps().collect();
        self.told = steps.last().copied();
        host.send(Message::new(Event::Kept { steps, shown: self.replay.as_ref().map(|replay| replay.step) }));
    }
    fn tell(&self, host: &dyn Host) {
        host.send(Message::new(Event::Train(Answer::State { playing: self.training.is_playing(), step: self.at() })));
    }
    /// Does one slice: a test batch if a test is under way, otherwise a training step. `finish_reading` reports the values that it reads back.
    pub async fn advance(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        self.finish_reading(host).await?;
        if self.pending.is_empty() && self.replay.is_none() {
            self.keep_when_due(host).await?;
        }
        if self.evaluation.is_some() {
            if self.pending.is_empty() {
                return self.test_slice(data, host);
            }
            // The steps before the test are reported first.
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
        // The first tests come early, where most is learned; then there are four tests in an epoch.
        let quarter = (self.training.batches().steps_an_epoch() as u64 / 4).max(BETWEEN_TESTS);
        if self.training.is_playing()
            && !data.test.is_empty()
            && (EARLY_TESTS.contains(&step) && step < quarter || step.is_multiple_of(quarter))
        {
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
    /// Begins to read back the results of the pending steps.
    fn report(&mut self, host: &dyn Host) {
        if self.pending.is_empty() {
            return;
        }
        let first = self.training.step() + 1 - self.pending.len() as u64;
        let (outcomes, labels): (Vec<Outcome>, _) = self.pending.drain(..).unzip();
        let tensors = outcomes.into_iter().flat_map(|o| [o.loss, o.logits]).collect();
        self.reading = Some(Reading::new(Asked::Steps { first, labels }, tensors, host.now()));
    }
    /// Waits for the read-back that is under way, if any, and reports it. The future may be dropped, and the function called again.
    pub async fn finish_reading(&mut self, host: &dyn Host) -> Result<()> {
        let Some(reading) = &mut self.reading else { return Ok(()) };
        let read = reading.values().await;
        let Some(Reading { about, began, .. }) = self.reading.take() else { return Ok(()) };
        let (read, now) = (read?, host.now());
        match about {
            Asked::Steps { first, labels } => {
                let seconds = (std::mem::take(&mut self.spent) + now - began).max(1e-6);
                // Encoding a step takes no time, but running it does. So the queue holds as many steps as run in the time between two reports.
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
                if self.evaluation.as_mut().is_some_and(|evaluation| evaluation.add(&read[0], &read[1], &labels, tests))
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
    /// Copies parameters and optimiser of the last step to the host, so that the run can recover from a lost GPU.
    pub async fn take_copy(&mut self) -> Result<()> {
        match self.replay {
            None => self.training.take_copy().await,
            // An earlier step is shown, so the network does not have the weights of the last step.
            Some(_) => Ok(()),
        }
    }
    /// Recovers on another device from the last copy. Returns its step, the number of lost steps, and the kind of device.
    pub fn recover(&mut self, device: &Device, data: &Mnist) -> Result<(u64, u64, DeviceChoice)> {
        let lost_steps = self.training.recover(device, data)?;
        let (step, Classifier { trainer, options, .. }) = (self.training.step(), &self.training.learner);
        self.pending.clear();
        self.reading = None;
        self.spent = 0.0;
        self.evaluation = self.evaluation.take().map(|evaluation| evaluation.again());
        // The history was on the lost device. A new one begins with this step.
        self.replay = None;
        self.history = History::default();
        self.history.end_with(step, Kept::of(trainer));
        Ok((step, lost_steps, options.device))
    }
    /// Shuffles again after other digits have arrived.
    pub fn reshuffle(&mut self, data: &Mnist) {
        self.training.reshuffle(data);
    }
    /// Parameters of the network, changed from outside: those of a file. How many they are, and what is to be known of the rest of it.
    pub async fn replace(&mut self, file: &str, state: State) -> Result<(usize, Option<String>)> {
        let Classifier { spec, trainer, .. } = &self.training.learner;
        let told = load_weights_of(DIGITS, spec, &trainer.network, file, state)?;
        // The loaded weights are the run now, even if an earlier step was shown.
        self.replay = None;
        self.take_copy().await?;
        Ok((self.classifier().trainer.network.params().iter().map(|p| p.value().shape().size()).sum(), told))
    }
}
