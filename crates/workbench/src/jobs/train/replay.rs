//! Replay: an earlier step of a run is shown again, and the run can be continued from there.
use super::{
    Run,
    history::{Kept, Replay},
};
use crate::{
    Host,
    protocol::{Event, Message},
};
use engine::{Error, Result};
use nets::data::Mnist;

impl Run {
    /// Shows the network after step `step`, or the present one. Refuses a step that is not kept.
    pub fn replay(&mut self, step: Option<u64>, host: &dyn Host) -> Result<()> {
        if let Some(step) = step
            && self.history.get(step).is_none()
        {
            let kept: Vec<u64> = self.history.steps().collect();
            return Err(Error::data("step", format!("expected one of the {} kept from 0 to {:?}, found {step}", kept.len(), kept.last())));
        }
        self.training.stop();
        self.evaluation = None;
        self.report(host);
        if let Some((step, kept)) = step.and_then(|step| Some((step, self.history.get(step)?))) {
            let trainer = &self.training.learner.trainer;
            let last = self.replay.take().map_or_else(|| Kept::of(trainer), |replay| replay.last);
            kept.show(trainer)?;
            self.replay = Some(Replay { step, last });
        } else {
            self.show_last(host)?;
        }
        self.tell_kept(host);
        self.tell(host);
        Ok(())
    }
    /// Continues the run from the step that is shown, with its parameters.
    pub async fn resume(&mut self, data: &Mnist, host: &dyn Host) -> Result<()> {
        let Some(Replay { step, .. }) = self.replay.take() else { return Ok(()) };
        if let Some(kept) = self.history.get(step) {
            kept.recall(&mut self.training.learner.trainer);
        }
        self.history.end_with(step, Kept::of(&self.training.learner.trainer));
        self.training.rewind(step, data);
        self.take_copy().await?;
        host.send(Message::new(Event::Rewound { step }));
        self.tell_kept(host);
        self.tell(host);
        Ok(())
    }
}
