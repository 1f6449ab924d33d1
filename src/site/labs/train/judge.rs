//! Judges the tasks by the numbers of a run.
use super::{
    health::{GUESSING, THROWN, WINDOW, is_beyond},
    state::{ACCURACY, State},
};
use crate::{
    site::labs::{kit::run::Run, task::Verdict},
    workbench::protocol::TrainOptions,
};

/// The record of a run for judging.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRecord {
    pub options: TrainOptions,
    /// (step before the change, learning rate).
    pub rates: Vec<(u64, f32)>,
    /// The number of steps in an epoch.
    pub epoch: usize,
    pub steps: u64,
    /// (step, accuracy on the test digits).
    pub tests: Vec<(f64, f64)>,
    /// The accuracy on training digits in the last test that measured it.
    pub learned: Option<f64>,
}

impl RunRecord {
    /// The record of the present run. None before there is a network.
    pub fn of(run: &Run<TrainOptions>, state: &State) -> Option<RunRecord> {
        Some(RunRecord {
            options: run.options.clone()?,
            rates: run.rates.clone(),
            epoch: run.steps_an_epoch,
            steps: run.made,
            tests: state.tests.all().iter().map(|(step, numbers)| (*step, numbers[ACCURACY])).collect(),
            learned: state.learned.numbers(ACCURACY).next_back(),
        })
    }
    /// The options without seed and device, which count as chance.
    fn recipe(&self) -> TrainOptions {
        let TrainOptions { device, seed, rate, .. } = TrainOptions::default();
        TrainOptions { device, seed, rate: self.rates.first().map_or(rate, |first| first.1), ..self.options.clone() }
    }
    /// The best test within the first epoch.
    fn best(&self) -> Option<f64> {
        self.tests.iter().filter(|(step, _)| *step <= self.epoch as f64).map(|(_, right)| *right).max_by(f64::total_cmp)
    }
    pub fn tested(&self) -> Option<f64> {
        self.tests.last().map(|(_, right)| *right)
    }
    /// The difference between the accuracies on training digits and on test digits.
    fn gap(&self) -> Option<f64> {
        Some(100.0 * (self.learned? - self.tested()?))
    }
}

const NEARLY_ALL: f64 = 0.98;
const SEEDS: [u64; 3] = [1, 2, 3];

/// Judges the task of the first epoch. `before` are earlier runs, the latest last.
fn epoch(now: &RunRecord, before: &[RunRecord]) -> Verdict {
    let TrainOptions { model, digits, seed, .. } = &now.options;
    if model != "lenet5" {
        return Verdict::Wrong("This is the other form, which passes 98 % as it comes. The task is about tanh and means.".into());
    }
    if *digits != 0 {
        return Verdict::Wrong("An epoch is one pass over all 60 000 digits: learn from all of them.".into());
    }
    let best = |seed: u64| {
        let same = before.iter().chain([now]).filter(|run| run.options.seed == seed && run.recipe() == now.recipe());
        same.filter_map(RunRecord::best).max_by(f64::total_cmp)
    };
    let found = SEEDS.map(best);
    let each = SEEDS.iter().zip(found).map(|(seed, best)| match best {
        Some(best) => format!("seed {seed}: {:.2} %", 100.0 * best),
        None => format!("seed {seed}: no test yet"),
    });
    let each = format!("The best within an epoch so far: {}.", each.collect::<Vec<_>>().join(", "));
    let over = now.epoch > 0 && now.steps >= now.epoch as u64;
    if found.iter().all(|best| best.is_some_and(|best| best >= NEARLY_ALL)) {
        Verdict::Right(each)
    } else if over && SEEDS.contains(seed) && now.best().is_none_or(|best| best < NEARLY_ALL) {
        Verdict::Wrong(format!("This epoch is over. {each} Another rate, a smaller one towards the end, another batch or optimiser?"))
    } else {
        Verdict::Open(each)
    }
}

/// The number of steps after which the gap is compared: 40 epochs of 500 digits in batches of 64, without their incomplete batches.
const LONG_ENOUGH: u64 = 280;

