//! One unit of a network on one picture: its receptive field, by a dry run, and how much each pixel changes it, by a backward pass.
//!
//! Source: W. Luo et al. 2016 (effective receptive fields).
use super::dry_run::{DryRun, dry_run};
use crate::{
    models::ModelSpec,
    nn::{Cx, Module, Probe, Seq},
};
use engine::{
    Error, Result,
    autograd::{Tape, Var},
    ops::{Along, Slice},
    tensor::{Shape, Tensor},
};
use vision::Plane;

/// A unit: a layer's path, and the unit's row and column in it. Places outside the layer become its last row or column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit<'a> {
    /// The layer's dotted name. Its output must be an image.
    pub layer: &'a str,
    /// Row and column.
    pub place: [usize; 2],
    /// The channel. None chooses the strongest channel at the place that any pixel can change.
    pub channel: Option<usize>,
}

/// The result for a unit.
pub struct Sensitivity {
    /// The row and column of the unit.
    pub place: [usize; 2],
    /// The channel, counted from 0.
    pub channel: usize,
    /// The unit's activation.
    pub value: f32,
    /// The mean of |∂ unit / ∂ x| over the channels of each pixel.
    pub gradient: Plane,
}

fn find<'a>(seen: &'a Probe, layer: &str) -> Result<&'a Var> {
    let missing = || Error::data("layer", format!("the network has none called {layer:?}"));
    seen.iter().find(|seen| seen.path == layer).map(|seen| &seen.value).ok_or_else(missing)
}

fn placed(value: &Var, place: [usize; 2]) -> Result<[usize; 2]> {
    let [_, height, width, _] = value.shape().axes("unit")?;
    Ok([place[0].min(height - 1), place[1].min(width - 1)])
}

/// The rows and columns of the input that the unit can depend on, from the first to the one after the last, padding included.
pub fn unit_field(spec: &ModelSpec, unit: Unit) -> Result<[[isize; 2]; 2]> {
    let DryRun { tape, input, seen } = dry_run(spec)?;
    let value = find(&seen, unit.layer)?;
    let places = placed(value, unit.place)?.map(|at| [at as isize, at as isize + 1]);
    tape.reach(value, places, &input).ok_or_else(|| Error::data("layer", format!("{:?} does not depend on the input", unit.layer)))
}

/// How much each pixel of `image`, 1×H×W×C inside, changes the unit.
pub async fn unit_gradient(network: &Seq, image: Tensor, unit: Unit<'_>) -> Result<Sensitivity> {
    let [_, height, width, channels] = image.shape().axes("unit")?;
    let tape = Tape::frozen();
    let x = tape.input(image);
    let mut probe = Probe::new();
    network.forward(&x, &mut Cx { probe: Some(&mut probe), ..Cx::default() })?;
    let value = find(&probe, unit.layer)?.clone();
    drop(probe);
    let place = placed(&value, unit.place)?;
    let [_, _, _, maps] = value.shape().axes("unit")?;
    let one = |at: usize| Along::from(at as isize, 1);
    let here = Var::apply(Slice { axes: vec![Along::whole(1), one(place[0]), one(place[1]), Along::whole(maps)], fill: 0.0 }, &[&value])?;
    let values = here.value().values().await?;
    let asked: Vec<usize> = match unit.channel {
        Some(channel) if channel >= maps => return Err(Error::data("channel", format!("expected one below {maps}, found {channel}"))),
        Some(channel) => vec![channel],
        None => strongest(&values),
    };
    let mean = |pixel: &[f32]| pixel.iter().map(|g| g.abs()).sum::<f32>() / channels as f32;
    let mut found = None;
    for channel in asked {
        let score = Var::apply(Slice { axes: vec![Along::whole(1), Along::whole(1), Along::whole(1), one(channel)], fill: 0.0 }, &[&here])?;
        let gradient = match &tape.backward(&score.reshape(Shape::new([1]))?, &[&x])?.kept()[0] {
            Some(gradient) => gradient.values().await?,
            None => vec![0.0; height * width * channels],
        };
        let gradient = Plane::new(height, width, gradient.chunks_exact(channels).map(mean).collect())?;
        let moves = gradient.values.iter().any(|value| *value > 0.0);
        // If no pixel changes any channel, the strongest one is reported.
        if moves || found.is_none() {
            found = Some(Sensitivity { place, channel, value: values[channel], gradient });
        }
        if moves {
            break;
        }
    }
    found.ok_or_else(|| Error::data("layer", format!("{:?} has no channels", unit.layer)))
}

/// The strongest channel, and the strongest one with a smaller value. At the ceiling of a ReLU6 no pixel changes a unit, and many channels
/// may be there at once.
fn strongest(values: &[f32]) -> Vec<usize> {
    let most = |below: f32| (0..values.len()).filter(|at| values[*at] < below).max_by(|a, b| values[*a].total_cmp(&values[*b]));
    // If all are infinite or NaN, one of them is taken.
    let first = most(f32::INFINITY).or((!values.is_empty()).then_some(0));
    first.into_iter().chain(first.and_then(|first| most(values[first]))).collect()
}

