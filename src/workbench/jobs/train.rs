//! A training run: slices of work, what it reports, and how it survives the loss of its device.
use super::reading::Reading;
use crate::{
    engine::tensor::Device,
    error::{Error, Result},
    nets::{
        data::{Batches, Mnist, SIDE},
        models::{ModelSpec, load_weights, model},
        nn::{self, Module, Scope, State},
        train::{Optimiser, Outcome, Rule, Score, Snapshot, Trainer, score},
    },
    workbench::{
        Host,
        protocol::{DeviceChoice, Event, Message, OptimiserChoice, TrainOptions},
    },
};

/// Seconds between reports of losses. On a GPU a report waits for all that is queued.
const REPORT: f64 = 0.08;
/// The most steps that a GPU's queue holds between two reports, however fast it is.
const QUEUE: usize = 64;
/// Test digits in one slice.
const TEST_BATCH: usize = 200;
/// Seconds between copies of the parameters that a lost GPU would otherwise take along.
const SNAPSHOT: f64 = 3.0;

/// What a reading is about, with the labels to compare it with.
enum Asked {
    /// Losses and logits of steps; the first one's number.
    Steps { first: u64, labels: Vec<Vec<f32>> },
    /// Losses and logits of a batch of test digits.
    Test { labels: Vec<f32> },
}

/// A pass over the test digits, some of them done.
struct Evaluation {
    at: usize,
    is_last: bool,
    score: Score,
    started: f64,
}

struct Copy {
    step: u64,
    state: State,
    optimiser: Snapshot,
}

pub struct Run {
    pub spec: &'static ModelSpec,
    pub trainer: Trainer,
    pub options: TrainOptions,
    pub step: u64,
    batches: Batches,
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
    copy: Option<Copy>,
    copied: f64,
}

