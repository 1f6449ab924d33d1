//! The loaded networks. Each comes from a weight file, has a device, and is asked one image at a time.
use crate::protocol::{
    Array, DeviceChoice, Message,
    photos::{Answer, Guess, LoadedNetwork},
};
use engine::{
    Error, Result,
    autograd::Var,
    tensor::{Device, Layout, Shape, Tensor, read_all},
};
use nets::{
    data::read_weights,
    insight::{LoadedWeights, image_layers},
    models::{ModelSpec, cost, fitted, model, twins, whose},
    nn::{self, Cx, Module, Scope, Seq},
};
use rand::RngExt;
use rand_pcg::Pcg32;
use vision::{Photo, Preprocess, class_name};

/// The number of likeliest classes in an answer.
const SHOWN: usize = 5;

pub(super) struct Network {
    pub spec: &'static ModelSpec,
    pub seq: Seq,
    pub device: Device,
    pub preprocess: Preprocess,
    pub standing: LoadedNetwork,
    learned: LoadedWeights,
}

#[derive(Default)]
pub(super) struct Networks {
    loaded: Vec<Network>,
    /// A network with random weights, kept as long as its units are asked for.
    drawn: Option<Network>,
}

/// The seed of random weights.
const SEED: u64 = 7;

impl Networks {
    /// Loads a network. A loaded network with this name is dropped first, so that its memory is free.
    pub(super) fn load(
        &mut self,
        name: Option<&str>,
        file: &str,
        bytes: Vec<u8>,
        choice: DeviceChoice,
        device: &Device,
    ) -> Result<Message<Answer>> {
        let length = bytes.len();
        let state = read_weights(file, &bytes)?;
        drop(bytes);
        let spec = match name {
            Some(name) => model(name)?,
            None => whose(file, &state)?,
        };
        let preprocess = spec.classifies(file)?;
        // The file is checked without memory first, so that a loaded network is dropped only for a file that fits.
        let seq = spec.network(&Scope::new(Device::Meta, 0))?;
        let (state, told) = fitted(spec, &seq, file, state)?;
        self.unload(spec.name);
        nn::load_onto(&seq, device, state)?;
        let mut network = Network::of(spec, seq, preprocess, (device.clone(), choice), (file, length))?;
        network.standing.told = told;
        let standing = network.standing.clone();
        self.loaded.push(network);
        Ok(Message::new(Answer::Loaded(standing)))
    }
    /// The loaded network with this name. If there is none, a network with random weights on the CPU.
    pub(super) fn find_or_draw(&mut self, name: &str) -> Result<&mut Network> {
        if let Some(at) = self.loaded.iter().position(|network| network.standing.name == name) {
            self.drawn = None;
            return Ok(&mut self.loaded[at]);
        }
        let network = match self.drawn.take().filter(|network| network.standing.name == name) {
            Some(network) => network,
            None => {
                let spec = model(name)?;
                let preprocess = spec.preprocess.ok_or_else(|| Error::unsupported(spec.name, "it reads digits, not photos"))?;
                let seq = spec.network(&Scope::new(Device::Cpu, SEED))?;
                Network::of(spec, seq, preprocess, (Device::Cpu, DeviceChoice::Cpu), ("", 0))?
            }
        };
        Ok(self.drawn.insert(network))
    }
    pub(super) fn unload(&mut self, name: &str) {
        let gpu = self.find(name).ok().map(|network| network.device.clone());
        self.loaded.retain(|network| network.standing.name != name);
        if let Some(Device::Gpu(gpu)) = gpu {
            gpu.trim();
        }
    }
    pub(super) fn lose_gpu(&mut self) {
        self.loaded.retain(|network| !network.device.is_gpu());
    }
    pub(super) fn find(&self, name: &str) -> Result<&Network> {
        self.loaded.iter().find(|network| network.standing.name == name).ok_or_else(|| missing(name))
    }
    pub(super) fn find_mut(&mut self, name: &str) -> Result<&mut Network> {
        self.loaded.iter_mut().find(|network| network.standing.name == name).ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> Error {
    Error::data("network", format!("{name} does not stand: load its weights first"))
}

impl Network {
    fn of(
        spec: &'static ModelSpec,
        seq: Seq,
        preprocess: Preprocess,
        (device, choice): (Device, DeviceChoice),
        (file, bytes): (&str, usize),
    ) -> Result<Network> {
        let cost = cost(spec)?;
        let layers = image_layers(spec)?.into_iter().map(|(name, description, dims)| Array { name, description, dims }).collect();
        let learned = LoadedWeights::of(&seq);
        let standing = LoadedNetwork {
            name: spec.name.into(),
            title: spec.title.into(),
            device: choice,
            file: file.into(),
            bytes,
            told: None,
            parameters: cost.parameters,
            classes: spec.classes,
            memory: cost.inference_bytes(),
            memory_to_explain: cost.attribution_bytes(),
            layers,
            weighted: learned.count(),
            twins: twins(spec)?.into_iter().map(|twin| (twin.name.to_string(), twin.title.to_string())).collect(),
        };
        Ok(Network { spec, seq, device, preprocess, standing, learned })
    }
    /// Whether its weights are random.
    pub(super) fn is_drawn(&self) -> bool {
        self.standing.file.is_empty()
    }
    /// The input tensor of a photo.
    pub(super) fn image(&self, seen: &Photo) -> Result<Tensor> {
        let dims = [1, 3, seen.height, seen.width];
        Tensor::from_outside(&self.device, Layout::Image, &dims, &self.preprocess.normalise(seen))
    }
    /// A tensor of normal noise in place of a photo's.
    pub(super) fn noise(&self, seen: &Photo, seed: u32) -> Result<Tensor> {
        let mut random = Pcg32::new(u64::from(seed), 1);
        let mut uniform = || 1.0 - random.random::<f32>();
        // Box and Muller: two uniform numbers make a normal one.
        let normal = (0..3 * seen.height * seen.width).map(|_| (-2.0 * uniform().ln()).sqrt() * (std::f32::consts::TAU * uniform()).cos());
        Tensor::from_outside(&self.device, Layout::Image, &[1, 3, seen.height, seen.width], &normal.collect::<Vec<_>>())
    }
    /// Restores the loaded weights of all layers.
    pub(super) fn trained(&mut self) -> Result<()> {
        self.freshen(0)
    }
    /// Gives the upper layers fresh weights.
    pub(super) fn freshen(&mut self, fresh: usize) -> Result<()> {
        self.learned.freshen(self.spec, &self.device, fresh)
    }
    /// The likeliest classes, the likeliest first.
    pub(super) async fn guesses(&self, image: Tensor) -> Result<Vec<Guess>> {
        let logits = self.seq.forward(&Var::constant(image), &mut Cx::default())?;
        let classes = self.spec.classes;
        let probabilities = logits.reshape(Shape::new([1, classes]))?.softmax(1)?;
        let mut values = read_all(&[logits.value(), probabilities.value()]).await?.into_iter();
        let (logits, probabilities) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
        // Sorted by logits, since probabilities may be equal when they round to 1 or 0.
        let mut order: Vec<usize> = (0..logits.len()).collect();
        order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
        order.truncate(SHOWN);
        Ok(order.into_iter().map(|class| self.guess(class, probabilities[class])).collect())
    }
    pub(super) fn guess(&self, class: usize, probability: f32) -> Guess {
        Guess { class, name: class_name(self.spec.classes, class), probability }
    }
    /// The probability of one class.
    pub(super) async fn probability(&self, image: Tensor, class: usize) -> Result<Guess> {
        let logits = self.seq.forward(&Var::constant(image), &mut Cx::default())?;
        let probabilities = logits.reshape(Shape::new([1, self.spec.classes]))?.softmax(1)?.value().values().await?;
        match probabilities.get(class) {
            Some(probability) => Ok(self.guess(class, *probability)),
            None => Err(Error::data("class", format!("expected one below {}, found {class}", probabilities.len()))),
        }
    }
}