/// The radius in pixels of the disc that contains this share of the sum. Its centre is given as row and column. None if the sum is 0.
pub fn radius(plane: &Plane, [down, across]: [f32; 2], share: f64) -> Option<f32> {
    let total: f64 = plane.values.iter().map(|v| f64::from(*v)).sum();
    if total <= 0.0 {
        return None;
    }
    // Distances are counted in quarters of a pixel.
    let distance = |at: usize| {
        let (row, column) = ((at / plane.width) as f32 + 0.5 - down, (at % plane.width) as f32 + 0.5 - across);
        (4.0 * row.hypot(column)).round() as usize
    };
    let mut rings: Vec<f64> = vec![];
    for (at, value) in plane.values.iter().enumerate() {
        let ring = distance(at);
        if ring >= rings.len() {
            rings.resize(ring + 1, 0.0);
        }
        rings[ring] += f64::from(*value);
    }
    let mut inside = 0.0;
    let ring = rings.iter().position(|ring| {
        inside += ring;
        inside >= share * total
    })?;
    Some(ring as f32 / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        models::{MODELS, model},
        nn::Scope,
    };
    use engine::tensor::{Device, Layout};

    fn box_of(name: &str, layer: &str, place: [usize; 2]) -> [[isize; 2]; 2] {
        unit_field(model(name).unwrap(), Unit { layer, place, channel: None }).unwrap()
    }

    #[test]
    fn boxes_are_those_of_the_recursion() {
        // After 7s2p3 r = 7, j = 2, a = −3; after 3s2p1 r = 11, j = 4, a = −5.
        assert_eq!(box_of("resnet18", "maxpool", [0, 3]), [[-5, 6], [7, 18]]);
        // Four convolutions, each adding 2 taps at a distance of 4 pixels: r = 11 + 4·2·4.
        let [rows, _] = box_of("resnet18", "layer1", [10, 10]);
        assert_eq!(rows[1] - rows[0], 43);
        // All five stages; Araujo et al. print 435.
        let [rows, columns] = box_of("resnet18", "layer4", [3, 3]);
        assert_eq!([rows[1] - rows[0], columns[1] - columns[0]], [435, 435]);
    }

    #[test]
    fn every_network_of_the_zoo_has_boxes_around_its_places() {
        for spec in MODELS {
            let layers = super::super::image_layers(spec).unwrap();
            let [half, last] = [layers.len() / 2, layers.len() - 1];
            for (layer, _, dims) in [&layers[0], &layers[half], &layers[last]] {
                let place = [dims[1] / 2, dims[2] / 2];
                let field = unit_field(spec, Unit { layer, place, channel: None }).unwrap();
                for (axis, ends) in field.into_iter().enumerate() {
                    let middle = (place[axis] as f32 + 0.5) / dims[axis + 1] as f32 * spec.input[axis + 1] as f32;
                    let [first, end] = ends.map(|at| at as f32);
                    assert!(first <= middle && middle <= end, "{} {layer}: {field:?} about {middle}", spec.name);
                }
            }
        }
    }

    #[test]
    fn the_gradient_stays_in_the_box_and_reaches_its_edges() {
        let spec = model("tf_efficientnet_lite0").unwrap();
        let network = spec.network(&Scope::new(Device::Cpu, 3)).unwrap();
        let [channels, height, width] = spec.input;
        let image: Vec<f32> = (0..channels * height * width).map(|at| ((at * 7919) % 1013) as f32 / 506.5 - 1.0).collect();
        let image = Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, channels, height, width], &image).unwrap();
        let unit = Unit { layer: "blocks.1", place: [20, 31], channel: None };
        let found = pollster::block_on(unit_gradient(&network, image, unit)).unwrap();
        let [rows, columns] = unit_field(spec, unit).unwrap();
        let mut reached = [[isize::MAX, isize::MIN]; 2];
        for (at, value) in found.gradient.values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            for (axis, place) in [at / width, at % width].into_iter().enumerate() {
                reached[axis] = [reached[axis][0].min(place as isize), reached[axis][1].max(place as isize + 1)];
            }
            assert!(*value > 0.0);
        }
        assert!(reached[0][0] >= rows[0] && reached[0][1] <= rows[1] && reached[1][0] >= columns[0] && reached[1][1] <= columns[1]);
        // Nothing is pooled here. A ReLU6 may block one of the outermost rows, but hardly more.
        assert_eq!(rows[1] - rows[0], 19);
        assert!(reached[0][1] - reached[0][0] >= 17 && reached[1][1] - reached[1][0] >= 17, "{reached:?} in {rows:?}, {columns:?}");
    }

    #[test]
    fn below_a_ceiling_the_next_is_asked() {
        assert_eq!(strongest(&[1.0, 6.0, 5.5, 6.0]), [3, 2]);
        assert_eq!(strongest(&[0.0, 0.0]), [1]);
        assert_eq!(strongest(&[]), Vec::<usize>::new());
    }

    #[test]
    fn a_disc_holds_its_share() {
        let plane = Plane::new(5, 5, (0..25).map(|at| f32::from(at == 12)).collect()).unwrap();
        assert_eq!(radius(&plane, [2.5, 2.5], 0.95), Some(0.0));
        assert_eq!(radius(&plane, [2.5, 0.5], 0.95), Some(2.0));
        assert_eq!(radius(&Plane::new(2, 2, vec![0.0; 4]).unwrap(), [1.0, 1.0], 0.95), None);
    }
}
