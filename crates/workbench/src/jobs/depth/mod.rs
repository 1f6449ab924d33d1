//! Two twins that differ by "+ x", trained side by side on the same batches: steps, what is measured between them, and what is told.
mod alike;
mod digits;
mod learner;
mod measurement;
mod slice;

use crate::{
    Host,
    job::{Doing, Job, Shared},
    protocol::{
        DeviceChoice, Event, Message, Request,
        depth::{Answer, Ask, Options},
    },
};
use digits::{Batch, HALF};
use engine::{
    Error, Result,
    autograd::Tape,
    tensor::{Device, Layout, Tensor},
};
use learner::{CLASSES, Learner, Outcome};
use measurement::Measurement;
use nets::{
    data::{Batches, Mnist},
    models::{Recipe, Twin},
    nn::{self, Cx, Module, Scope},
    train::Copy,
};

/// Test digits that errors are measured on, the first ones, and how many of them in one slice.
const TESTED: usize = 500;
const TEST_BATCH: usize = 100;
/// Training digits that the loss around is measured on.
const AROUND: usize = 200;
/// Steps between two tests.
const TEST_EVERY: u64 = 50;
/// The first test, so that the chart begins.
const FIRST_TEST: u64 = 10;
/// Steps between two comparisons of gradients.
const ALIKE_EVERY: u64 = 10;

/// What the digits as they are now give to measure on.
struct Fixed {
    tests: Vec<Batch>,
    training: Batch,
    pairs: Batch,
    /// Of the data that it was made from: training and test digits.
    made_of: [usize; 2],
}

struct Pair {
    options: Options,
    device: Device,
    /// Plain, residual.
    twins: [Learner; 2],
    batches: Batches,
    fixed: Option<Fixed>,
    step: u64,
    playing: bool,
    single: bool,
    measurement: Option<Measurement>,
    /// Whose answers a measurement is; 0: nobody's.
    question: u32,
    /// Whether the gradients of neighbours are to be compared next.
    alike: bool,
    /// Of both at an earlier step, where they stand on a GPU, and when it was made.
    copy: Option<(u64, [Copy; 2])>,
    copied: f64,
}

/// The session's twins, if any.
#[derive(Default)]
pub struct Depth(Option<Pair>);

fn tell(host: &dyn Host, answer: Answer) {
    host.send(Message::new(Event::Depth(answer)));
}

/// Multiply-adds of one digit's forward pass, by a dry run.
fn macs(recipe: &Recipe) -> Result<u64> {
    let twin = Twin::new(&Scope::new(Device::Meta, 0), recipe, false, 1, CLASSES)?;
    let tape = Tape::default();
    twin.forward(&tape.input(Tensor::from_outside(&Device::Meta, Layout::Image, &[1, 1, HALF, HALF], &[])?), &mut Cx::default())?;
    Ok(tape.macs())
}

fn checked_rate(rate: f32) -> Result<f32> {
    if rate.is_finite() && rate >= 0.0 {
        return Ok(rate);
    }
    Err(Error::data("learning rate", format!("expected a number of at least 0, found {rate}")))
}

/// A batch's digits as one number, FNV-1a.
fn fingerprint(indices: &[usize]) -> u64 {
    // JavaScript and JSON tell whole numbers apart up to 2⁵³.
    indices.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, i| (hash ^ *i as u64).wrapping_mul(0x100_0000_01b3)) >> 11
}

impl Job for Depth {
    fn answers(&self, request: &Request) -> bool {
        matches!(request, Request::Depth(_))
    }
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            match request.body {
                Request::Depth(ask) => self.answer(request.question, ask, shared, host).await,
                _ => Ok(()),
            }
        })
    }
    fn is_busy(&self) -> bool {
        self.0.as_ref().is_some_and(|pair| pair.playing || pair.single || pair.alike || pair.measurement.is_some())
    }
    /// Part of a measurement if one is under way, else a step of both. After an error everything rests.
    fn advance<'a>(&'a mut self, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            let Some(pair) = &mut self.0 else { return Ok(()) };
            let Err(error) = pair.advance(&shared.data, host).await else { return Ok(()) };
            if matches!(error, Error::Lost(_)) {
                return Err(error);
            }
            let question = pair.measurement.as_ref().map_or(0, |_| pair.question);
            pair.rest(host);
            host.send(Message::new(Event::failed("Depth", error)).numbered(question));
            Ok(())
        })
    }
    fn recover(&mut self, reason: &str, device: &Device, shared: &Shared, host: &dyn Host) {
        let Some(pair) = self.0.as_mut().filter(|pair| pair.device.is_gpu()) else { return };
        if let Err(error) = pair.recover(reason, device.clone(), &shared.data, host) {
            self.0 = None;
            host.send(Message::new(Event::failed("Depth", error)));
        }
    }
}

