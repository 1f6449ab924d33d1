//! The loss around a network's weights: along one random direction, or over the plane of two. In a direction each filter's part is as large as the filter.
//!
//! At place (a, b) each weight is w + a·d + b·e. The directions d and e are drawn from a normal distribution and scaled filter by filter,
//! d_f ← d_f · ‖w_f‖ / ‖d_f‖. Biases and the parameters of batch norm stay. The loss is the mean over the same training digits at every
//! place, with the statistics of these digits. Source: Li, Xu, Taylor, Studer and Goldstein, 2018.
use super::{
    digits::Batch,
    sibling::{Sibling, finite},
};
use crate::protocol::depth::Slice;
use engine::{
    Error, Result,
    autograd::Var,
    tensor::{Tensor, read_all},
};
use nets::nn::{Cx, Module, Norm};
use rand::RngExt;
use rand_pcg::Pcg32;
use std::f32::consts::TAU;

/// The smallest and the largest number of places along a direction.
const PLACES: [usize; 2] = [3, 51];

/// One parameter: its present tensor, its values, and its two directions. There are no directions for a parameter that stays.
struct Weight {
    number: usize,
    tensor: Tensor,
    values: Vec<f32>,
    directions: [Vec<f32>; 2],
}

/// The weights of one twin and the random directions around them.
pub(super) struct Surroundings {
    asked: Slice,
    weights: Vec<Weight>,
}

fn normal(random: &mut Pcg32) -> f32 {
    let (u, v): (f32, f32) = (random.random(), random.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (TAU * v).cos()
}

/// A normal direction as long as the weights, filter by filter. The filters are the last axis.
fn direction(values: &[f32], filters: usize, random: &mut Pcg32) -> Vec<f32> {
    let mut drawn: Vec<f32> = values.iter().map(|_| normal(random)).collect();
    let length = |of: &[f32], filter: usize| of.iter().skip(filter).step_by(filters).map(|v| v * v).sum::<f32>().sqrt();
    for filter in 0..filters {
        let scale = length(values, filter) / length(&drawn, filter).max(f32::MIN_POSITIVE);
        drawn.iter_mut().skip(filter).step_by(filters).for_each(|v| *v *= scale);
    }
    drawn
}

pub(super) fn checked(asked: Slice) -> Result<Slice> {
    if !(PLACES[0]..=PLACES[1]).contains(&asked.places) || asked.places.is_multiple_of(2) {
        return Err(Error::data("places", format!("expected an odd number from {} to {}, found {}", PLACES[0], PLACES[1], asked.places)));
    }
    if !(asked.reach.is_finite() && asked.reach > 0.0) {
        return Err(Error::data("reach", format!("expected a number above 0, found {}", asked.reach)));
    }
    Ok(asked)
}

/// The number of places.
pub(super) fn count(asked: &Slice) -> usize {
    if asked.plane { asked.places * asked.places } else { asked.places }
}

impl Surroundings {
    pub(super) async fn of(twin: &Sibling, asked: Slice) -> Result<Surroundings> {
        let params = twin.network.params();
        let moved: Vec<(usize, Tensor)> = params
            .iter()
            .enumerate()
            .filter(|(_, p)| p.value().shape().rank() > 1)
            .map(|(number, p)| (number, p.value().clone()))
            .collect();
        let values = read_all(&moved.iter().map(|(_, tensor)| tensor).collect::<Vec<_>>()).await?;
        // Both twins' weights have the same order, so both are moved in the same way.
        let weight = |((number, tensor), values): ((usize, Tensor), Vec<f32>)| {
            let filters = tensor.shape().dims().last().copied().unwrap_or(1);
            let directions = [0, 1].map(|which| direction(&values, filters, &mut Pcg32::new(asked.seed, (2 * number + which) as u64)));
            Weight { number, tensor, values, directions }
        };
        Ok(Surroundings { asked, weights: moved.into_iter().zip(values).map(weight).collect() })
    }
    /// The mean loss at a place. Afterwards the network has its own weights again.
    pub(super) async fn loss(&self, twin: &Sibling, place: usize, batch: &Batch) -> Result<Option<f32>> {
        let (params, statistics) = (twin.network.params(), twin.statistics());
        let along = |at: usize| self.asked.reach * (2.0 * at as f32 / (self.asked.places - 1) as f32 - 1.0);
        let (a, b) = match self.asked.plane {
            true => (along(place % self.asked.places), along(place / self.asked.places)),
            false => (along(place), 0.0),
        };
        for Weight { number, tensor, values, directions: [d, e] } in &self.weights {
            let moved: Vec<f32> = values.iter().zip(d.iter().zip(e)).map(|(w, (d, e))| w + a * d + b * e).collect();
            params[*number].set(Tensor::new(&tensor.device(), tensor.shape().clone(), &moved)?)?;
        }
        let forward = || {
            let logits = twin.network.forward(&Var::constant(batch.images.clone()), &mut Cx { norm: Norm::Batch, ..Cx::default() })?;
            logits.cross_entropy(&batch.targets)?.mean(&[0], false)
        };
        let loss = forward();
        for weight in &self.weights {
            params[weight.number].set(weight.tensor.clone())?;
        }
        twin.put_back(statistics)?;
        Ok(finite(loss?.value().values().await?[0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_is_as_long_as_each_filter() {
        let values = [3.0, 0.1, 4.0, 0.0];
        let d = direction(&values, 2, &mut Pcg32::new(1, 2));
        assert!(((d[0] * d[0] + d[2] * d[2]).sqrt() - 5.0).abs() < 1e-5);
        assert!(((d[1] * d[1] + d[3] * d[3]).sqrt() - 0.1).abs() < 1e-6);
    }
}
