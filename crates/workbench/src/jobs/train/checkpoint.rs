//! The run's checkpoint: it is sent when it is due, and a run can be continued from it.
use super::{Classifier, Run};
use crate::{
    Host,
    jobs::checkpoint,
    protocol::{DeviceChoice, Event, Message, TrainOptions, run::Answer},
};
use engine::{Result, tensor::Device};
use nets::data::Mnist;

/// The network's name in a checkpoint. A run has only one network, so the name is empty.
const NAME: &str = "";

impl Run {
    /// Sends a checkpoint of the last step if one is due.
    pub(super) async fn keep_when_due(&mut self, host: &dyn Host) -> Result<()> {
        if self.training.copy_when_due(host).await?
            && let Some((step, copy)) = self.training.copy()
        {
            let file = checkpoint::write(&self.classifier().options, *step, &[(NAME, copy)])?;
            host.send(Message::with(Event::Train(Answer::Checkpoint { step: *step }), vec![file]));
        }
        Ok(())
    }
    /// A run at the step of a checkpoint, on a device of this choice. Refuses a file that is not a checkpoint, or does not fit its network.
    pub(super) fn continued(file: &[u8], choice: DeviceChoice, device: Device, data: &Mnist, host: &dyn Host) -> Result<Run> {
        let kept = checkpoint::read(file, &[NAME])?;
        let mut learner = Classifier::new(TrainOptions { device: choice, ..kept.options()? }, &device)?;
        kept.copies[0].back(&learner.trainer.network, &mut learner.trainer.optimiser, &device)?;
        Run::standing(learner, kept.step, data, host)
    }
}
