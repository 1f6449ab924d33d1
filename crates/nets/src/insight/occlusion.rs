//! Occlusion: a patch of one colour is moved over the picture, and the map shows how far the class's logit falls.
//!
//! Source: M. Zeiler and R. Fergus 2013.
use super::attribution::logits_of;
use crate::nn::{Cx, Module, Seq};
use engine::{
    Error, Result,
    autograd::Var,
    tensor::{Device, Shape, Tensor},
};
use vision::Plane;

/// The patch that covers a part of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Occluder {
    /// Its side in pixels.
    pub side: usize,
    /// The distance between neighbouring places, in pixels.
    pub stride: usize,
    /// Its colour: a number for each channel, normalised as the picture is.
    pub colour: Vec<f32>,
}

impl Occluder {
    /// The first pixels of the patch along a side of this length. The last patch reaches the edge, and may be cut off there.
    fn starts(&self, length: usize) -> impl Iterator<Item = usize> + Clone + use<> {
        let stride = self.stride.max(1);
        (0..=length.saturating_sub(self.side).div_ceil(stride)).map(move |at| at * stride)
    }
    /// The number of places of the patch on a picture of height × width.
    pub fn places(&self, height: usize, width: usize) -> usize {
        self.starts(height).count() * self.starts(width).count()
    }
}

/// An occlusion map that is found a few places at a time.
pub struct Occlusion {
    device: Device,
    shape: [usize; 3],
    picture: Vec<f32>,
    class: usize,
    occluder: Occluder,
    places: Vec<[usize; 2]>,
    /// The logit of the whole picture, once it is known.
    whole: Option<f32>,
    done: usize,
    /// For each pixel, the sum of the falls of all patches that covered it, and their number.
    sum: Vec<f32>,
    covered: Vec<f32>,
}

impl Occlusion {
    /// Prepares the map for an image, 1×H×W×C inside. Refuses a patch or a stride of 0, and a colour without a number for each channel.
    pub async fn of(image: Tensor, class: usize, occluder: Occluder) -> Result<Occlusion> {
        let [_, height, width, channels] = image.shape().axes("occlusion")?;
        if occluder.side == 0 || occluder.stride == 0 || occluder.colour.len() != channels {
            return Err(Error::data(
                "occlusion",
                format!("expected a side and a stride of at least 1 and {channels} numbers as colour, found {occluder:?}"),
            ));
        }
        let across = occluder.starts(width);
        let places = occluder.starts(height).flat_map(|row| across.clone().map(move |column| [row, column])).collect();
        let none = vec![0.0; height * width];
        Ok(Occlusion {
            device: image.device(),
            shape: [height, width, channels],
            picture: image.values().await?,
            class,
            occluder,
            places,
            whole: None,
            done: 0,
            sum: none.clone(),
            covered: none,
        })
    }
    /// The number of places.
    pub fn count(&self) -> usize {
        self.places.len()
    }
    /// The number of places that are in the map.
    pub fn done(&self) -> usize {
        self.done
    }
    /// Covers the next `batch` places, in one forward pass. The first pass also reads the whole picture.
    pub async fn advance(&mut self, network: &Seq, batch: usize) -> Result<()> {
        let [height, width, channels] = self.shape;
        let wholes = usize::from(self.whole.is_none());
        let places: Vec<[usize; 2]> = self.places[self.done..].iter().take(batch.saturating_sub(wholes).max(1)).copied().collect();
        let side = self.occluder.side;
        let mut pixels = self.picture.repeat(wholes + places.len());
        for (image, [row, column]) in pixels.chunks_exact_mut(self.picture.len()).skip(wholes).zip(&places) {
            for row in image.chunks_exact_mut(width * channels).skip(*row).take(side) {
                row.chunks_exact_mut(channels).skip(*column).take(side).for_each(|pixel| pixel.copy_from_slice(&self.occluder.colour));
            }
        }
        let images = wholes + places.len();
        let x = Tensor::new(&self.device, Shape::new([images, height, width, channels]), &pixels)?;
        let logits = logits_of(&network.forward(&Var::constant(x), &mut Cx::default())?, images, self.class)?.value().values().await?;
        let whole = *self.whole.get_or_insert(logits[0]);
        for ([row, column], logit) in places.iter().zip(&logits[wholes..]) {
            for at in
                (*row..height.min(row + side)).flat_map(|row| (*column..width.min(column + side)).map(move |column| row * width + column))
            {
                self.sum[at] += whole - logit;
                self.covered[at] += 1.0;
            }
        }
        self.done += places.len();
        Ok(())
    }
    /// The map so far: for each pixel, the mean fall of the logit over the patches that covered it. 0 where none did. A number below 0
    /// says that the class became likelier.
    pub fn map(&self) -> Result<Plane> {
        let [height, width, _] = self.shape;
        Plane::new(height, width, self.sum.iter().zip(&self.covered).map(|(sum, times)| sum / times.max(1.0)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_reach_every_edge_and_no_further_than_needed() {
        let starts = |side, stride, length| Occluder { side, stride, colour: vec![] }.starts(length).collect::<Vec<_>>();
        assert_eq!(starts(4, 4, 8), [0, 4]);
        assert_eq!(starts(4, 3, 8), [0, 3, 6]);
        assert_eq!(starts(9, 3, 8), [0]);
        assert_eq!(Occluder { side: 32, stride: 16, colour: vec![] }.places(224, 224), 169);
    }
}
