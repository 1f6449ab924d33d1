//! The learner of the training lab: a network that reads digits, the digits it learns from, and its steps.
use crate::{
    jobs::train_loop::{Learner, checked_rate},
    protocol::{DeviceChoice, OptimiserChoice, TrainOptions},
};
use engine::{Error, Result, tensor::Device};
use nets::{
    data::{Augment, Batches, Mnist, SIDE, subset},
    models::{DIGITS, ModelSpec, Options, model_of},
    nn::Scope,
    train::{Copy, Optimiser, Outcome, Rule, Trainer},
};

pub(in crate::jobs) struct Classifier {
    pub spec: &'static ModelSpec,
    pub trainer: Trainer,
    pub options: TrainOptions,
    /// The numbers of the digits that it learns from; None stands for all.
    pub own: Option<Vec<usize>>,
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

impl Classifier {
    /// A new learner, with first values drawn from the seed.
    pub(super) fn new(options: TrainOptions, device: &Device) -> Result<Classifier> {
        check(&options)?;
        let spec = model_of(DIGITS, &options.model)?;
        let settings = Options { dropout: options.dropout, ..spec.options() };
        let network = (spec.build)(&Scope::new(device.clone(), options.seed), &settings)?;
        let rule = match options.optimiser {
            OptimiserChoice::Sgd => Rule::sgd(options.weight_decay),
            OptimiserChoice::Adam => Rule::adam(options.weight_decay),
        };
        let optimiser = Optimiser::new(rule, checked_rate(options.rate)?);
        let trainer = Trainer { network, optimiser, device: device.clone(), dropout: Some(options.seed as u32) };
        Ok(Classifier { spec, trainer, options, own: None })
    }
    /// How a digit is shifted and turned before it is learned from (augmentation).
    pub(super) fn augment(&self) -> Augment {
        Augment { shift: self.options.shift, turn: self.options.turn }
    }
}

impl Learner for Classifier {
    type Data = Mnist;
    /// A step's results, which are not read yet, and the labels to compare them with.
    type Outcome = (Outcome, Vec<f32>);
    type Copy = Copy;

    fn set_rate(&mut self, rate: f32) {
        self.trainer.optimiser.rate = rate;
        self.options.rate = rate;
    }
    fn order(&mut self, data: &Mnist) -> Batches {
        let TrainOptions { digits, batch, seed, .. } = self.options;
        let all = data.train.len();
        self.own = (digits > 0 && digits < all).then(|| subset(all, digits, seed));
        Batches::new(self.own.as_ref().map_or(all, Vec::len), batch, seed)
    }
    async fn step(&mut self, before: u64, batch: &[usize], data: &Mnist) -> Result<(Outcome, Vec<f32>)> {
        let digits: Vec<usize> = batch.iter().map(|place| self.own.as_ref().map_or(*place, |own| own[*place])).collect();
        let (mut images, labels) = data.train.gather(&digits);
        self.augment().apply(&mut images, self.options.seed, before);
        let outcome = self.trainer.step(&[labels.len(), 1, SIDE, SIDE], &images, &labels)?;
        Ok((outcome, labels))
    }
    fn may_be_lost(&self) -> bool {
        self.trainer.device.is_gpu()
    }
    async fn copy(&self) -> Result<Copy> {
        Copy::of(&self.trainer.network, &self.trainer.optimiser).await
    }
    fn rebuilt(&self, device: &Device, copy: Option<&Copy>) -> Result<Classifier> {
        let choice = if device.is_gpu() { DeviceChoice::Gpu } else { DeviceChoice::Cpu };
        let mut rebuilt = Classifier::new(TrainOptions { device: choice, ..self.options.clone() }, device)?;
        if let Some(copy) = copy {
            copy.back(&rebuilt.trainer.network, &mut rebuilt.trainer.optimiser, device)?;
        }
        Ok(rebuilt)
    }
}
