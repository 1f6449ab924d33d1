//! The training loop that all learners share: play, pause, a single step, the rate, the order of batches, and recovery from a lost device.
use crate::Host;
use engine::{Error, Result, tensor::Device};
use nets::{data::Batches, train::Copy};

/// A learner: what a new kind of training must implement. The loop decides when it makes a step, on which batch, and from where.
pub(super) trait Learner: Sized {
    /// The training data, as the session holds it.
    type Data;
    /// The result of a step: losses, or tensors that are still to be read from the device.
    type Outcome;
    /// A checkpoint on the host: parameters and the optimiser's memory.
    type Copy;

    /// Sets the learning rate from the next step on. The loop has checked it.
    fn set_rate(&mut self, rate: f32);
    /// The order of mini-batches over the present data, from the first step on. The same data and seed give the same order.
    fn order(&mut self, data: &Self::Data) -> Batches;
    /// Makes one optimisation step on the examples with these numbers. `before` is the number of steps before it.
    async fn step(&mut self, before: u64, batch: &[usize], data: &Self::Data) -> Result<Self::Outcome>;
    /// Whether its device may be lost, as a GPU may. Otherwise no copies are needed for recovery.
    fn may_be_lost(&self) -> bool;
    /// Reads its checkpoint back.
    async fn copy(&self) -> Result<Self::Copy>;
    /// Itself on another device, from the checkpoint, or from its beginning if there is none. The learning rate is the last one that was set.
    fn rebuilt(&self, device: &Device, copy: Option<&Self::Copy>) -> Result<Self>;
}

/// A training run. It sends no events: its owner reports the results of steps and the state of the run.
pub(super) struct TrainLoop<L: Learner> {
    pub learner: L,
    step: u64,
    playing: bool,
    single: bool,
    batches: Batches,
    /// The last checkpoint, with its step.
    copy: Option<(u64, L::Copy)>,
    /// When it was made, in the host's seconds.
    copied: f64,
}

/// The result of a step.
pub(super) struct Taken<T> {
    pub outcome: T,
    /// Whether it was a single step. Then the run pauses, unless it also plays.
    pub single: bool,
}

/// Checks a learning rate. Refuses one that is negative, infinite or NaN.
pub(super) fn checked_rate(rate: f32) -> Result<f32> {
    if rate.is_finite() && rate >= 0.0 {
        return Ok(rate);
    }
    Err(Error::data("learning rate", format!("expected a number of at least 0, found {rate}")))
}

