//! Judges the task by the twins' first steps.
use super::state::State;
use crate::{
    site::labs::{kit::run::Run, task::Verdict},
    workbench::protocol::depth::Options,
};
use std::collections::BTreeSet;

const DEPTH: usize = 32;
/// The steps over which the training errors are compared.
const FROM: f64 = 500.0;
const TO: f64 = 600.0;
/// How much worse the plain network must be, and how bad the residual one may be.
const BEHIND: f64 = 0.07;
const BAD: f64 = 0.3;
const SEEDS: usize = 2;

/// Twins that made these steps, and the mean errors of both over them.
pub type Past = (Options, [f64; 2]);

/// The means, once all steps are there.
pub fn between(run: &Run<Options>, state: &State) -> Option<Past> {
    let errors: Vec<_> = state.errors.all().iter().filter(|(step, _)| *step > FROM && *step <= TO).map(|(_, errors)| *errors).collect();
    let whole = errors.len() as f64 == TO - FROM && run.rates.len() == 1;
    let mean = |twin: usize| errors.iter().map(|errors| errors[twin]).sum::<f64>() / errors.len() as f64;
    whole.then(|| Some((run.options.clone()?, [mean(0), mean(1)]))).flatten()
}

/// Whether two options agree in everything except the seed and the device.
fn alike(one: &Options, other: &Options) -> bool {
    Options { seed: one.seed, device: one.device, ..other.clone() } == *one
}

fn matches([plain, residual]: [f64; 2]) -> bool {
    plain - residual <= BEHIND && residual <= BAD
}

fn percent(share: f64) -> String {
    format!("{:.0}", 100.0 * share)
}

/// Judges the twins. `past` holds all twins that have made these steps, including the present ones.
pub fn judge(run: &Run<Options>, past: &[Past]) -> Verdict {
    let Some(options) = &run.options else { return Verdict::Open("The twins are being made.".into()) };
    if options.recipe.depth != DEPTH {
        return Verdict::Wrong(format!("These have {} layers. The task is about {DEPTH}.", options.recipe.depth));
    }
    if run.rates.len() > 1 {
        return Verdict::Wrong("These were made with more than one rate. Press Reset: the task is about one.".into());
    }
    let seeds: BTreeSet<u64> =
        past.iter().filter(|(other, means)| alike(options, other) && matches(*means)).map(|(other, _)| other.seed).collect();
    let so_far = format!("So far {} of {SEEDS} seeds hold with these settings.", seeds.len().min(SEEDS));
    let Some((_, means)) = past.iter().rev().find(|(other, _)| other == options) else {
        return Verdict::Open(format!("Step {} of {TO}. {so_far}", run.made));
    };
    let [plain, residual] = *means;
    let found = format!(
        "Between steps {FROM} and {TO} the plain twin got {} of 100 wrong, the residual one {}.",
        percent(plain),
        percent(residual)
    );
    if seeds.len() >= SEEDS {
        Verdict::Right(format!("{found} Two seeds, and the plain one keeps up."))
    } else if matches(*means) {
        Verdict::Open(format!("{found} It holds with this seed. {so_far}"))
    } else if residual > BAD {
        Verdict::Wrong(format!("{found} That is a match of two that hardly learn."))
    } else {
        Verdict::Wrong(format!("{found} The plain one lags."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nets::models::Recipe;

    fn twins(seed: u64, rate: f32, steps: usize, errors: [f64; 2]) -> (Run<Options>, State) {
        let options = Options { recipe: Recipe { depth: DEPTH, ..Recipe::default() }, seed, rate, ..Options::default() };
        let run = Run { options: Some(options), rates: vec![(0, rate)], made: steps as u64, ..Run::default() };
        (run, State { errors: (1..=steps).map(|step| (step as f64, errors)).collect(), ..State::default() })
    }
    fn judged(all: &[(Run<Options>, State)]) -> Verdict {
        let past: Vec<Past> = all.iter().filter_map(|(run, state)| between(run, state)).collect();
        judge(&all.last().expect("one at least").0, &past)
    }

    #[test]
    fn two_seeds_of_one_setting_are_needed() {
        let good = |seed, rate| twins(seed, rate, 600, [0.12, 0.1]);
        assert!(matches!(judged(&[good(1, 0.1), good(7, 0.1)]), Verdict::Right(_)));
        assert!(matches!(judged(&[good(2, 0.1), good(2, 0.1)]), Verdict::Open(_)));
        assert!(matches!(judged(&[good(1, 0.2), good(3, 0.1)]), Verdict::Open(_)));
        assert!(matches!(judged(&[twins(1, 0.1, 599, [0.1; 2])]), Verdict::Open(_)));
    }

    #[test]
    fn who_lags_and_who_does_not_learn_is_told() {
        let Verdict::Wrong(lags) = judged(&[twins(1, 0.1, 600, [0.2, 0.1])]) else { panic!("it lags") };
        let Verdict::Wrong(dull) = judged(&[twins(1, 0.1, 600, [0.9, 0.9])]) else { panic!("neither learns") };
        assert!(lags.contains("lags") && dull.contains("hardly learn"));
        let mut other = twins(1, 0.1, 600, [0.1; 2]);
        other.0.change_rate(0.2);
        assert!(matches!(judged(&[twins(1, 0.1, 600, [0.1; 2]), other]), Verdict::Wrong(_)), "two rates");
        let mut other = twins(1, 0.1, 600, [0.1; 2]);
        other.0.options.as_mut().expect("options").recipe.depth = 20;
        assert!(matches!(judged(&[other]), Verdict::Wrong(_)));
    }
}
