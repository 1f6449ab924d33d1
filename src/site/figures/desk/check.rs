//! The gradient check: a cell is moved up and down by a step, and the change of the loss is compared with the gradient.
use super::{
    compute, following,
    geometry::{Link, Role},
    terms::{Part, Spot, Subject},
};
use crate::error::{Error, Result};

/// The result for one step size: (L(v + h) − L(v − h)) / 2h, in double and in single precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub step: f64,
    pub double: f64,
    pub single: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The gradient from the tape.
    pub gradient: f64,
    pub rows: Vec<Row>,
}

/// The smallest step is 10 to the power of minus this.
pub const DECIMALS: usize = 8;

/// The difference from the tape's gradient, relative to the larger of both unless that is small.
pub fn error(gradient: f64, difference: f64) -> f64 {
    (difference - gradient).abs() / gradient.abs().max(difference.abs()).max(1e-3)
}

/// The outputs that depend on a cell, each with the products of its sum. All other outputs cancel in the difference.
fn changing(subject: &Subject, target: Spot) -> Vec<(usize, Vec<Link>)> {
    let geometry = &subject.geometry;
    let [_, rows, columns] = subject.settings.output_shape();
    let mut outputs: Vec<usize> = match target.part.role() {
        Role::Bias => (target.index * rows * columns..(target.index + 1) * rows * columns).collect(),
        role => geometry.links(role, target.index).into_iter().map(|link| link.output).collect(),
    };
    outputs.sort_unstable();
    outputs.dedup();
    outputs.into_iter().map(|at| (at, geometry.links(Role::Output, at))).collect()
}

/// L in double precision, as far as it depends on these outputs. Each output is the sum of its products. L is Σ dy · y, or the loss of the
/// operation that follows.
fn loss(subject: &Subject, outputs: &[(usize, Vec<Link>)], tensors: &[Vec<f64>; 4]) -> f64 {
    let [x, k, b, dy] = tensors;
    let [_, rows, columns] = subject.settings.output_shape();
    let output = |at: usize, links: &[Link]| {
        let read = |link: &Link| link.input.cell().map(|cell| x[cell]);
        if subject.settings.op.takes_the_largest() {
            return links.iter().filter_map(read).fold(f64::NEG_INFINITY, f64::max);
        }
        let weight = |link: &Link| link.weight.map_or_else(|| subject.share(link), |at| k[at]);
        let sum: f64 = links.iter().map(|link| read(link).unwrap_or(0.0) * weight(link)).sum();
        sum + b.get(at / (rows * columns)).copied().unwrap_or(0.0)
    };
    match following::followed(&subject.settings) {
        None => outputs.iter().map(|(at, links)| dy[*at] * output(*at, links)).sum(),
        Some(next) => {
            let mut y: Vec<f64> = subject.numbers.of(Part::Output).iter().map(|y| f64::from(*y)).collect();
            outputs.iter().for_each(|(at, links)| y[*at] = output(*at, links));
            following::double(&subject.settings, next, &y)
        }
    }
}

