//! The loaded networks. Each comes from a weight file, has a device, and is asked one image at a time.
use crate::{
    Host,
    protocol::{
        Array, DeviceChoice, Message,
        photos::{Answer, Compared, Guess, LoadedNetwork},
    },
};
use engine::{
    Error, Result,
    autograd::Var,
    tensor::{Device, Layout, Shape, Tensor, read_all},
};
use nets::{
    data::{about_weights, read_weights},
    insight::{LoadedWeights, image_layers},
    models::{ModelSpec, OfFile, Reading, cost, fitted, model, twins},
    nn::{self, Cx, Module, Scope, Seq},
};
use rand::RngExt;
use rand_pcg::Pcg32;
use vision::{ClassList, ClassNames, Photo, Preprocess};

/// The number of likeliest classes in an answer.
const SHOWN: usize = 5;

pub(super) struct Network {
    /// The paper's network, with as many classes as its weight file has.
    pub spec: ModelSpec,
    pub seq: Seq,
    pub device: Device,
    pub preprocess: Preprocess,
    pub standing: LoadedNetwork,
    names: ClassNames,
    /// The names of its classes that its file has.
    own_names: Option<Vec<String>>,
    learned: LoadedWeights,
}

#[derive(Default)]
pub(super) struct Networks {
    loaded: Vec<Network>,
    /// The reader's list of class names.
    list: Option<ClassList>,
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
        (choice, device): (DeviceChoice, &Device),
        usual: bool,
    ) -> Result<Message<Answer>> {
        let length = bytes.len();
        let about = about_weights(file, &bytes)?;
        let state = read_weights(file, &bytes)?;
        drop(bytes);
        let OfFile { spec, preprocess, reading, told: said } = OfFile::find(name, file, &state, &about, usual)?;
        let preprocess = preprocess.unwrap_or(spec.classifies(file)?);
        // The file is checked without memory first, so that a loaded network is dropped only for a file that fits.
        let seq = spec.network(&Scope::new(Device::Meta, 0))?;
        let (state, told) = fitted(&spec, &seq, file, state)?;
        self.unload(spec.name);
        nn::load_onto(&seq, device, state)?;
        let mut network = Network::of(spec, seq, preprocess, (device.clone(), choice), (file, length))?;
        network.own_names = about.classes.filter(|names| names.len() == spec.classes);
        let said = said.into_iter().chain(told).chain(network.name_classes(self.list.as_ref())?);
        network.standing.told = Some(said.collect::<Vec<_>>().join("; ")).filter(|told| !told.is_empty());
        (network.standing.reading, network.standing.says_padding) = (reading, about.padding.is_some());
        let standing = network.standing.clone();
        self.loaded.push(network);
        Ok(Message::new(Answer::Loaded(standing)))
    }
    /// Takes a list of class names for the networks that have as many classes, those that are loaded and those that will be. Without one the classes are
    /// called as usual.
    pub(super) fn name(&mut self, list: Option<ClassList>) -> Result<Answer> {
        self.list = list;
        for network in self.loaded.iter_mut().chain(&mut self.drawn) {
            network.name_classes(self.list.as_ref())?;
        }
        let Some(list) = &self.list else {
            return Ok(Answer::Named { file: None, names: 0, fits: true, told: "the classes are called as usual again".into() });
        };
        let names = list.names.len();
        let (own, others): (Vec<_>, Vec<_>) = self.loaded.iter().map(|network| &network.standing).partition(|own| own.classes == names);
        let titles = own.iter().map(|network| network.title.as_str()).collect::<Vec<_>>().join(" and ");
        let counts =
            others.iter().map(|network| format!("{} has {} classes", network.title, network.classes)).collect::<Vec<_>>().join(", ");
        let told = match (own.is_empty(), others.is_empty()) {
            (false, _) => format!("{}: its {names} names are those of the classes of {titles}", list.file),
            (true, true) => format!("{}: its {names} names wait for a network with {names} classes", list.file),
            (true, false) => format!("{}: expected as many names as a network has classes, found {names} names; {counts}", list.file),
        };
        Ok(Answer::Named { file: Some(list.file.clone()), names, fits: !own.is_empty() || others.is_empty(), told })
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
                let spec = *model(name)?;
                let preprocess = spec.preprocess.ok_or_else(|| Error::unsupported(spec.name, "it reads digits, not photos"))?;
                let seq = spec.network(&Scope::new(Device::Cpu, SEED))?;
                let mut network = Network::of(spec, seq, preprocess, (Device::Cpu, DeviceChoice::Cpu), ("", 0))?;
                network.name_classes(self.list.as_ref())?;
                network
            }
        };
        Ok(self.drawn.insert(network))
    }
    /// What every loaded network sees first in a photo.
    pub(super) async fn compare(&mut self, photo: &Photo, host: &dyn Host) -> Result<Vec<Compared>> {
        if self.loaded.is_empty() {
            return Err(Error::data("networks", "expected some to compare, found none that is loaded"));
        }
        let mut found = vec![];
        for network in &mut self.loaded {
            let began = host.now();
            network.trained()?;
            let image = network.image(&network.preprocess.seen(photo)?)?;
            let ready = host.now();
            let first = network.guesses(image).await?.into_iter().next();
            let first = first.ok_or_else(|| Error::data(&network.standing.name, "expected a class, found none"))?;
            let [preparing, reading] = [ready - began, host.now() - ready].map(|seconds| (1e3 * seconds) as f32);
            found.push(Compared { model: network.standing.name.clone(), first, preparing, reading });
        }
        Ok(found)
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
    /// The network with this name, as it is loaded; else the paper's.
    pub(super) fn spec(&self, name: &str) -> Result<ModelSpec> {
        match self.find(name) {
            Ok(network) => Ok(network.spec),
            Err(_) => model(name).copied(),
        }
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
        spec: ModelSpec,
        seq: Seq,
        preprocess: Preprocess,
        (device, choice): (Device, DeviceChoice),
        (file, bytes): (&str, usize),
    ) -> Result<Network> {
        let cost = cost(&spec)?;
        let layers = image_layers(&spec)?.into_iter().map(|(name, description, dims)| Array { name, description, dims }).collect();
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
            preprocess,
            reading: Reading::Usual,
            says_padding: false,
            layers,
            weighted: learned.count(),
            twins: twins(&spec)?.into_iter().map(|twin| (twin.name.to_string(), twin.title.to_string())).collect(),
        };
        Ok(Network { spec, seq, device, preprocess, standing, names: ClassNames::Numbers, own_names: None, learned })
    }
    /// Names its classes: by the reader's list if that has as many names, else by its file's, else as usual. Says what they are called if there are not as many as
    /// in the paper.
    fn name_classes(&mut self, list: Option<&ClassList>) -> Result<Option<String>> {
        let (classes, usual) = (self.spec.classes, model(self.spec.name)?.classes);
        let given = list.map(|list| (list, list.names_for(self.spec.name, classes)));
        let is_usual = classes == usual;
        let numbers = format!("they are called class 0 to class {}", classes - 1);
        let (without, otherwise) = match &self.own_names {
            Some(names) => (ClassNames::List(names.clone()), "their names are the file's".into()),
            None if is_usual => (ClassNames::Usual(classes), String::new()),
            None => (ClassNames::Numbers, numbers),
        };
        let (names, called) = match given {
            Some((list, Ok(names))) => (names, format!("their names are those of {}", list.file)),
            Some((list, Err(_))) => (without, format!("{} has {} names, so {otherwise}", list.file, list.names.len())),
            None if self.own_names.is_some() => (without, otherwise),
            None => (without, format!("{otherwise} until a list of their names is added")),
        };
        self.names = names;
        Ok((!is_usual).then(|| format!("its last layer has {classes} classes, where the usual network has {usual}; {called}")))
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
        self.learned.freshen(&self.spec, &self.device, fresh)
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
        Guess { class, name: self.names.of(class), probability }
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
