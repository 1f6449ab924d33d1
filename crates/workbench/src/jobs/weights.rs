//! Saving a run's parameters as safetensors, and loading them from a weight file of any kind.
use super::train::Run;
use crate::protocol::{Event, Message};
use engine::{Error, Result, tensor::Tensor};
use nets::{
    data::{Precision, read_weights, write_safetensors},
    nn::{self, Module},
};

pub(super) async fn save(run: &Run) -> Result<Message<Event>> {
    let learner = run.classifier();
    let state = nn::save(&learner.trainer.network).await?;
    let bytes = write_safetensors(&state, Precision::Single, &[("model", learner.spec.name.into()), ("step", run.at().to_string())])?;
    Ok(Message::with(Event::Saved { name: format!("{}.safetensors", learner.spec.name), step: run.at() }, vec![bytes]))
}

/// All that the network needs, or nothing: a file that lacks a layer, or has another's shape, leaves the network as it was.
pub(super) async fn load(run: &mut Run, name: &str, bytes: &[u8]) -> Result<Message<Event>> {
    let (parameters, told) = run.replace(name, read_weights(name, bytes)?).await?;
    Ok(Message::new(Event::Loaded { name: name.into(), parameters, told }))
}

/// Sets one value of one parameter.
pub(super) async fn edit(run: &mut Run, name: String, index: usize, value: f32) -> Result<Message<Event>> {
    let params = run.classifier().trainer.network.params();
    let Some(param) = params.iter().find(|param| param.name == name) else {
        return Err(Error::weights(&name, "the network has no parameter of this name"));
    };
    let tensor = param.value().clone();
    let mut values = param.layout.to_outside(tensor.shape(), &tensor.values().await?)?;
    let count = values.len();
    let place = values.get_mut(index).ok_or_else(|| Error::weights(&name, format!("expected a place below {count}, found {index}")))?;
    if !value.is_finite() {
        return Err(Error::weights(&name, format!("expected a finite number, found {value}")));
    }
    let before = std::mem::replace(place, value);
    param.set(Tensor::from_outside(&tensor.device(), param.layout, &param.layout.outside(tensor.shape())?, &values)?)?;
    run.take_copy().await?;
    Ok(Message::new(Event::Edited { name, index, before, after: value }))
}