impl Depth {
    async fn answer(&mut self, question: u32, ask: Ask, shared: &mut Shared, host: &dyn Host) -> Result<()> {
        if let Ask::Start(options) = ask {
            let device = shared.device(options.device).await;
            // The old ones go first, so that their memory is free for the new ones.
            self.0 = None;
            self.0 = Some(Pair::new(options, device?, &shared.data, host)?);
            return Ok(());
        }
        let data = &shared.data;
        let pair = self.0.as_mut().ok_or_else(|| Error::data("twins", "none stand yet: start them first"))?;
        if !matches!(ask, Ask::Pause | Ask::Rate(_)) && (data.train.is_empty() || data.test.is_empty()) {
            return Err(Error::data("MNIST", format!("training needs {}", data.missing().join(", "))));
        }
        match ask {
            Ask::Start(_) => {}
            Ask::Play => {
                (pair.playing, pair.measurement) = (true, None);
                pair.say(host);
            }
            Ask::Pause => pair.rest(host),
            Ask::Step => (pair.playing, pair.single, pair.measurement) = (false, true, None),
            Ask::Rate(rate) => {
                let rate = checked_rate(rate)?;
                pair.options.rate = rate;
                pair.twins.iter_mut().for_each(|twin| twin.optimiser.rate = rate);
            }
            Ask::Drop => {
                pair.rest(host);
                pair.measure(Measurement::drop(), question, host);
            }
            Ask::Slice(asked) => {
                pair.rest(host);
                let measurement = Measurement::slice(&pair.twins, asked).await?;
                pair.measure(measurement, question, host);
            }
        }
        Ok(())
    }
}

impl Fixed {
    fn new(device: &Device, data: &Mnist) -> Result<Fixed> {
        let of = |indices: Vec<usize>| {
            let (pixels, labels) = digits::pixels(&data.test, &indices);
            digits::batch(device, &pixels, labels)
        };
        let count = TESTED.min(data.test.len());
        let tests =
            (0..count).step_by(TEST_BATCH).map(|first| of((first..(first + TEST_BATCH).min(count)).collect())).collect::<Result<_>>()?;
        let (pixels, labels) = digits::pixels(&data.train, &(0..AROUND.min(data.train.len())).collect::<Vec<_>>());
        let training = digits::batch(device, &pixels, labels)?;
        let (pixels, labels) = digits::pixels(&data.test, &(0..alike::DIGITS.min(data.test.len())).collect::<Vec<_>>());
        let pairs = alike::pairs(device, &pixels, &labels)?;
        Ok(Fixed { tests, training, pairs, made_of: [data.train.len(), data.test.len()] })
    }
}

