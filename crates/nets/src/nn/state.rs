//! A network's state: its parameters by name, in PyTorch's shapes, for saving and loading.
use super::Module;
use engine::{
    Error, Result,
    tensor::{Device, Tensor, read_all},
};
use std::collections::BTreeMap;

/// PyTorch's state dict: name → (PyTorch's shape, values).
pub type State = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// The number of trainable values. Running statistics are not among them.
pub fn parameter_count(network: &dyn Module) -> usize {
    network.params().iter().filter(|p| p.trains).map(|p| p.value().shape().size()).sum()
}

/// Reads every parameter of the network, with one wait.
pub async fn save(network: &dyn Module) -> Result<State> {
    let params = network.params();
    let tensors: Vec<Tensor> = params.iter().map(|p| p.value().clone()).collect();
    let values = read_all(&tensors.iter().collect::<Vec<_>>()).await?;
    let outside = |(param, (tensor, values)): (&std::rc::Rc<_>, (&Tensor, Vec<f32>))| {
        let param: &engine::autograd::Param = param;
        Ok((param.name.clone(), (param.layout.outside(tensor.shape())?, param.layout.to_outside(tensor.shape(), &values)?)))
    };
    params.iter().zip(tensors.iter().zip(values)).map(outside).collect()
}

/// Sets every parameter, or none: names, shapes and values are checked first.
pub fn load(network: &dyn Module, state: &State) -> Result<()> {
    check(network, state)?;
    for param in &network.params() {
        let (dims, values) = &state[&param.name];
        let device = param.value().device();
        param.set(Tensor::from_outside(&device, param.layout, dims, values)?)?;
    }
    Ok(())
}

/// Like [`load`], for a network without values (`Device::Meta`) and onto a device. Each entry leaves the state when it is set, so that a
/// large network is not in memory twice.
pub fn load_onto(network: &dyn Module, device: &Device, mut state: State) -> Result<()> {
    check(network, &state)?;
    for param in &network.params() {
        if let Some((dims, values)) = state.remove(&param.name) {
            param.set(Tensor::from_outside(device, param.layout, &dims, &values)?)?;
        }
    }
    Ok(())
}

/// Refuses a state that lacks a parameter of the network, has another one, another shape, or a number that is not finite.
fn check(network: &dyn Module, state: &State) -> Result<()> {
    let params = network.params();
    if let Some(unknown) = state.keys().find(|name| params.iter().all(|p| &p.name != *name)) {
        return Err(Error::weights(
            unknown,
            format!("the network has no parameter of this name; it has {}", list(params.iter().map(|p| p.name.as_str()))),
        ));
    }
    for param in &params {
        let expected = param.layout.outside(param.value().shape())?;
        let Some((found, values)) = state.get(&param.name) else {
            return Err(Error::weights(&param.name, format!("missing; the file has {}", list(state.keys().map(String::as_str)))));
        };
        if found != &expected {
            return Err(Error::weights(&param.name, format!("expected shape {expected:?}, found {found:?}")));
        }
        if let Some(bad) = values.iter().find(|v| !v.is_finite()) {
            return Err(Error::weights(&param.name, format!("expected finite numbers, found {bad}")));
        }
    }
    Ok(())
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(6).copied().collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        "none".into()
    } else if names.len() > 6 {
        format!("{shown} and {} more", names.len() - 6)
    } else {
        shown
    }
}
