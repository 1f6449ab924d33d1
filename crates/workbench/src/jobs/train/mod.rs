//! A training run: slices of work, what it reports, and how it survives the loss of its device.
mod history;
mod job;
mod replay;
mod testing;

pub use job::Training;

use super::reading::Reading;
use crate::{
    Host,
    protocol::{DeviceChoice, Event, Message, OptimiserChoice, TrainOptions},
};
use engine::{Error, Result, tensor::Device};
use history::{History, Kept, begun};
use nets::{
    data::{Augment, Batches, Mnist, SIDE, subset},
    models::{ModelSpec, Options, load_weights, model},
    nn::{self, Module, Scope, State},
    train::{Copy, Optimiser, Outcome, Rule, Trainer, score},
};
use replay::Replay;
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

pub struct Run {
    pub spec: &'static ModelSpec,
    pub trainer: Trainer,
    pub options: TrainOptions,
    pub step: u64,
    batches: Batches,
    /// The digits that are learned from; None: all.
    own: Option<Vec<usize>>,
    augment: Augment,
    playing: bool,
    single: bool,
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
    pub verdicts: Verdicts,
    history: History,
    /// The last step of the history that was told of.
    told: Option<u64>,
    replay: Option<Replay>,
    /// At an earlier step.
    copy: Option<(u64, Copy)>,
    copied: f64,
}

fn build(options: &TrainOptions, device: &Device) -> Result<(&'static ModelSpec, Trainer)> {
    let spec = model(&options.model)?;
    if !spec.reads_digits() {
        let [c, h, w] = spec.input;
        return Err(Error::unsupported(format!("training {}", spec.name), format!("MNIST's images are 1×28×28, it reads {c}×{h}×{w}")));
    }
    let settings = Options { dropout: options.dropout, ..spec.options() };
    let network = (spec.build)(&Scope::new(device.clone(), options.seed), &settings)?;
    let rule = match options.optimiser {
        OptimiserChoice::Sgd => Rule::sgd(options.weight_decay),
        OptimiserChoice::Adam => Rule::adam(options.weight_decay),
    };
    Ok((
        spec,
        Trainer {
            network,
            optimiser: Optimiser::new(rule, check_rate(options.rate)?),
            device: device.clone(),
            dropout: Some(options.seed as u32),
        },
    ))
}

fn check_rate(rate: f32) -> Result<f32> {
    if rate.is_finite() && rate >= 0.0 {
        Ok(rate)
    } else {
        Err(Error::data("learning rate", format!("expected a number of at least 0, found {rate}")))
    }
}

fn check(options: &TrainOptions) -> Result<()> {
    let within = |what: &str, value: f32, most: f32| match (0.0..=most).contains(&value) {
        true => Ok(()),
        false => Err(Error::data(what, format!("expected 0 to {most}, found {value}"))),
    };
    if !(1..=4096).contains(&options.batch) {
        return Err(Error::data("batch", format!("expected 1 to 4096 images, found {}", options.batch)));
    }
    within("dropout", options.dropout, 0.95)?;
    within("shift", options.shift, SIDE as f32)?;
    within("turn", options.turn, 180.0)
}

/// The digits that are learned from, and the order of their batches.
fn order(options: &TrainOptions, data: &Mnist) -> (Option<Vec<usize>>, Batches) {
    let all = data.train.len();
    let own = (options.digits > 0 && options.digits < all).then(|| subset(all, options.digits, options.seed));
    let count = own.as_ref().map_or(all, Vec::len);
    (own, Batches::new(count, options.batch, options.seed))
}

