//! Photos and the networks that read them: the job that holds both and answers questions.
mod explain;
mod inspect;
mod networks;
mod photo;
mod unit;
mod zoo;

use crate::{
    Host,
    job::{Doing, Job, Shared},
    protocol::{
        DeviceChoice, Event, Message, Request,
        inspect::Look,
        photos::{Answer, Ask},
    },
};
use engine::{Error, Result, tensor::Device};
use nets::insight::layer_fields;
use networks::Networks;
use photo::Sight;
use vision::{ClassList, Photo};
use zoo::Count;

/// The present photo, the loaded networks, and the count of the zoo.
#[derive(Default)]
pub struct Photos {
    sight: Option<Sight>,
    networks: Networks,
    count: Option<Count>,
}

fn send(host: &dyn Host, answer: Message<Answer>) {
    host.send(answer.map(Event::Photos));
}

impl Job for Photos {
    fn answers(&self, request: &Request) -> bool {
        matches!(request, Request::Photos(_))
    }
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            let Request::Photos(ask) = request.body else { return Ok(()) };
            let device = match &ask {
                Ask::Load { device, .. } => shared.device(*device).await,
                Ask::Zoo => {
                    self.count = Some(Count::asked(request.question));
                    return Ok(());
                }
                _ => Ok(Device::Cpu),
            };
            self.answer_or_say(ask, request.buffers, device, host).await
        })
    }
    fn is_busy(&self) -> bool {
        self.count.is_some()
    }
    fn advance<'a>(&'a mut self, _shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        self.count(host);
        Box::pin(async { Ok(()) })
    }
}

