//! A network opened: its graph, its times, one layer on the photo, and one number of a layer down to its products.
use super::networks::Network;
use crate::{
    Host,
    protocol::{
        Array, DeviceChoice, Message,
        inspect::{Look, Seen},
    },
};
use engine::{Error, Result, tensor::Tensor};
use nets::{
    insight::{NodeValues, graph, node_cell, node_times, node_values},
    models::ModelSpec,
};

fn bytes(values: &[f32]) -> Vec<u8> {
    bytemuck::cast_slice(values).to_vec()
}

/// The graph of a network.
pub(super) fn nodes(spec: &ModelSpec) -> Result<Message<Seen>> {
    Ok(Message::new(Seen::Graph(graph(spec)?)))
}

/// A look at a network that reads this image.
pub(super) async fn looked(network: &mut Network, image: Tensor, look: Look, host: &dyn Host) -> Result<Message<Seen>> {
    network.trained()?;
    match look {
        Look::Graph => nodes(&network.spec),
        Look::Times => {
            let seconds = node_times(&network.seq, image, &|| host.now()).await?;
            let device = match network.standing.device {
                DeviceChoice::Cpu => "CPU",
                DeviceChoice::Gpu => "GPU",
            };
            let milliseconds = seconds.iter().map(|seconds| (1e3 * seconds) as f32).collect();
            Ok(Message::new(Seen::Times { device: device.into(), milliseconds }))
        }
        Look::Layer { node, class } => {
            let NodeValues { description, dims, values, weight, logit } = node_values(&network.seq, image, &node, class).await?;
            if let Some(logit) = logit.filter(|logit| !logit.is_finite()) {
                return Err(Error::data("gradient", format!("expected a finite logit, found {logit}")));
            }
            let (weight, numbers) = match weight {
                Some((dims, numbers)) => (Some(Array { name: format!("{node}.weight"), description: description.clone(), dims }), numbers),
                None => (None, vec![]),
            };
            let output = Array { name: node, description, dims };
            let seen = Seen::Layer { output, weight, logit: class.zip(logit), drawn: network.is_drawn() };
            Ok(Message::with(seen, vec![bytes(&values), bytes(&numbers)]))
        }
        Look::Cell { node, channel, place } => {
            let (cell, lists) = node_cell(&network.seq, image, &node, channel, place).await?;
            Ok(Message::with(Seen::Cell(Box::new(cell)), lists.iter().map(|list| bytes(list)).collect()))
        }
    }
}
