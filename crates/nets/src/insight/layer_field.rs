//! The receptive fields of a network's layers: size, jump and start. They are found by a dry run, through every branch and shortcut.
use super::{ReceptiveField, dry_run::dry_run};
use crate::models::ModelSpec;
use engine::{Error, Result};
use serde::{Deserialize, Serialize};

/// The receptive field of a layer, along the rows and along the columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerField {
    /// The layer's dotted name, such as `layer1`.
    pub layer: String,
    /// The numbers of rows and columns of its activation.
    pub units: [usize; 2],
    /// Along the rows, and along the columns.
    pub field: [ReceptiveField; 2],
}

/// The fields of the layers with these names, in the order of the network. A name that is not a layer with rows and columns is left out.
/// Where branches join, the field is the smallest range around theirs. If a layer before pools over the whole picture, as in
/// squeeze-and-excitation, every unit sees all of it, and the jump is 0. The fields are those of a unit in the middle, as the recursion of
/// `ReceptiveField` gives them for a stack of layers.
pub fn layer_fields(spec: &ModelSpec, layers: &[String]) -> Result<Vec<LayerField>> {
    let run = dry_run(spec)?;
    let mut found = vec![];
    for seen in run.seen.iter().filter(|seen| layers.contains(&seen.path)) {
        let &[_, height, width, _] = seen.value.shape().dims() else { continue };
        let units = [height, width];
        let middle = units.map(|units| units.saturating_sub(1) / 2);
        let reach = |by: usize| {
            let places = [0, 1].map(|axis| (middle[axis] + by) as isize).map(|at| [at, at + 1]);
            let unseen = || Error::data("layer", format!("{:?} does not depend on the input", seen.path));
            run.tape.reach(&seen.value, places, &run.input).ok_or_else(unseen)
        };
        // A map with one place has no real neighbour, but the tape can still be asked.
        let (here, next) = (reach(0)?, reach(1)?);
        let field = [0, 1].map(|axis| {
            let ([first, end], jump) = (here[axis], next[axis][0] - here[axis][0]);
            ReceptiveField { size: (end - first).max(0) as usize, jump: jump.max(0) as usize, start: first - middle[axis] as isize * jump }
        });
        found.push(LayerField { layer: seen.path.clone(), units, field });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::model;

    fn rows(name: &str, layers: &[&str]) -> Vec<(usize, usize, isize)> {
        let layers: Vec<String> = layers.iter().map(|layer| layer.to_string()).collect();
        let found = layer_fields(model(name).unwrap(), &layers).unwrap();
        assert_eq!(found.iter().map(|found| found.layer.clone()).collect::<Vec<_>>(), layers);
        found.iter().map(|found| (found.field[0].size, found.field[0].jump, found.field[0].start)).collect()
    }

    #[test]
    fn fields_jumps_and_starts_are_those_of_the_recursion() {
        // 7s2p3, 3s2p1, four of 3p1.
        assert_eq!(rows("resnet18", &["conv1", "maxpool", "layer1"]), [(7, 2, -3), (11, 4, -5), (43, 4, -21)]);
        // As Araujo et al. print them: 212 after VGG-16's last pooling, 435 for ResNet-18.
        assert_eq!(rows("vgg16", &["features.30"])[0].0, 212);
        assert_eq!(rows("resnet18", &["layer4"])[0], (435, 32, -217));
    }

    #[test]
    fn squeeze_and_excitation_sees_everything_at_once() {
        let spec = model("efficientnet_b0").unwrap();
        let found = layer_fields(spec, &["features.3".into()]).unwrap();
        assert_eq!(found[0].field[0].jump, 0);
        assert!(found[0].field[0].size >= spec.input[1]);
    }
}
