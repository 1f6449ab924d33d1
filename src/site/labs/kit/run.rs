//! A run as its job tells it: what it was made from, with which rates, and where it stands.
use crate::workbench::protocol::{
    DeviceChoice,
    run::{Answer, Options},
};

/// What is known of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run<O> {
    /// What it was made from, with the device and the rate that it has now; None before it stands.
    pub options: Option<O>,
    /// (step before the change, learning rate).
    pub rates: Vec<(u64, f32)>,
    /// The step whose network stands: the last one, or an earlier one that is shown again.
    pub step: u64,
    /// The last step that was made.
    pub made: u64,
    /// Numbers that its network learns.
    pub parameters: usize,
    /// Multiply-adds of one digit's forward pass.
    pub macs: u64,
    /// Mini-batches in one pass over the digits.
    pub steps_an_epoch: usize,
}

/// What an answer means for all that is kept of a run's steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// Nothing: it goes on.
    None,
    /// Another run stands.
    Begun,
    /// What came after this step has not been.
    Back(u64),
}

impl<O> Default for Run<O> {
    fn default() -> Self {
        Run { options: None, rates: vec![], step: 0, made: 0, parameters: 0, macs: 0, steps_an_epoch: 0 }
    }
}

impl<O: Options> Run<O> {
    /// Takes in what its job says.
    pub fn hear(&mut self, answer: &Answer<O>) -> Turn {
        match answer {
            Answer::Started { step, options, parameters, macs, steps_an_epoch } => {
                // From a checkpoint of what stands here: it goes on.
                let same = *step > 0 && *step <= self.made && self.is_of(options);
                let mut options = options.clone();
                let rate = *options.live().1;
                let rates = if same { std::mem::take(&mut self.rates) } else { vec![(*step, rate)] };
                let (step, parameters, macs, steps_an_epoch) = (*step, *parameters, *macs, *steps_an_epoch);
                *self = Run { options: Some(options), rates, step, made: step, parameters, macs, steps_an_epoch };
                if same { self.back(step) } else { Turn::Begun }
            }
            Answer::State { step, .. } => {
                self.step = *step;
                Turn::None
            }
            Answer::Checkpoint { .. } => Turn::None,
            Answer::Recovered { step, device, .. } => {
                self.options.iter_mut().for_each(|options| *options.live().0 = *device);
                self.back(*step)
            }
        }
    }
    /// This step was made.
    pub fn stepped(&mut self, step: u64) {
        (self.step, self.made) = (step, step);
    }
    /// Stands at this step again.
    pub fn back(&mut self, step: u64) -> Turn {
        self.stepped(step);
        let rate = self.rates.last().map(|last| last.1);
        self.rates.retain(|(at, _)| *at <= step);
        // Repeated steps are made with the present rate.
        rate.into_iter().for_each(|rate| self.change_rate(rate));
        Turn::Back(step)
    }
    /// Another rate from the next step on.
    pub fn change_rate(&mut self, rate: f32) {
        self.rates.retain(|(at, _)| *at < self.made);
        if self.rates.last().is_none_or(|last| last.1 != rate) {
            self.rates.push((self.made, rate));
        }
        self.options.iter_mut().for_each(|options| *options.live().1 = rate);
    }
    /// Epochs that were seen, with fractions.
    pub fn epoch(&self) -> f64 {
        self.step as f64 / self.steps_an_epoch.max(1) as f64
    }
    /// Where it computes.
    pub fn device(&self) -> Option<DeviceChoice> {
        self.options.clone().map(|mut options| *options.live().0)
    }
    /// Whether it was made from these options, its device and rate aside.
    fn is_of(&self, options: &O) -> bool {
        let Some(mut own) = self.options.clone() else { return false };
        let mut other = options.clone();
        let (device, rate) = other.live();
        let live = own.live();
        (*live.0, *live.1) = (*device, *rate);
        own == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::protocol::TrainOptions;

    fn started(step: u64, options: TrainOptions) -> Answer<TrainOptions> {
        Answer::Started { step, options, parameters: 1, macs: 1, steps_an_epoch: 1 }
    }

    #[test]
    fn a_rate_is_known_by_the_step_from_which_it_acted() {
        let mut run = Run::default();
        assert_eq!(run.hear(&started(0, TrainOptions::default())), Turn::Begun);
        run.change_rate(0.5);
        assert_eq!(run.rates, [(0, 0.5)]);
        run.stepped(30);
        run.change_rate(0.3);
        run.change_rate(0.25);
        assert_eq!(run.rates, [(0, 0.5), (30, 0.25)]);
        assert_eq!(run.back(20), Turn::Back(20));
        assert_eq!(run.rates, [(0, 0.5), (20, 0.25)]);
    }

    #[test]
    fn only_a_checkpoint_of_the_same_run_goes_on() {
        let mut run = Run::default();
        let usual = TrainOptions::default();
        run.hear(&started(0, usual.clone()));
        run.stepped(30);
        run.change_rate(0.25);
        let recovered = Answer::Recovered { step: 25, lost_steps: 5, reason: "reset".into(), device: DeviceChoice::Gpu };
        assert_eq!((run.hear(&recovered), run.device(), run.step), (Turn::Back(25), Some(DeviceChoice::Gpu), 25));
        assert_eq!(run.hear(&started(20, TrainOptions { rate: 0.1, ..usual.clone() })), Turn::Back(20));
        assert_eq!((run.step, run.rates.last().map(|last| last.1)), (20, Some(0.25)));
        assert_eq!(run.hear(&started(40, usual.clone())), Turn::Begun, "nobody here has seen those steps");
        assert_eq!(run.hear(&started(20, TrainOptions { seed: 9, ..usual.clone() })), Turn::Begun);
        assert_eq!(run.hear(&started(0, usual)), Turn::Begun);
    }
}
