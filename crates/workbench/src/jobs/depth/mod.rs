//! Training two twins that differ in "+ x" side by side on the same batches: steps, measurements between them, and reports.
mod alike;
mod digits;
mod measurement;
mod sibling;
mod slice;
mod twins;

use crate::{
    Host,
    job::{Doing, Job, Shared},
    jobs::train_loop::{Learner, Taken, TrainLoop},
    protocol::{
        Event, Message, Request,
        depth::{Answer, Ask},
        run,
    },
};
use digits::{Batch, HALF};
use engine::{
    Error, Result,
    autograd::Tape,
    tensor::{Device, Layout, Tensor},
};
use measurement::Measurement;
use nets::{
    data::Mnist,
    models::{Recipe, Twin},
    nn::{self, Cx, Module, Scope},
};
use sibling::CLASSES;
use twins::{Lesson, Twins};

/// The number of test digits for errors (the first ones), and how many of them are tested in one slice.
const TESTED: usize = 500;
const TEST_BATCH: usize = 100;
/// The number of training digits for the loss around the weights.
const AROUND: usize = 200;
/// The number of steps between two tests.
const TEST_EVERY: u64 = 50;
/// The step of the first test, which comes early so that the chart begins.
const FIRST_TEST: u64 = 10;
/// The number of steps between two comparisons of gradients.
const ALIKE_EVERY: u64 = 10;

/// The batches of fixed digits for measurements, made from the present data.
struct Fixed {
    tests: Vec<Batch>,
    training: Batch,
    pairs: Batch,
    /// The numbers of training and test digits from which these were made.
    made_of: [usize; 2],
}

struct Pair {
    training: TrainLoop<Twins>,
    fixed: Option<Fixed>,
    measurement: Option<Measurement>,
    /// The question that the measurement answers; 0 if nobody asked.
    question: u32,
    /// Whether the gradients of neighbours are compared next.
    alike: bool,
}

/// The session's twins, if there are any.
#[derive(Default)]
pub struct Depth(Option<Pair>);

fn tell(host: &dyn Host, answer: Answer) {
    host.send(Message::new(Event::Depth(answer)));
}

/// The multiply-adds of one digit's forward pass, by a dry run.
fn macs(recipe: &Recipe) -> Result<u64> {
    let twin = Twin::new(&Scope::new(Device::Meta, 0), recipe, false, 1, CLASSES)?;
    let tape = Tape::default();
    twin.forward(&tape.input(Tensor::from_outside(&Device::Meta, Layout::Image, &[1, 1, HALF, HALF], &[])?), &mut Cx::default())?;
    Ok(tape.macs())
}

impl Job for Depth {
    fn answers(&self, request: &Request) -> bool {
        matches!(request, Request::Depth(_))
    }
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            match request.body {
                Request::Depth(ask) => self.answer(request.question, ask, request.buffers, shared, host).await,
                _ => Ok(()),
            }
        })
    }
    fn is_busy(&self) -> bool {
        self.0.as_ref().is_some_and(|pair| pair.training.is_busy() || pair.alike || pair.measurement.is_some())
    }
    /// Does a part of the present measurement, if there is one, otherwise a step of both twins. After an error nothing goes on.
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
        let Some(pair) = self.0.as_mut().filter(|pair| pair.training.learner.may_be_lost()) else { return };
        if let Err(error) = pair.recover(reason, device, &shared.data, host) {
            self.0 = None;
            host.send(Message::new(Event::failed("Depth", error)));
        }
    }
}

