//! Measuring one case: a first run, some warm-up runs, the timed runs, and a few of the simplest implementation. Each run is a slice.
mod subject;

use crate::{
    Host,
    job::{Doing, Job, Shared},
    protocol::{
        Event, Message, Request,
        speed::{CASES, Case, Plan, RUNS, Times, Work, median},
    },
};
use engine::{Error, Result, tensor::Device};
use subject::{Subject, Way};

/// The number of warm-up runs between the first run and the timed ones.
const WARM: usize = 2;
/// The number of convolutions that are queued in one timed run, so that the wait for the last one counts little.
const BACK_TO_BACK: usize = 5;
/// The largest number of timed runs of the simplest implementation, which may be slow. One more run goes before them.
const NAIVE: usize = 3;

/// The present measurement, if there is one.
#[derive(Default)]
pub struct Speed(Option<Measurement>);

impl Job for Speed {
    fn answers(&self, request: &Request) -> bool {
        matches!(request, Request::Measure(_))
    }
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            let Request::Measure(plan) = request.body else { return Ok(()) };
            // The old measurement is dropped first, so that its memory is free for the new one.
            self.0 = None;
            let device = shared.device(plan.device).await?;
            self.0 = Some(Measurement::new(plan, request.question, &device, host)?);
            Ok(())
        })
    }
    fn is_busy(&self) -> bool {
        self.0.is_some()
    }
    fn advance<'a>(&'a mut self, _shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            let Some(measurement) = &mut self.0 else { return Ok(()) };
            match measurement.advance(host).await {
                Ok(last) => drop(self.0.take_if(|_| last)),
                Err(error) => {
                    let question = measurement.question;
                    self.0 = None;
                    host.send(Message::new(Event::failed("Measure", &error)).numbered(question));
                    // A lost GPU is requested again. Other errors have been reported.
                    if matches!(error, Error::Lost(_)) {
                        return Err(error);
                    }
                }
            }
            Ok(())
        })
    }
}

struct Measurement {
    question: u32,
    subject: Subject,
    /// The number of convolutions in one timed run.
    inner: usize,
    /// The number of timed runs, and of runs of the simplest implementation, including the one before them.
    runs: usize,
    naive_runs: usize,
    done: usize,
    /// When the building of the subject began.
    began: f64,
    naive: Vec<f64>,
    times: Times,
}

impl Measurement {
    fn new(plan: Plan, question: u32, device: &Device, host: &dyn Host) -> Result<Measurement> {
        let Some(case) = Case::find(&plan.case) else {
            let names: Vec<&str> = CASES.iter().map(|c| c.name).collect();
            return Err(Error::data("case", format!("expected one of {}, found {:?}", names.join(", "), plan.case)));
        };
        let [fewest, most] = RUNS;
        if !(fewest..=most).contains(&plan.runs) {
            return Err(Error::data("runs", format!("expected {fewest} to {most}, found {}", plan.runs)));
        }
        let began = host.now();
        let subject = Subject::new(&case.work, device)?;
        let convolution = matches!(case.work, Work::Convolution { .. });
        let times = Times {
            case: case.name.into(),
            device: plan.device,
            first: 0.0,
            runs: vec![],
            macs: subject::macs(&case.work)?,
            rung: subject.way(device)?.into(),
            naive: None,
        };
        Ok(Measurement {
            question,
            inner: if convolution { BACK_TO_BACK } else { 1 },
            runs: plan.runs,
            naive_runs: if subject.naive_way().is_some() { plan.runs.min(NAIVE) + 1 } else { 0 },
            subject,
            done: 0,
            began,
            naive: vec![],
            times,
        })
    }
    fn of(&self) -> usize {
        1 + WARM + self.runs + self.naive_runs
    }
    /// Does one run. Returns true after the last one.
    async fn advance(&mut self, host: &dyn Host) -> Result<bool> {
        let timed = 1 + WARM..1 + WARM + self.runs;
        let (way, count) = match self.done {
            done if timed.contains(&done) => (Way::Chosen, self.inner),
            done if done < timed.start => (Way::Chosen, 1),
            _ => (Way::Naive, 1),
        };
        let start = host.now();
        self.subject.run(way, count).await?;
        let end = host.now();
        let milliseconds = 1e3 * (end - start) / count as f64;
        match (self.done, way) {
            (0, _) => self.times.first = 1e3 * (end - self.began),
            (done, Way::Chosen) if timed.contains(&done) => self.times.runs.push(milliseconds),
            (done, Way::Naive) if done > timed.end => self.naive.push(milliseconds),
            _ => {}
        }
        self.done += 1;
        host.send(Message::new(Event::Measuring { done: self.done, of: self.of() }).numbered(self.question));
        if self.done < self.of() {
            return Ok(false);
        }
        self.times.naive = self.subject.naive_way().map(|way| (way.to_string(), median(&self.naive)));
        host.send(Message::new(Event::Measured(self.times.clone())).numbered(self.question));
        Ok(true)
    }
}
