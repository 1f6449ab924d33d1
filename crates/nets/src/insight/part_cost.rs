//! What each named part of a network makes of one picture, and what it costs: shapes, parameters and multiply-adds, by a dry run.
use super::dry_run::dry_run_of;
use crate::nn::{Module, Seq};
use engine::Result;

/// One child of a network, in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PartCost {
    /// `conv1`, `layer1` …: the network's own children, in their order.
    pub name: String,
    /// What it makes, N×H×W×C or N×C.
    pub dims: Vec<usize>,
    /// Numbers that training moves.
    pub parameters: usize,
    /// Multiply-adds, from the end of the part before to the end of this one.
    pub macs: u64,
}

/// Of a network on Meta, which reads channels × height × width.
pub fn part_costs(network: &Seq, input: [usize; 3]) -> Result<Vec<PartCost>> {
    let run = dry_run_of(network, input)?;
    let params = network.params();
    let mut before = 0;
    let parts = run.seen.iter().filter(|seen| !seen.path.contains('.')).map(|seen| {
        let own = params.iter().filter(|p| p.trains && p.name.split('.').next() == Some(&seen.path));
        let until = run.tape.macs_until(&seen.value);
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
