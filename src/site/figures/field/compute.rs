//! How much a unit uses of its receptive field: the gradient of the unit with respect to the input, by the engine's tape, and numbers from it.
use super::settings::{Settings, Weights};
use crate::{
    engine::{
        autograd::{Tape, Var},
        ops::{AvgPool2d, Window},
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
};
use rand::RngExt;
use rand_pcg::Pcg32;

/// The number of channels between the layers of a random network.
const CHANNELS: usize = 8;
/// The share of the gradient that the used part contains.
pub const SHARE: f64 = 0.95;

/// The answer for the chosen unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// |∂unit/∂x| for each cell of the input, the mean over the random networks.
    pub gradient: Vec<f32>,
    /// The shortest run of cells that contains `SHARE` of the gradient: its first cell, and the one after its last. None if the gradient is 0 everywhere.
    pub used: Option<[usize; 2]>,
}

fn tensor(shape: [usize; 4], values: &[f32]) -> Result<Tensor> {
    Tensor::new(&Device::Cpu, Shape::new(shape), values)
}

/// The gradient of the unit's first channel in one network.
fn gradient(settings: &Settings, [row, unit]: [usize; 2], draw: u64) -> Result<Vec<f32>> {
    let mut random = Pcg32::new(settings.seed, draw);
    let mut within = |bound: f32, count: usize| -> Vec<f32> { (0..count).map(|_| (2.0 * random.random::<f32>() - 1.0) * bound).collect() };
    let even = settings.weights == Weights::Even;
    let tape = Tape::default();
    let x = tape.input(tensor([1, 1, settings.input, 1], &within(1.0, settings.input))?);
    let (mut y, mut channels) = (x.clone(), 1);
    for layer in &settings.stack.0[..row] {
        let reach = layer.reach(settings.pad);
        let window =
            Window { kernel: [1, reach.kernel], stride: [1, reach.stride], padding: [0, reach.padding], dilation: [1, reach.dilation] };
        y = match (layer.pool, even) {
            (true, true) => y.avg_pool2d(AvgPool2d::new(window))?,
            (true, false) => y.max_pool2d(window, false)?,
            (false, _) => {
                let [own, beside] = layer.taps();
                let count = own.len() + beside.len();
                let (out, fan_in) = if even { (1, 1) } else { (CHANNELS, channels * count) };
                // Two paths whose results are added are one convolution. With equal weights, each path counts half.
                let paths = 1.0 + f32::from(!beside.is_empty());
                let mut values = vec![0.0; layer.span() * channels * out];
                for taps in [own, beside] {
                    for tap in &taps {
                        let drawn = if even {
                            vec![1.0 / (paths * taps.len() as f32)]
                        } else {
                            within((6.0 / fan_in as f32).sqrt(), channels * out)
                        };
                        values[tap * channels * out..].iter_mut().zip(drawn).for_each(|(sum, weight)| *sum += weight);
                    }
                }
                let weights = Var::constant(tensor([1, layer.span(), channels, out], &values)?);
                channels = out;
                y.conv2d(&weights, None, Window { kernel: [1, layer.span()], dilation: [1, 1], ..window }, 1)?
            }
        };
        if settings.relu && !even && !layer.pool {
            y = y.relu()?;
        }
    }
    let [_, _, units, channels] = y.shape().axes("field")?;
    let mut one = vec![0.0; units * channels];
    one[unit * channels] = 1.0;
    let loss = y.mul(&Var::constant(tensor([1, 1, units, channels], &one)?))?.sum(&[0, 1, 2, 3], false)?;
    match tape.backward(&loss, &[&x])?.kept() {
        [Some(gradient)] => Ok(gradient.on_cpu()?.to_vec()),
        _ => Ok(vec![0.0; settings.input]),
    }
}

/// The shortest run of cells with `SHARE` of the sum.
fn used(gradient: &[f32]) -> Option<[usize; 2]> {
    let total: f64 = gradient.iter().map(|g| f64::from(*g)).sum();
    if total <= 0.0 {
        return None;
    }
    let (mut first, mut inside, mut best) = (0, 0.0, [0, gradient.len()]);
    for (last, g) in gradient.iter().enumerate() {
        inside += f64::from(*g);
        while inside - f64::from(gradient[first]) >= SHARE * total {
            inside -= f64::from(gradient[first]);
            first += 1;
        }
        if inside >= SHARE * total && last + 1 - first < best[1] - best[0] {
            best = [first, last + 1];
        }
    }
    Some(best)
}

