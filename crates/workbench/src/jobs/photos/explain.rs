//! Attribution: the reason for a class, as colours over what the network read.
use super::{networks::Network, photo::pixels};
use crate::{
    Host,
    protocol::{
        Message,
        photos::{Answer, Guess, Method},
        vision::{Colour, Palette},
    },
};
use engine::{Error, Result, tensor::Tensor};
use nets::insight::{grad_cam, saliency};
use vision::{Photo, Plane};

/// The opacity of the map's largest number.
const OPAQUE: f32 = 225.0;

/// A question about attribution.
pub(super) struct Wish {
    pub method: Method,
    pub layer: String,
    pub class: Option<usize>,
    pub fresh: usize,
}

pub(super) async fn explained(
    network: &mut Network,
    seen: &Photo,
    wish: Wish,
    palette: &Palette,
    host: &dyn Host,
) -> Result<Message<Answer>> {
    let began = host.now();
    let image = network.image(seen)?;
    // Fresh layers change the explanation, but the class is that of the loaded network.
    network.trained()?;
    let class = match wish.class {
        Some(class) => class,
        None => network.guesses(image.clone()).await?.first().map_or(0, |guess| guess.class),
    };
    network.freshen(wish.fresh)?;
    let found = map(network, image, &wish, class).await;
    network.trained()?;
    let (guess, layer, plane) = found?;
    let greatest = plane.values.iter().fold(0.0f32, |most, value| most.max(*value));
    let over = colour(&enlarged(&plane, seen.height, seen.width), palette.positive, greatest);
    let answer = Answer::Explained {
        model: network.standing.name.clone(),
        method: wish.method,
        layer,
        fresh: wish.fresh.min(network.standing.weighted),
        guess,
        seen: [seen.height, seen.width],
        map: [plane.height, plane.width],
        greatest,
        milliseconds: (1e3 * (host.now() - began)) as f32,
    };
    Ok(Message::with(answer, vec![pixels(seen), over]))
}

async fn map(network: &Network, image: Tensor, wish: &Wish, class: usize) -> Result<(Guess, String, Plane)> {
    let guess = network.probability(image.clone(), class).await?;
    if wish.method == Method::Saliency {
        return Ok((guess, String::new(), saliency(&network.seq, image, class).await?));
    }
    let layers = &network.standing.layers;
    let layer = layers.iter().find(|layer| layer.name == wish.layer).or(layers.last());
    let name = layer.map(|layer| layer.name.clone()).ok_or_else(|| Error::data("layer", "no layer of this network is an image"))?;
    let plane = grad_cam(&network.seq, image, &name, class).await?;
    Ok((guess, name, plane))
}

/// Enlarges a map by linear interpolation between the middles of its places. Beyond the outermost middles it keeps their numbers.
fn enlarged(plane: &Plane, height: usize, width: usize) -> Plane {
    let place = |i: usize, from: usize, to: usize| {
        let at = ((i as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
        (at as usize, (at as usize + 1).min(from - 1), at.fract())
    };
    Plane::of(height, width, |row, column| {
        let (top, below, down) = place(row, plane.height, height);
        let (left, beside, right) = place(column, plane.width, width);
        let across = |row: usize| plane.at(row, left) + (plane.at(row, beside) - plane.at(row, left)) * right;
        across(top) + (across(below) - across(top)) * down
    })
}

/// A map in one colour, which is more opaque where the number is larger.
fn colour(plane: &Plane, [red, green, blue]: Colour, greatest: f32) -> Vec<u8> {
    let share = |value: &f32| (value / greatest.max(f32::MIN_POSITIVE) * OPAQUE) as u8;
    plane.values.iter().flat_map(|value| [red, green, blue, share(value)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_its_middles_and_its_order() {
        let large = enlarged(&Plane { height: 1, width: 2, values: vec![1.0, 3.0] }, 2, 8);
        assert_eq!(large.values[..8], [1.0, 1.0, 1.25, 1.75, 2.25, 2.75, 3.0, 3.0]);
        assert_eq!(colour(&large, [1, 2, 3], 3.0)[4 * 7..4 * 8], [1, 2, 3, 225]);
    }
}
