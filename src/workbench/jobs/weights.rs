//! Saving a run's parameters as safetensors, and loading them from any kind of weight file.
use super::train::Run;
use crate::{
    error::Result,
    nets::{
        data::{Precision, read_weights, write_safetensors},
        nn,
    },
    workbench::protocol::{Event, Message},
};

pub async fn save(run: &Run) -> Result<Message<Event>> {
    let state = nn::save(&run.trainer.network).await?;
    let bytes = write_safetensors(&state, Precision::Single, &[("model", run.spec.name.into()), ("step", run.step.to_string())])?;
    Ok(Message::with(Event::Saved { name: format!("{}.safetensors", run.spec.name), step: run.step }, vec![bytes]))
}

/// All of the file or nothing: a name or a shape that does not fit leaves the network as it was.
pub async fn load(run: &mut Run, name: &str, bytes: &[u8]) -> Result<Message<Event>> {
    let state = read_weights(name, bytes)?;
    let parameters = run.replace(name, &state).await?;
    Ok(Message::new(Event::Loaded { name: name.into(), parameters }))
}
