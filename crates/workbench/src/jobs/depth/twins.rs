//! Both twins as one learner. Each step gives them the same batch, and reads both results with one wait.
use super::{
    digits,
    sibling::{Outcome, Sibling},
};
use crate::{
    jobs::{
        checkpoint,
        train_loop::{Learner, checked_rate},
    },
    protocol::{
        DeviceChoice,
        depth::{Options, TwinStep},
    },
};
use engine::{Error, Result, tensor::Device};
use nets::{
    data::{Batches, Mnist},
    train::Copy,
};

/// The names of the twins in a checkpoint.
const NAMES: [&str; 2] = ["plain/", "residual/"];

pub(super) struct Twins {
    pub options: Options,
    pub device: Device,
    /// The plain twin and the residual one.
    pub pair: [Sibling; 2],
}

/// The result of a step.
pub(super) struct Lesson {
    pub twins: [TwinStep; 2],
    /// The batch's fingerprint.
    pub batch: u64,
}

/// A batch's fingerprint: a hash (FNV-1a) of the numbers of its digits.
fn fingerprint(indices: &[usize]) -> u64 {
    // JavaScript and JSON represent integers exactly up to 2⁵³.
    indices.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, i| (hash ^ *i as u64).wrapping_mul(0x100_0000_01b3)) >> 11
}

impl Twins {
    /// New twins, with first values drawn from the seed.
    pub(super) fn new(options: Options, device: &Device) -> Result<Twins> {
        if !(2..=1024).contains(&options.batch) {
            return Err(Error::data("batch", format!("expected 2 to 1024 digits, found {}", options.batch)));
        }
        checked_rate(options.rate)?;
        let pair = [Sibling::new(&options, false, device)?, Sibling::new(&options, true, device)?];
        Ok(Twins { options, device: device.clone(), pair })
    }
    /// Twins from a checkpoint, with its step. Refuses a file that is not a checkpoint, or does not fit its networks.
    pub(super) fn continued(file: &[u8], choice: DeviceChoice, device: &Device) -> Result<(Twins, u64)> {
        let kept = checkpoint::read(file, &NAMES)?;
        Ok((Twins::new(Options { device: choice, ..kept.options()? }, device)?.with(&kept.copies)?, kept.step))
    }
    fn with(mut self, copies: &[Copy]) -> Result<Twins> {
        for (Sibling { network, optimiser, .. }, copy) in self.pair.iter_mut().zip(copies) {
            copy.back(network, optimiser, &self.device)?;
        }
        Ok(self)
    }
}

/// Writes a checkpoint of both after a step.
pub(super) fn write(options: &Options, step: u64, copies: &[Copy; 2]) -> Result<Vec<u8>> {
    checkpoint::write(options, step, &[(NAMES[0], &copies[0]), (NAMES[1], &copies[1])])
}

impl Learner for Twins {
    type Data = Mnist;
    type Outcome = Lesson;
    type Copy = [Copy; 2];

    fn set_rate(&mut self, rate: f32) {
        self.options.rate = rate;
        self.pair.iter_mut().for_each(|twin| twin.optimiser.rate = rate);
    }
    fn order(&mut self, data: &Mnist) -> Batches {
        Batches::new(data.train.len(), self.options.batch, self.options.seed)
    }
    async fn step(&mut self, _before: u64, indices: &[usize], data: &Mnist) -> Result<Lesson> {
        let (pixels, labels) = digits::pixels(&data.train, indices);
        let batch = digits::batch(&self.device, &pixels, labels)?;
        let [plain, residual] = &mut self.pair;
        let twins = Outcome::read([plain.step(&batch)?, residual.step(&batch)?], &batch.labels).await?;
        Ok(Lesson { twins, batch: fingerprint(indices) })
    }
    fn may_be_lost(&self) -> bool {
        self.device.is_gpu()
    }
    async fn copy(&self) -> Result<[Copy; 2]> {
        let [plain, residual] = &self.pair;
        Ok([plain.copy().await?, residual.copy().await?])
    }
    fn rebuilt(&self, device: &Device, copies: Option<&[Copy; 2]>) -> Result<Twins> {
        let choice = if device.is_gpu() { DeviceChoice::Gpu } else { DeviceChoice::Cpu };
        let rebuilt = Twins::new(Options { device: choice, ..self.options.clone() }, device)?;
        match copies {
            Some(copies) => rebuilt.with(copies),
            None => Ok(rebuilt),
        }
    }
}
