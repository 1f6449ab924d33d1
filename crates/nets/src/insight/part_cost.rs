//! The output shape and the cost of each named part of a network, for one picture: parameters and multiply-adds, by a dry run.
use super::dry_run::dry_run_of;
use crate::nn::{Module, Seq};
use engine::Result;

/// The numbers of one child of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct PartCost {
    /// Its name, such as `conv1` or `layer1`. The parts are the network's own children, in their order.
    pub name: String,
    /// The shape of its output, N×H×W×C or N×C.
    pub dims: Vec<usize>,
    /// The number of trainable values.
    pub parameters: usize,
    /// The multiply-adds from the end of the part before to the end of this one.
    pub macs: u64,
}

/// The parts of a network on Meta that reads channels × height × width.
pub fn part_costs(network: &Seq, input: [usize; 3]) -> Result<Vec<PartCost>> {
    let run = dry_run_of(network, input)?;
    let params = network.params();
    let mut before = 0;
    let parts = run.seen.iter().filter(|seen| !seen.path.contains('.')).map(|seen| {
        let own = params.iter().filter(|p| p.trains && p.name.split('.').next() == Some(&seen.path));
        let until = run.tape.macs_of_weights_until(&seen.value);
        let macs = until - std::mem::replace(&mut before, until);
        let parameters = own.map(|p| p.value().shape().size()).sum();
        PartCost { name: seen.path.clone(), dims: seen.value.shape().dims().to_vec(), parameters, macs }
    });
    Ok(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{models::model, nn::Scope};
    use engine::tensor::Device;

    #[test]
    fn parts_add_up_to_the_network() {
        for name in ["lenet5", "resnet50", "mobilenet_v2"] {
            let spec = model(name).unwrap();
            let parts = part_costs(&spec.network(&Scope::new(Device::Meta, 0)).unwrap(), spec.input).unwrap();
            assert_eq!(parts.iter().map(|part| part.parameters).sum::<usize>(), spec.params, "{name}");
            assert_eq!(parts.iter().map(|part| part.macs).sum::<u64>(), spec.macs, "{name}");
        }
    }
}