impl Photos {
    /// Answers a question, or reports why it cannot. A network is loaded onto `device`. Only the loss of a GPU is returned as an error: the
    /// networks on it are gone then.
    async fn answer_or_say(&mut self, ask: Ask, buffers: Vec<Vec<u8>>, device: Result<Device>, host: &dyn Host) -> Result<()> {
        let (what, on_gpu) = match &ask {
            Ask::Zoo => (String::new(), false),
            Ask::Photo { file } | Ask::Frame { file, .. } | Ask::Compare { file } => (file.clone(), false),
            Ask::Load { file, device, .. } => (file.clone(), *device == DeviceChoice::Gpu),
            Ask::Names { file } => (file.clone().unwrap_or_default(), false),
            Ask::Unload { model }
            | Ask::Classify { model, .. }
            | Ask::Prepare { model, .. }
            | Ask::Explain { model, .. }
            | Ask::Unit { model, .. }
            | Ask::Fields { model, .. }
            | Ask::Inspect { model, .. } => {
                (model.clone(), self.networks.find(model).is_ok_and(|network| network.standing.device == DeviceChoice::Gpu))
            }
        };
        match self.answer(ask, buffers, device, host).await {
            Ok(Some(answer)) => send(host, answer),
            Ok(None) => {}
            Err(error) => {
                let lost = matches!(error, Error::Lost(_));
                if lost {
                    self.networks.lose_gpu();
                }
                // The CPU can do what a GPU refuses because of its limits, and what a lost GPU cannot do any more.
                let on_cpu = on_gpu && matches!(error, Error::Device(_) | Error::TooLarge(_) | Error::Lost(_));
                send(host, Message::new(Answer::Failed { what, message: error.to_string(), on_cpu }));
                if lost {
                    return Err(error);
                }
            }
        }
        Ok(())
    }
    /// Counts the next network.
    fn count(&mut self, host: &dyn Host) {
        let Some(count) = &mut self.count else { return };
        let question = count.question;
        let answer = count.next().unwrap_or_else(|error| Answer::Failed { what: "zoo".into(), message: error.to_string(), on_cpu: false });
        if count.is_over() || matches!(answer, Answer::Failed { .. }) {
            self.count = None;
        }
        send(host, Message::new(answer).numbered(question));
    }
    async fn answer(
        &mut self,
        ask: Ask,
        buffers: Vec<Vec<u8>>,
        device: Result<Device>,
        host: &dyn Host,
    ) -> Result<Option<Message<Answer>>> {
        let mut buffers = buffers.into_iter();
        let mut buffer = || buffers.next().ok_or_else(|| Error::data("message", "expected a buffer, found none"));
        Ok(Some(match ask {
            Ask::Zoo => return Ok(None),
            Ask::Photo { file } => {
                let began = host.now();
                let photo = Photo::decode(&file, &buffer()?)?;
                self.look_at(file, photo, host.now() - began)?
            }
            Ask::Frame { file, height, width } => {
                let bytes = buffer()?;
                let (pixels, _) = bytes.as_chunks::<4>();
                self.look_at(file, Photo::new(width, height, pixels.iter().flat_map(|p| [p[0], p[1], p[2]]).collect())?, 0.0)?
            }
            Ask::Load { model, file, device: choice, usual } => {
                self.networks.load(model.as_deref(), &file, buffer()?, (choice, &device?), usual)?
            }
            Ask::Names { file } => {
                let list = file.map(|file| ClassList::read(&file, &buffer()?)).transpose()?;
                Message::new(self.networks.name(list)?)
            }
            Ask::Unload { model } => {
                self.networks.unload(&model);
                return Ok(None);
            }
            Ask::Classify { model, disturbance } => {
                let began = host.now();
                let (network, sight) = self.both(&model)?;
                network.trained()?;
                let image = network.image(&sight.seen(&network.preprocess, &disturbance)?)?;
                let ready = host.now();
                let top = network.guesses(image).await?;
                let [preparing, reading] = [ready - began, host.now() - ready].map(|seconds| (1e3 * seconds) as f32);
                Message::new(Answer::Classified { model, device: network.standing.device, disturbance, top, preparing, reading })
            }
            Ask::Compare { file } => {
                let photo = Photo::decode(&file, &buffer()?)?.of_usual_sides(&file)?;
                let found = self.networks.compare(&photo, host).await?;
                Message::new(Answer::Compared { file, found })
            }
            Ask::Prepare { model, disturbance, palette } => {
                let (network, sight) = self.both(&model)?;
                sight.steps(model, &network.preprocess, &disturbance, &palette)?
            }
            Ask::Explain { model, disturbance, method, layer, class, fresh, palette } => {
                let (network, sight) = self.both(&model)?;
                let seen = sight.seen(&network.preprocess, &disturbance)?;
                let wish = explain::Wish { method, layer, class, fresh };
                explain::explained(network, &seen, wish, &palette, host).await?
            }
            Ask::Unit { model, disturbance, layer, place, channel, noise, fresh } => {
                let network = self.networks.find_or_draw(&model)?;
                let sight = self.sight.as_mut().ok_or_else(no_photo)?;
                let seen = sight.seen(&network.preprocess, &disturbance)?;
                unit::asked(network, &seen, unit::Wish { layer, place, channel, noise, fresh }, host).await?
            }
            Ask::Fields { model, layers } => {
                let layers = layer_fields(&self.networks.spec(&model)?, &layers)?;
                Message::new(Answer::Fields { model, layers })
            }
            Ask::Inspect { model, disturbance, look } => {
                let began = host.now();
                let seen = match look {
                    Look::Graph => inspect::nodes(&self.networks.spec(&model)?)?,
                    look => {
                        let sight = self.sight.as_mut().ok_or_else(no_photo)?;
                        let network = self.networks.find_or_draw(&model)?;
                        let image = network.image(&sight.seen(&network.preprocess, &disturbance)?)?;
                        inspect::looked(network, image, look, host).await?
                    }
                };
                let milliseconds = (1e3 * (host.now() - began)) as f32;
                seen.map(|seen| Answer::Inspected { model, seen, milliseconds })
            }
        }))
    }
    fn look_at(&mut self, file: String, photo: Photo, seconds: f64) -> Result<Message<Answer>> {
        let photo = photo.of_usual_sides(&file)?;
        let (sight, answer) = Sight::of(file, photo, seconds)?;
        self.sight = Some(sight);
        Ok(answer)
    }
    fn both(&mut self, model: &str) -> Result<(&mut networks::Network, &mut Sight)> {
        let network = self.networks.find_mut(model)?;
        let sight = self.sight.as_mut().ok_or_else(no_photo)?;
        Ok((network, sight))
    }
}

fn no_photo() -> Error {
    Error::data("photo", "there is none yet: choose one first")
}