impl Pair {
    fn new(options: Options, device: Device, data: &Mnist, host: &dyn Host) -> Result<Pair> {
        if !(2..=1024).contains(&options.batch) {
            return Err(Error::data("batch", format!("expected 2 to 1024 digits, found {}", options.batch)));
        }
        checked_rate(options.rate)?;
        let twins = [Learner::new(&options, false, &device)?, Learner::new(&options, true, &device)?];
        let batches = Batches::new(data.train.len(), options.batch, options.seed);
        let started = Answer::Started {
            options: options.clone(),
            parameters: nn::parameter_count(&twins[0].network),
            macs: macs(&options.recipe)?,
            steps_an_epoch: batches.steps_an_epoch(),
            weights: options.recipe.weights(),
        };
        let pair = Pair {
            options,
            device,
            twins,
            batches,
            fixed: None,
            step: 0,
            playing: false,
            single: false,
            measurement: None,
            question: 0,
            alike: false,
            copy: None,
            copied: host.now(),
        };
        tell(host, started);
        pair.say(host);
        Ok(pair)
    }
    fn say(&self, host: &dyn Host) {
        tell(host, Answer::State { playing: self.playing, step: self.step });
    }
    fn rest(&mut self, host: &dyn Host) {
        (self.playing, self.single, self.alike, self.measurement) = (false, false, false, None);
        self.say(host);
    }
    /// Begins what the reader asked for.
    fn measure(&mut self, measurement: Measurement, question: u32, host: &dyn Host) {
        if let Some((done, of)) = measurement.progress(self.twins[0].network.blocks()) {
            tell(host, Answer::Measuring { done, of });
        }
        (self.measurement, self.question) = (Some(measurement), question);
    }
    fn recover(&mut self, reason: &str, device: Device, data: &Mnist, host: &dyn Host) -> Result<()> {
        let before = self.step;
        self.options.device = if device.is_gpu() { DeviceChoice::Gpu } else { DeviceChoice::Cpu };
        self.twins = [Learner::new(&self.options, false, &device)?, Learner::new(&self.options, true, &device)?];
        self.step = 0;
        if let Some((step, copies)) = &self.copy {
            self.step = *step;
            for (Learner { network, optimiser, .. }, copy) in self.twins.iter_mut().zip(copies) {
                copy.back(network, optimiser, &device)?;
            }
        }
        self.device = device;
        self.fixed = None;
        self.shuffle(data.train.len());
        // What was being measured was about weights that are gone.
        (self.measurement, self.alike) = (None, false);
        let (reason, device) = (reason.into(), self.options.device);
        tell(host, Answer::Recovered { step: self.step, lost_steps: before - self.step, reason, device });
        self.say(host);
        Ok(())
    }
    /// The order of so many digits, up to the step where the twins stand.
    fn shuffle(&mut self, digits: usize) {
        self.batches = Batches::new(digits, self.options.batch, self.options.seed);
        for _ in 0..self.step {
            self.batches.next_batch();
        }
    }
    async fn advance(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        let now = [data.train.len(), data.test.len()];
        let fixed = match self.fixed.take().filter(|fixed| fixed.made_of == now) {
            Some(fixed) => fixed,
            None => {
                self.shuffle(now[0]);
                Fixed::new(&self.device, data)?
            }
        };
        let done = self.slice(&fixed, data, host).await;
        self.fixed = Some(fixed);
        done
    }
    async fn slice(&mut self, fixed: &Fixed, data: &Mnist, host: &dyn Host) -> Result<()> {
        if let Some(measurement) = &mut self.measurement {
            let (answer, last) = measurement.advance(&self.twins, &fixed.tests, &fixed.training, self.step).await?;
            let progress = measurement.progress(self.twins[0].network.blocks());
            let told = answer.is_some();
            let said = answer.into_iter().chain(progress.filter(|_| told).map(|(done, of)| Answer::Measuring { done, of }));
            said.for_each(|answer| host.send(Message::new(Event::Depth(answer)).numbered(self.question)));
            self.measurement.take_if(|_| last);
            return Ok(());
        }
        if std::mem::take(&mut self.alike) {
            let correlations = alike::correlations(&self.twins, &fixed.pairs).await?;
            tell(host, Answer::Alike { step: self.step, correlations });
            return Ok(());
        }
        if !self.playing && !self.single {
            return Ok(());
        }
        let began = host.now();
        let indices = self.batches.next_batch().to_vec();
        let (pixels, labels) = digits::pixels(&data.train, &indices);
        let batch = digits::batch(&self.device, &pixels, labels)?;
        let [plain, residual] = &mut self.twins;
        let twins = Outcome::read([plain.step(&batch)?, residual.step(&batch)?], &batch.labels).await?;
        self.step += 1;
        let (seconds, epoch) = ((host.now() - began) as f32, self.step as f32 / self.batches.steps_an_epoch() as f32);
        tell(host, Answer::Learned { step: self.step, twins, batch: fingerprint(&indices), seconds, epoch });
        self.alike = self.step == 1 || self.step.is_multiple_of(ALIKE_EVERY);
        if self.step == FIRST_TEST || self.step.is_multiple_of(TEST_EVERY) {
            (self.measurement, self.question) = (Some(Measurement::test()), 0);
        }
        if std::mem::take(&mut self.single) {
            self.say(host);
        }
        if self.device.is_gpu() && host.now() - self.copied >= Copy::EVERY {
            let [plain, residual] = &self.twins;
            self.copy = Some((self.step, [plain.copy().await?, residual.copy().await?]));
            self.copied = host.now();
        }
        Ok(())
    }
}
