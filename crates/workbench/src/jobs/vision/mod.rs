//! Pictures and kernels: the picture of each channel, questions about it, and what is learned from it.
mod answer;
mod learning;
mod paint;

pub use paint::paint;

use crate::{
    Host,
    job::{Doing, Job, Shared},
    protocol::{
        Event, Message, Request,
        vision::{Answer, Ask, Grain, Target},
    },
};
use engine::{Error, Result};
use learning::Learning;
use std::collections::BTreeMap;
use vision::{Plane, add_noise, scene};

/// The longest side of a picture, and of a test picture, in pixels.
const LARGEST: usize = 1024;

/// The state of one figure.
#[derive(Default)]
struct Channel {
    /// The picture before noise was added.
    clean: Plane,
    picture: Plane,
    learning: Option<Learning>,
}

/// The state of each figure, by its channel: its picture, and what is learned from it.
#[derive(Default)]
pub struct Channels(BTreeMap<u32, Channel>);

impl Job for Channels {
    fn answers(&self, request: &Request) -> bool {
        matches!(request, Request::Vision { .. })
    }
    fn handle<'a>(&'a mut self, request: Message<Request>, _shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        if let Request::Vision { channel, ask } = request.body {
            self.answer(channel, Message::with(ask, request.buffers).numbered(request.question), host);
        }
        Box::pin(async { Ok(()) })
    }
    fn is_busy(&self) -> bool {
        self.0.values().any(|channel| channel.learning.is_some())
    }
    fn advance<'a>(&'a mut self, _shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        self.learn(host);
        Box::pin(async { Ok(()) })
    }
}

impl Channels {
    /// Answers a question, or reports why it cannot. A channel begins with its first picture.
    fn answer(&mut self, number: u32, ask: Message<Ask>, host: &dyn Host) {
        if ask.body == Ask::Leave {
            self.0.remove(&number);
            return;
        }
        let answer = self.0.entry(number).or_default().answer(ask, host);
        send(host, number, answer);
    }
    /// Does a slice of everything that is being learned.
    fn learn(&mut self, host: &dyn Host) {
        for (number, channel) in &mut self.0 {
            let Some(learning) = &mut channel.learning else { continue };
            let question = learning.question;
            let answer = learning.advance(host);
            if learning.is_over() || answer.is_err() {
                channel.learning = None;
            }
            if let Some(answer) = answer.transpose() {
                send(host, *number, answer.map(|answer| answer.numbered(question)));
            }
        }
    }
}

fn send(host: &dyn Host, channel: u32, answer: Result<Message<Answer>>) {
    let answer = answer.unwrap_or_else(|error| Message::new(Answer::Failed { message: error.to_string() }));
    host.send(answer.map(|answer| Event::Vision { channel, answer }));
}

/// The kernel in a buffer.
fn kernel([height, width]: [usize; 2], buffer: Option<&Vec<u8>>) -> Result<Plane> {
    let bytes = buffer.ok_or_else(|| Error::data("kernel", "expected a buffer, found none"))?;
    if bytes.len() != 4 * height * width {
        return Err(Error::data("kernel", format!("expected {height} × {width} numbers, found {} bytes", bytes.len())));
    }
    Plane::new(height, width, bytemuck::pod_collect_to_vec(bytes))
}

fn checked_size(height: usize, width: usize) -> Result<()> {
    if (1..=LARGEST).contains(&height) && (1..=LARGEST).contains(&width) {
        return Ok(());
    }
    Err(Error::data("picture", format!("expected sides of 1 to {LARGEST} pixels, found {height} × {width}")))
}

impl Channel {
    fn answer(&mut self, Message { question, body: ask, buffers }: Message<Ask>, host: &dyn Host) -> Result<Message<Answer>> {
        let there = || match self.picture.values.is_empty() {
            true => Err(Error::data("picture", "there is none yet: send one first")),
            false => Ok(&self.picture),
        };
        match ask {
            Ask::Picture { height, width, grain } => {
                checked_size(height, width)?;
                let bytes = buffers.first().ok_or_else(|| Error::data("picture", "expected a buffer, found none"))?;
                let picture = Plane::grey_of_rgba(height, width, bytes)?;
                self.look_at(picture, grain)
            }
            Ask::Scene { size, seed, grain } => {
                checked_size(size, size)?;
                self.look_at(scene(size, seed), grain)
            }
            Ask::Filter(options) => answer::filtered(there()?, &kernel(options.kernel, buffers.first())?, &options, host),
            Ask::Spectra { kernel: size, palette } => answer::spectra(there()?, &kernel(size, buffers.first())?, &palette),
            Ask::Components { side, count, seed } => {
                let (learning, answer) = Learning::components(there()?, side, count, seed, host)?;
                self.learning = Some(learning.asked(question));
                Ok(answer)
            }
            Ask::Teach { target, kernel: hidden, size, border, rate, seed } => {
                let hidden = kernel(hidden, buffers.first())?;
                let target = match target {
                    Target::Own => {
                        let bytes = buffers.get(1).ok_or_else(|| Error::data("target", "expected the reader's picture, found none"))?;
                        Plane::grey_of_rgba(there()?.height, there()?.width, bytes)?
                    }
                    made => answer::target(there()?, &self.clean, made, &hidden, border)?,
                };
                let (learning, answer) = Learning::lesson(&self.picture, &target, size, border, rate, seed, host)?;
                self.learning = Some(learning.asked(question));
                Ok(answer)
            }
            Ask::Stop => match self.learning.take() {
                Some(mut learning) => learning.stopped(),
                None => Err(Error::data("learning", "nothing is being learned")),
            },
            Ask::Leave => Err(Error::data("seat", "it is empty already")),
        }
    }
    /// Takes a picture, adds noise and shows the result. Learning from the old picture goes on.
    fn look_at(&mut self, clean: Plane, grain: Grain) -> Result<Message<Answer>> {
        if !(0.0..=1.0).contains(&grain.amount) {
            return Err(Error::data("noise", format!("expected an amount from 0 to 1, found {}", grain.amount)));
        }
        let mut picture = clean.clone();
        add_noise(&mut picture, grain.noise, grain.amount, grain.seed);
        // The picture is rounded to bytes, so that the page reads the same numbers.
        let bytes = picture.to_grey();
        let (height, width) = (picture.height, picture.width);
        let pixels = bytes.iter().map(|grey| [*grey, *grey, *grey, 255]).collect::<Vec<_>>().into_flattened();
        (self.clean, self.picture) = (clean, Plane::from_grey(height, width, &bytes)?);
        Ok(Message::with(Answer::Picture { height, width }, vec![bytes, pixels]))
    }
}