fn gap(now: &RunRecord, before: &[RunRecord]) -> Verdict {
    if now.options.digits != 500 {
        return Verdict::Wrong("Learn from 500 digits: with more of them the gap is another one.".into());
    }
    let usual = |run: &RunRecord| run.rates.len() == 1 && run.recipe() == TrainOptions { digits: 500, ..TrainOptions::default() };
    let measured = |run: &RunRecord| run.steps >= LONG_ENOUGH && run.tests.last().is_some_and(|(step, _)| *step >= LONG_ENOUGH as f64);
    let first = |run: &&RunRecord| usual(run) && measured(run) && run.options.seed == now.options.seed;
    let Some(whole) = before.iter().rev().chain([now]).find(first) else {
        return match usual(now) {
            true if now.steps >= LONG_ENOUGH => Verdict::Open("Pause, and press Test now: that is the gap to be halved.".into()),
            true => Verdict::Open(format!("Step {} of {LONG_ENOUGH} with the settings as they come.", now.steps)),
            false => Verdict::Wrong("First a run with the settings as they come, 500 digits and this seed, to know the gap.".into()),
        };
    };
    let (Some(wide), Some(tested)) = (whole.gap(), whole.tested()) else {
        return Verdict::Open("Press Test now: the digits learned from were not looked at yet.".into());
    };
    let goal = format!("As it comes: a gap of {wide:.1} points, {:.1} % of the test digits right.", 100.0 * tested);
    if usual(now) {
        return Verdict::Open(format!("{goal} Now change what you like, except the number of digits and the seed."));
    }
    match (now.gap(), now.tested()) {
        (Some(narrow), Some(right)) if narrow <= wide / 2.0 && right > tested => {
            Verdict::Right(format!("{goal} Now: {narrow:.1} points, {:.1} %.", 100.0 * right))
        }
        (Some(narrow), Some(right)) if narrow <= wide / 2.0 => {
            let text = format!(
                "{goal} Now: {narrow:.1} points, but only {:.1} % right. It knows less by heart because it knows less.",
                100.0 * right
            );
            if now.steps >= LONG_ENOUGH { Verdict::Wrong(text) } else { Verdict::Open(text) }
        }
        (Some(narrow), Some(right)) => Verdict::Open(format!("{goal} Now: {narrow:.1} points, {:.1} %.", 100.0 * right)),
        _ => Verdict::Open(format!("{goal} This run has no test yet.")),
    }
}

/// Judges the effect of the last rate. `losses` are those of all steps.
fn diverge(rates: &[(u64, f32)], losses: &[f64]) -> Verdict {
    let (from, rate) = rates.last().map_or((0, 0.0), |(step, rate)| (*step as usize, *rate));
    let (before, since) = losses.split_at(from.min(losses.len()));
    if before.iter().any(|loss| is_beyond(*loss, THROWN)) {
        return Verdict::Wrong(format!(
            "It was thrown before step {from}, when the rate became {rate}. Begin anew, or scrub back beyond the jump."
        ));
    }
    let Some(recent) = since.len().checked_sub(WINDOW).map(|first| &since[first..]) else {
        return Verdict::Open(format!("Step {}: it is judged from step {} on.", losses.len(), from + WINDOW));
    };
    let mean = recent.iter().sum::<f64>() / WINDOW as f64;
    let thrown = since.iter().any(|loss| is_beyond(*loss, THROWN));
    if is_beyond(mean, GUESSING) && thrown {
        if rate >= 1.0 {
            return Verdict::Wrong("It has diverged, as the lecture says. A smaller rate does that, too: which?".into());
        }
        let jump = losses.iter().rposition(|loss| !is_beyond(*loss, GUESSING)).map_or(0, |at| at + 1);
        return Verdict::Right(format!(
            "With a rate of {rate} nothing is learned any more. The last step with a loss below {GUESSING} was step {jump}. Scrub back beyond the jump, and go on with a smaller rate."
        ));
    }
    let said = format!("The mean loss of the last {WINDOW} steps is {mean:.2}; to guess costs 2.30.");
    match is_beyond(mean, GUESSING) {
        true => Verdict::Open(format!("{said} But it was never thrown: it may only be slow.")),
        false => Verdict::Open(said),
    }
}

