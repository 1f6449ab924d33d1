//! A run as a file, so that it goes on where it stood: after its program's end, in another tab, on another device.
use super::{Classifier, Run};
use crate::{
    Host,
    protocol::{DeviceChoice, Event, Message, TrainOptions},
};
use engine::{Error, Result, tensor::Device};
use nets::{
    data::{Mnist, about_safetensors},
    train::Copy,
};

/// What is said in the metadata beside the tensors.
const OPTIONS: &str = "options";
const STEP: &str = "step";
/// Steps at most: the order of batches is wound forward one by one.
const MOST: u64 = 1_000_000;
/// For errors.
const FILE: &str = "checkpoint";

impl Run {
    /// Says a checkpoint of the last step if one is due.
    pub(super) async fn keep_when_due(&mut self, host: &dyn Host) -> Result<()> {
        if self.training.copy_when_due(host).await?
            && let Some((step, copy)) = self.training.copy()
        {
            let options = serde_json::to_string(&self.classifier().options).map_err(|error| Error::data(FILE, error.to_string()))?;
            let file = copy.write(&[(OPTIONS, options), (STEP, step.to_string())])?;
            host.send(Message::with(Event::Checkpoint { step: *step }, vec![file]));
        }
        Ok(())
    }
    /// Stands where a checkpoint was made, on a device of this choice. Refuses a file that is none, or does not fit its network.
    pub(super) fn continued(file: &[u8], choice: DeviceChoice, device: Device, data: &Mnist, host: &dyn Host) -> Result<Run> {
        let about = about_safetensors(FILE, file)?;
        let said = |key: &str| about.get(key).ok_or_else(|| Error::data(FILE, format!("expected {key:?} in its metadata, found none")));
        let options: TrainOptions =
            serde_json::from_str(said(OPTIONS)?).map_err(|error| Error::data(FILE, format!("its options: {error}")))?;
        let step = said(STEP)?;
        let step: u64 = step
            .parse()
            .ok()
            .filter(|step| *step <= MOST)
            .ok_or_else(|| Error::data(FILE, format!("expected a step of at most {MOST}, found {step:?}")))?;
        let copy = Copy::read(FILE, file)?;
        let mut learner = Classifier::new(TrainOptions { device: choice, ..options }, &device)?;
        copy.back(&learner.trainer.network, &mut learner.trainer.optimiser, &device)?;
        Run::standing(learner, step, data, host)
    }
}