pub fn answer(settings: &Settings) -> Result<Answer> {
    let unit = settings.unit();
    let draws = if settings.weights == Weights::Even { 1 } else { settings.draws };
    let mut mean = vec![0.0; settings.input];
    for draw in 0..draws {
        for (mean, g) in mean.iter_mut().zip(gradient(settings, unit, draw as u64)?) {
            *mean += g.abs() / draws as f32;
        }
    }
    Ok(Answer { used: used(&mean), gradient: mean })
}

/// The numbers that exercises can ask for.
pub fn facts(settings: &Settings) -> Vec<(String, f64)> {
    let [row, unit] = settings.unit();
    let field = settings.rows()[row].field;
    let layers = &settings.stack.0[..row];
    let [first, end] = field.of(unit);
    let inside = |cell: &(usize, &bool)| (first..end).contains(&(cell.0 as isize));
    let cone = settings.cone([row, unit]);
    let holes = cone[0].iter().enumerate().filter(inside).filter(|(_, read)| !**read).count();
    let mut facts = vec![
        ("layers", layers.len() as f64),
        ("field", field.size as f64),
        ("jump", field.jump as f64),
        ("start", field.start as f64),
        ("units", settings.rows()[row].units as f64),
        ("weights", layers.iter().map(|layer| layer.weights()).sum::<usize>() as f64),
        ("holes", holes as f64),
        ("pools", layers.iter().filter(|layer| layer.pool).count() as f64),
    ];
    if let Ok(Answer { used: Some([first, end]), .. }) = answer(settings) {
        facts.push(("used", (end - first) as f64));
    }
    facts.into_iter().map(|(name, fact)| (name.to_string(), fact)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;

    fn answer_to(query: &str) -> Answer {
        answer(&Keys::<Settings>::default().from_query(query)).expect("a gradient")
    }

    #[test]
    fn even_weights_count_the_ways_to_each_cell() {
        // Three kernels of 3: the numbers of paths are 1 3 6 7 6 3 1, and each path counts 1/27.
        let found = answer_to("stack=3_3_3&input=25");
        let ways: Vec<f32> = found.gradient.iter().map(|g| (g * 27.0).round()).filter(|ways| *ways > 0.0).collect();
        assert_eq!(ways, [1.0, 3.0, 6.0, 7.0, 6.0, 3.0, 1.0]);
        assert_eq!(found.used, Some([9, 15]), "five of the seven cells hold 25/27, which is less than 95 %, and six hold 26/27");
    }

    #[test]
    fn a_way_around_counts_half() {
        // One path through 3 equal weights, and one straight down: 1/6, 2/3, 1/6.
        let found = answer_to("stack=3b1&input=9");
        let sixths: Vec<f32> = found.gradient.iter().map(|g| (6.0 * g).round()).filter(|share| *share > 0.0).collect();
        assert_eq!(sixths, [1.0, 4.0, 1.0]);
        // The field is as wide as without the shortcut, and less of it is used.
        let [plain, around] =
            ["3_3_3_3_3_3", "3b1_3b1_3b1_3b1_3b1_3b1"].map(|stack| answer_to(&format!("stack={stack}&input=33")).used.unwrap());
        assert!(around[1] - around[0] < plain[1] - plain[0]);
    }

    #[test]
    fn the_same_seed_gives_the_same_field() {
        let query = "weights=random&draws=3&stack=3_p2s2_3&input=33";
        assert_eq!(answer_to(query), answer_to(query));
        assert_ne!(answer_to(query), answer_to(&format!("{query}&seed=2")));
    }

    #[test]
    fn the_used_part_is_the_shortest() {
        assert_eq!(used(&[0.0, 1.0, 98.0, 1.0]), Some([2, 3]));
        assert_eq!(used(&[1.0; 4]), Some([0, 4]));
        assert_eq!(used(&[0.0; 4]), None);
    }
}