/// The verdict on the task with this id. An unknown id gives an empty verdict. `losses` are those of all steps.
pub fn judge(id: &str, now: &RunRecord, before: &[RunRecord], losses: impl FnOnce() -> Vec<f64>) -> Verdict {
    match id {
        "epoch" => epoch(now, before),
        "gap" => gap(now, before),
        "diverge" => diverge(&now.rates, &losses()),
        _ => Verdict::Open(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::labs::train::tasks::TASKS;

    fn right(verdict: &Verdict) -> bool {
        matches!(verdict, Verdict::Right(_))
    }
    fn wrong(verdict: &Verdict) -> bool {
        matches!(verdict, Verdict::Wrong(_))
    }
    fn run(options: TrainOptions, steps: u64, tests: &[(f64, f64)], learned: Option<f64>) -> RunRecord {
        RunRecord { rates: vec![(0, options.rate)], options, epoch: 937, steps, tests: tests.to_vec(), learned }
    }
    fn usual() -> TrainOptions {
        TrainOptions::default()
    }

    #[test]
    fn an_epoch_counts_with_three_seeds_and_one_setting() {
        let of = |seed, batch| TrainOptions { model: "lenet5".into(), seed, batch, ..usual() };
        let good = |seed, batch| run(of(seed, batch), 937, &[(234.0, 0.9), (936.0, 0.981)], None);
        assert!(right(&epoch(&good(3, 64), &[good(1, 64), good(2, 64)])));
        assert!(!right(&epoch(&good(3, 64), &[good(1, 64), good(2, 32)])), "two settings");
        assert!(!right(&epoch(&good(1, 64), &[])));
        let falling = |mut run: RunRecord, rates: &[(u64, f32)]| {
            run.rates = rates.to_vec();
            run
        };
        let fell = falling(good(3, 64), &[(0, 0.02), (500, 0.001)]);
        assert!(right(&epoch(&fell, &[good(1, 64), good(2, 64)])), "the rate may be changed on the way");
        let other = falling(good(3, 64), &[(0, 0.03)]);
        assert!(!right(&epoch(&other, &[good(1, 64), good(2, 64)])), "another rate to begin with");
        let late = run(of(3, 64), 2000, &[(936.0, 0.97), (1872.0, 0.99)], None);
        assert!(wrong(&epoch(&late, &[good(1, 64), good(2, 64)])), "two epochs");
        assert!(wrong(&epoch(&run(TrainOptions { model: "lenet5_relu".into(), ..of(1, 64) }, 0, &[], None), &[])));
        assert!(wrong(&epoch(&run(TrainOptions { digits: 500, ..of(1, 64) }, 0, &[], None), &[])));
    }

    #[test]
    fn a_gap_is_halved_only_by_a_network_that_knows_more() {
        let few = TrainOptions { digits: 500, ..usual() };
        let whole = run(few.clone(), 280, &[(280.0, 0.92)], Some(1.0));
        assert!(!right(&gap(&whole, &[])));
        let shifted = |right, learned| run(TrainOptions { shift: 2.0, ..few.clone() }, 280, &[(280.0, right)], Some(learned));
        assert!(wrong(&gap(&shifted(0.95, 0.99), &[])), "nothing to compare with");
        assert!(right(&gap(&shifted(0.95, 0.985), std::slice::from_ref(&whole))));
        assert!(!right(&gap(&shifted(0.93, 0.99), std::slice::from_ref(&whole))), "6 points of 8");
        assert!(wrong(&gap(&shifted(0.5, 0.51), std::slice::from_ref(&whole))), "it knows nothing");
        let other = run(TrainOptions { seed: 2, ..few.clone() }, 280, &[(280.0, 0.92)], Some(1.0));
        assert!(wrong(&gap(&shifted(0.95, 0.985), &[other])), "another seed");
        assert!(wrong(&gap(&run(usual(), 280, &[(280.0, 0.98)], None), &[])));
    }

    #[test]
    fn what_diverges_was_thrown_and_does_not_come_back() {
        let of = |rate: f32, losses: &[f64]| diverge(&[(0, rate)], losses);
        let learned = [2.3, 1.0, 0.5].repeat(40);
        assert!(!right(&of(0.2, &learned)));
        let lost = [&learned[..], &[6.0], &[2.31; 120]].concat();
        assert!(right(&of(0.2, &lost)) && wrong(&of(1.0, &lost)));
        assert!(right(&of(0.5, &[&learned[..], &[f64::NAN; 100]].concat())));
        assert!(!right(&of(1e-4, &[2.3; 200])), "it is only slow");
        assert!(!right(&of(0.5, &[9.0; 20])), "too early");
    }

    #[test]
    fn a_rate_answers_for_its_own_steps_only() {
        let lost = [vec![2.3; 50], vec![6.0], vec![2.31; 200]].concat();
        assert!(wrong(&diverge(&[(0, 1.0), (150, 0.1)], &lost)), "another rate lost it");
        assert!(right(&diverge(&[(0, 0.01), (40, 0.3)], &lost)));
        assert!(!right(&diverge(&[(0, 0.01), (40, 0.3)], &lost[..120])), "too early after the change");
    }

    #[test]
    fn every_task_is_judged() {
        for task in TASKS {
            assert_ne!(judge(task.id, &RunRecord::default(), &[], Vec::new), Verdict::Open(String::new()), "{}", task.id);
        }
    }
}