impl Run {
    pub fn new(options: TrainOptions, device: Device, data: &Mnist, host: &dyn Host) -> Result<Run> {
        check(&options)?;
        let (spec, trainer) = build(&options, &device)?;
        let (own, batches) = order(&options, data);
        let macs = nets::models::macs(spec)?;
        let started = Event::Started {
            options: options.clone(),
            parameters: nn::parameter_count(&trainer.network),
            macs,
            steps_an_epoch: batches.steps_an_epoch(),
        };
        host.send(Message::new(started));
        let history = begun(&trainer);
        host.send(Message::new(Event::Kept { steps: history.steps().collect(), shown: None }));
        host.send(Message::new(Event::State { playing: false, step: 0 }));
        let now = host.now();
        Ok(Run {
            spec,
            trainer,
            augment: Augment { shift: options.shift, turn: options.turn },
            options,
            step: 0,
            batches,
            own,
            playing: false,
            single: false,
            pending: vec![],
            reading: None,
            reported: now,
            spent: 0.0,
            queue: 1,
            evaluation: None,
            verdicts: Verdicts::default(),
            history,
            told: Some(0),
            replay: None,
            copy: None,
            copied: now,
        })
    }
    pub fn is_busy(&self) -> bool {
        self.playing || self.single || self.evaluation.is_some() || self.is_reading()
    }
    pub fn is_reading(&self) -> bool {
        self.reading.is_some()
    }
    /// The step whose network stands: the last one, or the one that is shown again.
    pub fn at(&self) -> u64 {
        self.replay.as_ref().map_or(self.step, |replay| replay.step)
    }
    pub fn play(&mut self, host: &dyn Host) -> Result<()> {
        self.show_last(host)?;
        self.playing = true;
        (self.reported, self.copied) = (host.now(), host.now());
        self.tell(host);
        Ok(())
    }
    pub fn step_once(&mut self, host: &dyn Host) -> Result<()> {
        self.show_last(host)?;
        (self.playing, self.single) = (false, true);
        Ok(())
    }
    /// Begins no further step; what is under way is still read and reported.
    pub fn pause(&mut self, host: &dyn Host) {
        self.playing = false;
        self.report(host);
        self.tell(host);
    }
    /// Pauses without looking at what is pending, after an error.
    pub fn stop(&mut self, host: &dyn Host) {
        (self.playing, self.single, self.evaluation, self.reading) = (false, false, None, None);
        self.pending.clear();
        self.spent = 0.0;
        self.tell(host);
    }
    pub fn set_rate(&mut self, rate: f32) -> Result<()> {
        self.trainer.optimiser.rate = check_rate(rate)?;
        self.options.rate = rate;
        Ok(())
    }
    /// Begins a test of the network as it stands. `question`: whose answer it will be; 0: nobody asked.
    pub fn evaluate(&mut self, question: u32, host: &dyn Host) {
        // All digits are as easy as the test digits: only where few are learned from, or under other conditions, is there a gap to measure.
        let own = match &self.own {
            Some(own) => own.iter().copied().take(OWN).collect(),
            None if self.options.dropout > 0.0 || !self.augment.is_none() => self.batches.some(OWN),
            None => vec![],
        };
        self.evaluation = Some(Evaluation::new(question, self.spec.classes, own, self.at(), host.now()));
    }
    fn tell(&self, host: &dyn Host) {
        host.send(Message::new(Event::State { playing: self.playing, step: self.at() }));
    }
    /// One slice: a test batch if a test is under way, else a training step. What it reads is answered by `settle`.
    pub async fn advance(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        self.settle(host).await?;
        if self.trainer.device.is_gpu() && self.pending.is_empty() && self.replay.is_none() && host.now() - self.copied >= Copy::EVERY {
            self.take_copy().await?;
            self.copied = host.now();
        }
        if self.evaluation.is_some() {
            if self.pending.is_empty() {
                return self.test_slice(data, host);
            }
            // First the steps that came before the test.
            self.report(host);
            return Ok(());
        }
        if !self.playing && !self.single {
            return Ok(());
        }
        let began = host.now();
        let mut indices = self.batches.next_batch().to_vec();
        if let Some(own) = &self.own {
            indices.iter_mut().for_each(|index| *index = own[*index]);
        }
        let (mut images, labels) = data.train.gather(&indices);
        self.augment.apply(&mut images, self.options.seed, self.step);
        let outcome = self.trainer.step(&[labels.len(), 1, SIDE, SIDE], &images, &labels)?;
        self.pending.push((outcome, labels));
        self.step += 1;
        self.history.push(self.step, || Kept::of(&self.trainer));
        let now = host.now();
        self.spent += now - began;
        if self.single || now - self.reported >= REPORT || self.trainer.device.is_gpu() && self.pending.len() >= self.queue {
            self.report(host);
        }
        if std::mem::take(&mut self.single) {
            self.tell(host);
        }
        // Early, so that the chart begins; then four times an epoch.
        let quarter = (self.batches.steps_an_epoch() as u64 / 4).max(BETWEEN_TESTS);
        if self.playing && !data.test.is_empty() && (self.step == 20.min(quarter) || self.step.is_multiple_of(quarter)) {
            self.evaluate(0, host);
        }
        Ok(())
    }
    fn test_slice(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        let Some(evaluation) = &self.evaluation else { return Ok(()) };
        let testing::Slice { tensors, labels } = evaluation.slice(&self.trainer, data)?;
        self.reading = Some(Reading::new(Asked::Test { labels, tests: data.test.len() }, tensors, host.now()));
        Ok(())
    }
    /// Asks for what the pending steps left.
    fn report(&mut self, host: &dyn Host) {
        if self.pending.is_empty() {
            return;
        }
        let first = self.step + 1 - self.pending.len() as u64;
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
                    epoch: self.step as f32 / self.batches.steps_an_epoch() as f32,
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
        if self.trainer.device.is_gpu() && self.replay.is_none() {
            self.copy = Some((self.step, Copy::of(&self.trainer.network, &self.trainer.optimiser).await?));
        }
        Ok(())
    }
    /// Stands on another device as it stood at the last copy; says at which step, how many were lost and where it runs.
    pub fn recover(&mut self, device: Device, data: &Mnist) -> Result<(u64, u64, DeviceChoice)> {
        let before = self.step;
        self.options.device = if device.is_gpu() { DeviceChoice::Gpu } else { DeviceChoice::Cpu };
        let (_, mut trainer) = build(&self.options, &device)?;
        let step = self.copy.as_ref().map_or(0, |(step, _)| *step);
        if let Some((_, copy)) = &self.copy {
            copy.back(&trainer.network, &mut trainer.optimiser, &device)?;
        }
        self.trainer = trainer;
        self.pending.clear();
        self.reading = None;
        self.spent = 0.0;
        self.evaluation = self.evaluation.take().map(|evaluation| evaluation.again());
        // What was kept lay on the device that is gone.
        self.replay = None;
        self.history = begun(&self.trainer);
        self.history.end_with(step, Kept::of(&self.trainer));
        self.step = step;
        self.reshuffle(data);
        Ok((step, before - step, self.options.device))
    }
    /// The order of batches over the data as they are now, up to the step where the run stands.
    pub fn reshuffle(&mut self, data: &Mnist) {
        (self.own, self.batches) = order(&self.options, data);
        for _ in 0..self.step {
            self.batches.next_batch();
        }
    }
    /// Parameters of the network, by name, changed from outside: those of a file.
    pub async fn replace(&mut self, file: &str, state: &State) -> Result<usize> {
        load_weights(self.spec, &self.trainer.network, file, state)?;
        // What is loaded is the run now, whatever was shown.
        self.replay = None;
        self.take_copy().await?;
        Ok(self.trainer.network.params().iter().map(|p| p.value().shape().size()).sum())
    }
}