impl<L: Learner> TrainLoop<L> {
    /// A run at step 0 that does not play.
    pub(super) fn new(mut learner: L, data: &L::Data, host: &dyn Host) -> Self {
        let batches = learner.order(data);
        TrainLoop { learner, step: 0, playing: false, single: false, batches, copy: None, copied: host.now() }
    }
    /// The number of steps since the run began.
    pub(super) fn step(&self) -> u64 {
        self.step
    }
    /// Whether step follows step until a pause.
    pub(super) fn is_playing(&self) -> bool {
        self.playing
    }
    /// Whether a step is due.
    pub(super) fn is_busy(&self) -> bool {
        self.playing || self.single
    }
    /// The order of mini-batches, at its present position.
    pub(super) fn batches(&self) -> &Batches {
        &self.batches
    }
    /// The number of epochs so far, with fractions.
    pub(super) fn epoch(&self) -> f32 {
        self.step as f32 / self.batches.steps_an_epoch() as f32
    }
    /// Plays: step follows step from now on.
    pub(super) fn play(&mut self) {
        self.playing = true;
    }
    /// Makes one step, then pauses.
    pub(super) fn step_once(&mut self) {
        (self.playing, self.single) = (false, true);
    }
    /// Pauses. A single step that was asked for is still made.
    pub(super) fn pause(&mut self) {
        self.playing = false;
    }
    /// Stops at once, without a step that was asked for.
    pub(super) fn stop(&mut self) {
        (self.playing, self.single) = (false, false);
    }
    /// Sets another learning rate from the next step on. Refuses as `checked_rate` does, and then changes nothing.
    pub(super) fn set_rate(&mut self, rate: f32) -> Result<()> {
        self.learner.set_rate(checked_rate(rate)?);
        Ok(())
    }
    /// Makes a step if one is due. A step that fails is not counted, and stays due until `stop`.
    pub(super) async fn advance(&mut self, data: &L::Data) -> Result<Option<Taken<L::Outcome>>> {
        if !self.is_busy() {
            return Ok(None);
        }
        let outcome = self.learner.step(self.step, self.batches.next_batch(), data).await?;
        self.step += 1;
        Ok(Some(Taken { outcome, single: std::mem::take(&mut self.single) }))
    }
    /// Rebuilds the order of batches for the present data, and advances it to the present step. The next batch is the one that it would be
    /// if the data had always been these.
    pub(super) fn reshuffle(&mut self, data: &L::Data) {
        self.batches = self.learner.order(data);
        for _ in 0..self.step {
            self.batches.next_batch();
        }
    }
    /// Continues from an earlier step. The learner must have been set to it before.
    pub(super) fn rewind(&mut self, step: u64, data: &L::Data) {
        self.step = step;
        self.reshuffle(data);
    }
    /// Makes a checkpoint of the present step.
    pub(super) async fn take_copy(&mut self) -> Result<()> {
        self.copy = Some((self.step, self.learner.copy().await?));
        Ok(())
    }
    /// Makes a checkpoint if `Copy::EVERY` seconds have passed since the last automatic one. Returns whether it did.
    pub(super) async fn copy_when_due(&mut self, host: &dyn Host) -> Result<bool> {
        let due = host.now() - self.copied >= Copy::EVERY;
        if due {
            self.take_copy().await?;
            self.copied = host.now();
        }
        Ok(due)
    }
    /// The last checkpoint, with its step.
    pub(super) fn copy(&self) -> Option<&(u64, L::Copy)> {
        self.copy.as_ref()
    }
    /// Postpones the next automatic checkpoint to `Copy::EVERY` seconds from now.
    pub(super) fn put_off_copy(&mut self, host: &dyn Host) {
        self.copied = host.now();
    }
    /// Recovers on another device from the last checkpoint, or from step 0 without one, and continues to play if it played. Returns the
    /// number of lost steps. If the learner cannot be rebuilt, it stays as it was.
    pub(super) fn recover(&mut self, device: &Device, data: &L::Data) -> Result<u64> {
        let (step, copy) = self.copy.as_ref().map_or((0, None), |(step, copy)| (*step, Some(copy)));
        self.learner = self.learner.rebuilt(device, copy)?;
        // If the device was lost while the run went back to an earlier step, the checkpoint is of a later step.
        let lost = self.step.saturating_sub(step);
        self.rewind(step, data);
        Ok(lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Event, Message};
    use pollster::block_on;
    use std::cell::Cell;

    /// A clock that the test advances.
    #[derive(Default)]
    struct Clock(Cell<f64>);

    impl Host for Clock {
        fn now(&self) -> f64 {
            self.0.get()
        }
        fn send(&self, _: Message<Event>) {}
    }

    /// A learner without a network: it records the batches that it has seen.
    #[derive(Clone, Default)]
    struct Witness {
        seen: Vec<(u64, Vec<usize>)>,
        rate: f32,
        may_be_lost: bool,
        fails: bool,
    }

    impl Learner for Witness {
        type Data = usize;
        type Outcome = ();
        type Copy = Vec<(u64, Vec<usize>)>;

        fn set_rate(&mut self, rate: f32) {
            self.rate = rate;
        }
        fn order(&mut self, examples: &usize) -> Batches {
            Batches::new(*examples, 4, 7)
        }
        async fn step(&mut self, before: u64, batch: &[usize], _: &usize) -> Result<()> {
            if self.fails {
                return Err(Error::data("step", "expected one that works"));
            }
            self.seen.push((before, batch.to_vec()));
            Ok(())
        }
        fn may_be_lost(&self) -> bool {
            self.may_be_lost
        }
        async fn copy(&self) -> Result<Self::Copy> {
            Ok(self.seen.clone())
        }
        fn rebuilt(&self, _: &Device, copy: Option<&Self::Copy>) -> Result<Self> {
            if self.fails {
                return Err(Error::Device("expected one that works".into()));
            }
            Ok(Witness { seen: copy.cloned().unwrap_or_default(), ..self.clone() })
        }
    }

    /// An epoch has five batches, and two examples are left for the next one.
    const EXAMPLES: usize = 22;

    fn begun(may_be_lost: bool, host: &Clock) -> TrainLoop<Witness> {
        TrainLoop::new(Witness { may_be_lost, ..Witness::default() }, &EXAMPLES, host)
    }
    /// Makes a step if one is due. Returns whether it was a single step.
    fn advance(run: &mut TrainLoop<Witness>) -> Option<bool> {
        block_on(run.advance(&EXAMPLES)).expect("a step that works").map(|taken| taken.single)
    }
    fn play(run: &mut TrainLoop<Witness>, steps: usize) {
        run.play();
        (0..steps).for_each(|_| assert_eq!(advance(run), Some(false)));
        run.pause();
    }
    /// The batches of a run without interruptions.
    fn undisturbed(steps: usize) -> Vec<(u64, Vec<usize>)> {
        let mut run = begun(false, &Clock::default());
        play(&mut run, steps);
        run.learner.seen
    }

    #[test]
    fn steps_come_while_it_plays_and_one_when_it_is_asked_for() {
        let mut run = begun(false, &Clock::default());
        assert_eq!((run.is_busy(), advance(&mut run)), (false, None), "a run begins at rest");
        run.step_once();
        assert!(run.is_busy() && !run.is_playing());
        assert_eq!([advance(&mut run), advance(&mut run)], [Some(true), None]);
        run.play();
        assert_eq!([advance(&mut run), advance(&mut run)], [Some(false); 2]);
        run.pause();
        assert_eq!((run.is_busy(), advance(&mut run)), (false, None));
        // A single step ends the playing. A pause does not cancel it.
        run.play();
        run.step_once();
        run.pause();
        assert_eq!([advance(&mut run), advance(&mut run)], [Some(true), None]);
        run.step_once();
        run.stop();
        assert_eq!(advance(&mut run), None);
        assert_eq!((run.step(), run.epoch()), (4, 0.8));
    }

    #[test]
    fn a_step_that_fails_is_not_counted_and_stays_due() {
        let mut run = begun(false, &Clock::default());
        run.learner.fails = true;
        run.step_once();
        assert!(block_on(run.advance(&EXAMPLES)).is_err());
        assert_eq!((run.step(), run.is_busy()), (0, true));
        run.stop();
        assert!(!run.is_busy());
    }

    #[test]
    fn a_rate_that_is_none_is_refused_and_changes_nothing() {
        let mut run = begun(false, &Clock::default());
        assert!(run.set_rate(0.1).is_ok() && run.set_rate(0.0).is_ok() && run.set_rate(0.2).is_ok());
        for bad in [f32::NAN, f32::INFINITY, -0.1] {
            let refused = run.set_rate(bad).expect_err("a refusal").to_string();
            assert!(refused.contains(&format!("expected a number of at least 0, found {bad}")), "{refused}");
        }
        assert_eq!(run.learner.rate, 0.2);
    }

    #[test]
    fn the_order_of_batches_is_that_of_an_undisturbed_run_after_reshuffling_and_rewinding() {
        // Within an epoch, at its end, and some epochs later.
        for steps in [0, 3, 5, 17] {
            let mut run = begun(false, &Clock::default());
            play(&mut run, steps);
            run.reshuffle(&EXAMPLES);
            play(&mut run, 12);
            assert_eq!(run.learner.seen, undisturbed(steps + 12), "{steps} steps");
            run.learner.seen.truncate(steps);
            run.rewind(steps as u64, &EXAMPLES);
            play(&mut run, 12);
            assert_eq!(run.learner.seen, undisturbed(steps + 12), "back to {steps}");
        }
    }

    #[test]
    fn data_that_come_late_are_seen_as_if_they_had_always_been_there() {
        let host = Clock::default();
        let mut run = TrainLoop::new(Witness::default(), &0, &host);
        run.reshuffle(&EXAMPLES);
        play(&mut run, 7);
        assert_eq!(run.learner.seen, undisturbed(7));
    }

    #[test]
    fn recovery_goes_back_to_the_last_copy_counts_the_lost_steps_and_goes_on_as_before() {
        let host = Clock::default();
        let mut run = begun(true, &host);
        run.play();
        for second in 1..=8 {
            assert_eq!(advance(&mut run), Some(false));
            host.0.set(f64::from(second));
            block_on(run.copy_when_due(&host)).expect("a copy");
        }
        run.set_rate(0.5).expect("a rate");
        // Copies were due after 3 and 6 seconds, and a step takes a second.
        assert_eq!(run.recover(&Device::Cpu, &EXAMPLES).expect("a device"), 2);
        assert_eq!((run.step(), run.is_playing(), run.learner.rate), (6, true, 0.5));
        assert_eq!(run.learner.seen, undisturbed(6));
        play(&mut run, 10);
        assert_eq!(run.learner.seen, undisturbed(16));
        // A copy on request counts at once. A learner that cannot be rebuilt stays as it was.
        block_on(run.take_copy()).expect("a copy");
        run.learner.fails = true;
        assert!(run.recover(&Device::Cpu, &EXAMPLES).is_err());
        assert_eq!((run.step(), run.learner.seen.len()), (16, 16));
        run.learner.fails = false;
        assert_eq!(run.recover(&Device::Cpu, &EXAMPLES).expect("a device"), 0);
        // If going back was interrupted, no step of the copy is lost.
        run.rewind(4, &EXAMPLES);
        assert_eq!((run.recover(&Device::Cpu, &EXAMPLES).expect("a device"), run.step()), (0, 16));
    }

    #[test]
    fn without_a_copy_a_run_begins_again() {
        let host = Clock::default();
        let mut run = begun(true, &host);
        play(&mut run, 5);
        host.0.set(Copy::EVERY);
        run.put_off_copy(&host);
        assert!(!block_on(run.copy_when_due(&host)).expect("no copy"));
        assert_eq!((run.recover(&Device::Cpu, &EXAMPLES).expect("a device"), run.step()), (5, 0));
        assert!(run.learner.seen.is_empty());
        play(&mut run, 5);
        assert_eq!(run.learner.seen, undisturbed(5));
    }
}