fn build(options: &TrainOptions, device: &Device) -> Result<(&'static ModelSpec, Trainer)> {
    let spec = model(&options.model)?;
    if !spec.reads_digits() {
        let [c, h, w] = spec.input;
        return Err(Error::unsupported(format!("training {}", spec.name), format!("MNIST's images are 1×28×28, it reads {c}×{h}×{w}")));
    }
    let network = spec.network(&Scope::new(device.clone(), options.seed))?;
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

impl Run {
    pub fn new(options: TrainOptions, device: Device, data: &Mnist, host: &impl Host) -> Result<Run> {
        if !(1..=4096).contains(&options.batch) {
            return Err(Error::data("batch", format!("expected 1 to 4096 images, found {}", options.batch)));
        }
        let (spec, trainer) = build(&options, &device)?;
        let batches = Batches::new(data.train.len(), options.batch, options.seed);
        let macs = crate::nets::models::macs(spec)?;
        let started = Event::Started {
            options: options.clone(),
            parameters: nn::parameter_count(&trainer.network),
            macs,
            steps_an_epoch: batches.steps_an_epoch(),
        };
        host.send(Message::new(started));
        host.send(Message::new(Event::State { playing: false, step: 0 }));
        let now = host.now();
        Ok(Run {
            spec,
            trainer,
            options,
            step: 0,
            batches,
            playing: false,
            single: false,
            pending: vec![],
            reading: None,
            reported: now,
            spent: 0.0,
            queue: 1,
            evaluation: None,
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
    pub fn play(&mut self, host: &impl Host) {
        self.playing = true;
        (self.reported, self.copied) = (host.now(), host.now());
        self.tell(host);
    }
    pub fn step_once(&mut self) {
        (self.playing, self.single) = (false, true);
    }
    /// Begins no further step; what is under way is still read and reported.
    pub fn pause(&mut self, host: &impl Host) {
        self.playing = false;
        self.report(host);
        self.tell(host);
    }
    /// Pauses without looking at what is pending, after an error.
    pub fn stop(&mut self, host: &impl Host) {
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
    pub fn evaluate(&mut self, host: &impl Host) {
        self.evaluation = Some(Evaluation { at: 0, is_last: false, score: Score::new(self.spec.classes), started: host.now() });
    }
    fn tell(&self, host: &impl Host) {
        host.send(Message::new(Event::State { playing: self.playing, step: self.step }));
    }
    /// One slice: a test batch if a test is under way, else a training step. What it reads is answered by `settle`.
    pub async fn advance(&mut self, data: &Mnist, host: &impl Host) -> Result<()> {
        self.settle(host).await?;
        if self.trainer.device.is_gpu() && self.pending.is_empty() && host.now() - self.copied >= SNAPSHOT {
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
        let indices = self.batches.next_batch().to_vec();
        let (images, labels) = data.train.gather(&indices);
        let outcome = self.trainer.step(&[labels.len(), 1, SIDE, SIDE], &images, &labels)?;
        self.pending.push((outcome, labels));
        self.step += 1;
        let now = host.now();
        self.spent += now - began;
        if self.single || now - self.reported >= REPORT || self.trainer.device.is_gpu() && self.pending.len() >= self.queue {
            self.report(host);
        }
        if std::mem::take(&mut self.single) {
            self.tell(host);
        }
        // Early, so that the chart begins; then four times an epoch.
        let quarter = (self.batches.steps_an_epoch() as u64 / 4).max(1);
        if self.playing && !data.test.is_empty() && (self.step == 20.min(quarter) || self.step.is_multiple_of(quarter)) {
            self.evaluate(host);
        }
        Ok(())
    }
    fn test_slice(&mut self, data: &Mnist, host: &impl Host) -> Result<()> {
        let Some(evaluation) = &mut self.evaluation else { return Ok(()) };
        let indices: Vec<usize> = (evaluation.at..(evaluation.at + TEST_BATCH).min(data.test.len())).collect();
        let (images, labels) = data.test.gather(&indices);
        let outcome = self.trainer.test(&[labels.len(), 1, SIDE, SIDE], &images, &labels)?;
        evaluation.at += indices.len();
        evaluation.is_last = evaluation.at >= data.test.len();
        self.reading = Some(Reading::new(Asked::Test { labels }, vec![outcome.loss, outcome.logits], host.now()));
        Ok(())
    }
    /// Asks for what the pending steps left.
    fn report(&mut self, host: &impl Host) {
        if self.pending.is_empty() {
            return;
        }
        let first = self.step + 1 - self.pending.len() as u64;
        let (outcomes, labels): (Vec<Outcome>, _) = self.pending.drain(..).unzip();
        let tensors = outcomes.into_iter().flat_map(|o| [o.loss, o.logits]).collect();
        self.reading = Some(Reading::new(Asked::Steps { first, labels }, tensors, host.now()));
    }
    /// Waits for what was asked of the device, if anything, and says it. Whoever gives up waiting may come again.
    pub async fn settle(&mut self, host: &impl Host) -> Result<()> {
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
            }
            Asked::Test { labels } => {
                let Some(evaluation) = &mut self.evaluation else { return Ok(()) };
                evaluation.score.add(&read[0], &read[1], &labels);
                if evaluation.is_last
                    && let Some(Evaluation { score, started, .. }) = self.evaluation.take()
                {
                    let (loss, accuracy, seconds) = (score.mean_loss(), score.accuracy(), (now - started) as f32);
                    host.send(Message::new(Event::Evaluated { step: self.step, loss, accuracy, seconds, confusion: score.confusion }));
                }
            }
        }
        Ok(())
    }
    /// Copies parameters and optimiser to the host, to go on from if the GPU is lost.
    pub async fn take_copy(&mut self) -> Result<()> {
        if self.trainer.device.is_gpu() {
            self.copy = Some(Copy {
                step: self.step,
                state: nn::save(&self.trainer.network).await?,
                optimiser: self.trainer.optimiser.snapshot().await?,
            });
        }
        Ok(())
    }
    /// Stands on another device as it stood at the last copy; says at which step, how many were lost and where it runs.
    pub fn recover(&mut self, device: Device, data: &Mnist) -> Result<(u64, u64, DeviceChoice)> {
        let before = self.step;
        self.options.device = if device.is_gpu() { DeviceChoice::Gpu } else { DeviceChoice::Cpu };
        let (_, mut trainer) = build(&self.options, &device)?;
        let step = self.copy.as_ref().map_or(0, |copy| copy.step);
        if let Some(copy) = &self.copy {
            nn::load(&trainer.network, &copy.state)?;
            trainer.optimiser.restore(&copy.optimiser, &device)?;
        }
        self.trainer = trainer;
        self.pending.clear();
        self.reading = None;
        self.spent = 0.0;
        if let Some(evaluation) = &mut self.evaluation {
            (evaluation.at, evaluation.score) = (0, Score::new(self.spec.classes));
        }
        self.step = step;
        self.reshuffle(data);
        Ok((step, before - step, self.options.device))
    }
    /// The order of batches over the data as they are now, up to the step where the run stands.
    pub fn reshuffle(&mut self, data: &Mnist) {
        self.batches = Batches::new(data.train.len(), self.options.batch, self.options.seed);
        for _ in 0..self.step {
            self.batches.next_batch();
        }
    }
    /// Parameters of the network, by name, changed from outside: those of a file.
    pub async fn replace(&mut self, file: &str, state: &State) -> Result<usize> {
        load_weights(self.spec, &self.trainer.network, file, state)?;
        self.take_copy().await?;
        Ok(self.trainer.network.params().iter().map(|p| p.value().shape().size()).sum())
    }
}