/// Checks the gradient of a cell of dx, dk or db with steps from 1 down to 10⁻⁸.
pub fn check(subject: &Subject, target: Spot) -> Result<Check> {
    let moved = match target.part {
        Part::InputGrad => 0,
        Part::KernelGrad => 1,
        Part::BiasGrad => 2,
        part => return Err(Error::shape("gradient check", format!("{} is not a gradient", part.name()))),
    };
    let given = [Part::Input, Part::Kernel, Part::Bias, Part::Upstream].map(|part| subject.numbers.of(part));
    let gradient = subject.value(target).ok_or_else(|| Error::shape("gradient check", format!("no cell {}", target.index)))?;
    let double = given.map(|values| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());
    let outputs = changing(subject, target);
    let at = |step: f64| {
        let mut tensors = double.clone();
        tensors[moved][target.index] += step;
        loss(subject, &outputs, &tensors)
    };
    let single_at = |step: f64| -> Result<f64> {
        let mut tensors = given.map(<[f32]>::to_vec);
        tensors[moved][target.index] += step as f32;
        let [x, k, b, dy] = tensors;
        let y = compute::output(&subject.settings, &x, &k, &b)?;
        // The loss is also in single precision, as in a training run.
        Ok(f64::from(match following::followed(&subject.settings) {
            None => y.iter().zip(&dy).map(|(y, dy)| y * dy).sum::<f32>(),
            Some(next) => following::single(&subject.settings, next, &y)?,
        }))
    };
    let row = |decimals: usize| {
        let step = 10f64.powi(-(decimals as i32));
        let slope = |up: f64, down: f64| (up - down) / (2.0 * step);
        Ok(Row { step, double: slope(at(step), at(-step)), single: slope(single_at(step)?, single_at(-step)?) })
    };
    Ok(Check { gradient: f64::from(gradient), rows: (0..=DECIMALS).map(row).collect::<Result<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, limits::any_settings, settings::from_query},
        *,
    };
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_tape_agrees_with_small_steps(settings in any_settings(), at in 0..1000usize, part in 0..3usize) {
            let settings = super::super::settings::Settings { upstream: "random".into(), ..settings };
            // Ties of a max pool are kinks, at which both sides differ.
            prop_assume!(!settings.op.takes_the_largest() && settings.input_shape().iter().product::<usize>() < 200);
            let subject = subject(&settings).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let part = [Part::InputGrad, Part::KernelGrad, Part::BiasGrad][part];
            let cells = subject.numbers.of(part).len();
            prop_assume!(cells > 0);
            let check = check(&subject, Spot { part, index: at % cells }).map_err(|error| TestCaseError::fail(error.to_string()))?;
            for row in &check.rows[..5] {
                prop_assert!(error(check.gradient, row.double) < 1e-5, "{:?}: {:?}", row, check.gradient);
            }
        }
    }

    #[test]
    fn single_precision_loses_small_steps() {
        let check = check(&subject(&from_query("upstream=random")).unwrap(), Spot { part: Part::KernelGrad, index: 0 }).unwrap();
        assert!(error(check.gradient, check.rows[1].single) < 1e-3);
        assert!(error(check.gradient, check.rows[8].single) > 1e-2, "{check:?}");
        assert!(error(check.gradient, check.rows[8].double) < 1e-4, "{check:?}");
    }

    #[test]
    fn a_curved_loss_has_a_best_step() {
        let query = "upstream=cross-entropy&out=3&picture=impulse&seed=2";
        let check = check(&subject(&from_query(query)).unwrap(), Spot { part: Part::KernelGrad, index: 4 }).unwrap();
        let double: Vec<f64> = check.rows.iter().map(|row| error(check.gradient, row.double)).collect();
        let single: Vec<f64> = check.rows.iter().map(|row| error(check.gradient, row.single)).collect();
        // While truncation dominates, the error falls with the square of the step.
        assert!((50.0..200.0).contains(&(double[1] / double[2])), "{double:?}");
        let best = (0..=DECIMALS).min_by(|a, b| single[*a].total_cmp(&single[*b])).unwrap();
        assert!((1..5).contains(&best) && single[0] > 10.0 * single[best] && single[8] > 10.0 * single[best], "{single:?}");
    }

    #[test]
    fn a_ridge_has_two_slopes() {
        // All cells are equal, so the first one in the window is the largest. Moved up it stays the largest; moved down another one takes its place.
        let query = "op=max-pool&channels=1&out=1&picture=constant&kernel=2&stride=2&input=2";
        let check = check(&subject(&from_query(query)).unwrap(), Spot { part: Part::InputGrad, index: 0 }).unwrap();
        assert_eq!(check.gradient, 1.0);
        assert!((check.rows[2].double - 0.5).abs() < 1e-9);
    }

    #[test]
    fn an_output_has_no_gradient_to_check() {
        assert!(check(&subject(&from_query("")).unwrap(), Spot { part: Part::Output, index: 0 }).is_err());
    }
}
