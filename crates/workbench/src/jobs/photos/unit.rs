//! One unit of a network: its receptive field, and its gradient with respect to the input.
use super::{networks::Network, photo::pixels};
use crate::{
    Host,
    protocol::{
        Message,
        photos::{Answer, usual_layer},
    },
};
use engine::{Error, Result};
use nets::insight::{Sensitivity, Unit, unit_field, unit_gradient};
use vision::Photo;

/// A question about a unit.
pub(super) struct Wish {
    pub layer: String,
    pub place: [f32; 2],
    pub channel: Option<usize>,
    pub noise: Option<u32>,
    pub fresh: bool,
}

pub(super) async fn asked(network: &mut Network, photo: &Photo, wish: Wish, host: &dyn Host) -> Result<Message<Answer>> {
    let began = host.now();
    let layers = &network.standing.layers;
    let layer = layers.iter().find(|layer| layer.name == wish.layer).or(usual_layer(layers)).cloned();
    let layer = layer.ok_or_else(|| Error::data("layer", "no layer of this network is an image"))?;
    let [channels, height, width] = layer.dims[..] else {
        return Err(Error::data("layer", format!("expected channels, height and width, found {:?}", layer.dims)));
    };
    if let Some(channel) = wish.channel.filter(|channel| *channel >= channels) {
        return Err(Error::data("channel", format!("expected one below {channels}, found {channel}")));
    }
    let at = |share: f32, length: usize| ((share.clamp(0.0, 1.0) * length as f32) as usize).min(length - 1);
    let unit = Unit { layer: &layer.name, place: [at(wish.place[0], height), at(wish.place[1], width)], channel: wish.channel };
    let field = unit_field(&network.spec, unit)?;
    let image = match wish.noise {
        Some(seed) => network.noise(photo, seed)?,
        None => network.image(photo)?,
    };
    network.freshen(if wish.fresh { network.standing.weighted } else { 0 })?;
    let found = unit_gradient(&network.seq, image, unit).await;
    network.trained()?;
    let Sensitivity { place, channel, value, gradient } = found?;
    let answer = Answer::Unit {
        model: network.standing.name.clone(),
        layers: network.standing.layers.clone(),
        drawn: network.is_drawn() || wish.fresh,
        layer: layer.name.clone(),
        dims: layer.dims.clone(),
        place,
        channel,
        value,
        field,
        seen: [photo.height, photo.width],
        milliseconds: (1e3 * (host.now() - began)) as f32,
    };
    let bytes = gradient.values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Ok(Message::with(answer, vec![pixels(photo), bytes]))
}