impl Depth {
    async fn answer(&mut self, question: u32, ask: Ask, buffers: Vec<Vec<u8>>, shared: &mut Shared, host: &dyn Host) -> Result<()> {
        match ask {
            Ask::Run(run::Ask::Start(options)) => {
                let device = shared.device(options.device).await;
                // The old twins are dropped first, so that their memory is free for the new ones.
                self.0 = None;
                self.0 = Some(Pair::standing(Twins::new(options, &device?)?, 0, &shared.data, host)?);
                return Ok(());
            }
            Ask::Run(run::Ask::Continue(choice)) => {
                let device = shared.device(choice).await?;
                let file = buffers.first().ok_or_else(|| Error::data("message", "expected a buffer, found none"))?;
                // If the file is refused, the old twins stay.
                let (twins, step) = Twins::continued(file, choice, &device)?;
                self.0 = Some(Pair::standing(twins, step, &shared.data, host)?);
                return Ok(());
            }
            _ => {}
        }
        let data = &shared.data;
        let pair = self.0.as_mut().ok_or_else(|| Error::data("twins", "none stand yet: start them first"))?;
        if !matches!(ask, Ask::Run(run::Ask::Pause | run::Ask::Rate(_))) && (data.train.is_empty() || data.test.is_empty()) {
            return Err(Error::data("MNIST", format!("training needs {}", data.missing().join(", "))));
        }
        match ask {
            Ask::Run(run::Ask::Start(_) | run::Ask::Continue(_)) => {}
            Ask::Run(run::Ask::Play) => {
                pair.training.play();
                pair.training.put_off_copy(host);
                pair.measurement = None;
                pair.say(host);
            }
            Ask::Run(run::Ask::Pause) => pair.rest(host),
            Ask::Run(run::Ask::Step) => {
                pair.training.step_once();
                pair.measurement = None;
            }
            Ask::Run(run::Ask::Rate(rate)) => pair.training.set_rate(rate)?,
            Ask::Drop => {
                pair.rest(host);
                pair.measure(Measurement::drop(), question, host);
            }
            Ask::Slice(asked) => {
                pair.rest(host);
                let measurement = Measurement::slice(&pair.training.learner.pair, asked).await?;
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
    /// Both twins at a step, not playing.
    fn standing(twins: Twins, step: u64, data: &Mnist, host: &dyn Host) -> Result<Pair> {
        let mut training = TrainLoop::new(twins, data, host);
        training.rewind(step, data);
        let Twins { options, pair, .. } = &training.learner;
        let started = run::Answer::Started {
            step,
            options: options.clone(),
            parameters: nn::parameter_count(&pair[0].network),
            macs: macs(&options.recipe)?,
            steps_an_epoch: training.batches().steps_an_epoch(),
        };
        let pair = Pair { training, fixed: None, measurement: None, question: 0, alike: false };
        tell(host, Answer::Run(started));
        pair.say(host);
        Ok(pair)
    }
    fn say(&self, host: &dyn Host) {
        tell(host, Answer::Run(run::Answer::State { playing: self.training.is_playing(), step: self.training.step() }));
    }
    fn rest(&mut self, host: &dyn Host) {
        self.training.stop();
        (self.alike, self.measurement) = (false, None);
        self.say(host);
    }
    /// Begins a measurement that the reader asked for.
    fn measure(&mut self, measurement: Measurement, question: u32, host: &dyn Host) {
        if let Some((done, of)) = measurement.progress(self.training.learner.pair[0].network.blocks()) {
            tell(host, Answer::Measuring { done, of });
        }
        (self.measurement, self.question) = (Some(measurement), question);
    }
    fn recover(&mut self, reason: &str, device: &Device, data: &Mnist, host: &dyn Host) -> Result<()> {
        let lost_steps = self.training.recover(device, data)?;
        // These batches were on the lost device.
        self.fixed = None;
        // The measurement was about weights that are lost.
        (self.measurement, self.alike) = (None, false);
        let (step, device) = (self.training.step(), self.training.learner.options.device);
        tell(host, Answer::Run(run::Answer::Recovered { step, lost_steps, reason: reason.into(), device }));
        self.say(host);
        Ok(())
    }
    async fn advance(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        let now = [data.train.len(), data.test.len()];
        let fixed = match self.fixed.take().filter(|fixed| fixed.made_of == now) {
            Some(fixed) => fixed,
            None => {
                self.training.reshuffle(data);
                Fixed::new(&self.training.learner.device, data)?
            }
        };
        let done = self.slice(&fixed, data, host).await;
        self.fixed = Some(fixed);
        done
    }
    async fn slice(&mut self, fixed: &Fixed, data: &Mnist, host: &dyn Host) -> Result<()> {
        let twins = &self.training.learner.pair;
        if let Some(measurement) = &mut self.measurement {
            let (answer, last) = measurement.advance(twins, &fixed.tests, &fixed.training, self.training.step()).await?;
            let progress = measurement.progress(twins[0].network.blocks());
            let told = answer.is_some();
            let said = answer.into_iter().chain(progress.filter(|_| told).map(|(done, of)| Answer::Measuring { done, of }));
            said.for_each(|answer| host.send(Message::new(Event::Depth(answer)).numbered(self.question)));
            self.measurement.take_if(|_| last);
            return Ok(());
        }
        if std::mem::take(&mut self.alike) {
            let correlations = alike::correlations(twins, &fixed.pairs).await?;
            tell(host, Answer::Alike { step: self.training.step(), correlations });
            return Ok(());
        }
        let began = host.now();
        let Some(Taken { outcome: Lesson { twins, batch }, single }) = self.training.advance(data).await? else { return Ok(()) };
        let step = self.training.step();
        tell(host, Answer::Stepped { step, twins, batch, seconds: (host.now() - began) as f32, epoch: self.training.epoch() });
        self.alike = step == 1 || step.is_multiple_of(ALIKE_EVERY);
        if step == FIRST_TEST || step.is_multiple_of(TEST_EVERY) {
            (self.measurement, self.question) = (Some(Measurement::test()), 0);
        }
        if single {
            self.say(host);
        }
        if self.training.copy_when_due(host).await?
            && let Some((step, copies)) = self.training.copy()
        {
            let file = twins::write(&self.training.learner.options, *step, copies)?;
            host.send(Message::with(Event::Depth(Answer::Run(run::Answer::Checkpoint { step: *step })), vec![file]));
        }
        Ok(())
    }
}
