//! The features of a picture: what the classifier of a network reads, and how alike two pictures are by them.
use crate::nn::{Cx, Module, Seq};
use engine::{
    Error, Result,
    autograd::Tape,
    tensor::{Shape, Tensor},
};

/// The input of the network's last layer with weights, for an image, 1×H×W×C inside. Where that layer reads an image, each feature is the
/// mean of a channel over all places. Source of the use: A. Babenko et al. 2014 (neural codes).
pub async fn features(network: &Seq, image: Tensor) -> Result<Vec<f32>> {
    let tape = Tape::frozen();
    network.forward(&tape.input(image), &mut Cx::default())?;
    let read = tape.read(|lines| {
        let has_weights =
            |x: &[Tensor], op: &dyn engine::autograd::Op, y: &Shape| op.macs(&x.iter().map(Tensor::shape).collect::<Vec<_>>(), y) > 0;
        lines
            .iter()
            .rev()
            .find(|line| line.op.as_ref().is_some_and(|op| has_weights(&line.x, op.as_ref(), line.y.shape())))
            .map(|line| line.x[0].clone())
    });
    let read = read.ok_or_else(|| Error::data("features", "the network has no layer with weights"))?;
    let values = read.values().await?;
    let &[_, height, width, channels] = read.shape().dims() else { return Ok(values) };
    let mut means = vec![0.0; channels];
    for pixel in values.chunks_exact(channels) {
        means.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value / (height * width) as f32);
    }
    Ok(means)
}

/// Cosine similarity: a · b / (|a| |b|), from −1 to 1. 0 if one of them is 0, or if their lengths differ.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let size = (dot(a, a) * dot(b, b)).sqrt();
    if a.len() == b.len() && size > 0.0 { (dot(a, b) / size) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{models::model, nn::Scope};
    use engine::tensor::{Device, Layout};

    #[test]
    fn the_classifier_reads_as_many_features_as_the_paper_says() {
        for (name, count) in [("lenet5", 84), ("squeezenet1_1", 512), ("resnet_cifar20", 64), ("mobilenet_v2", 1280)] {
            let spec = model(name).unwrap();
            let network = spec.network(&Scope::new(Device::Cpu, 1)).unwrap();
            let [channels, height, width] = spec.input;
            let image =
                Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, channels, height, width], &vec![0.5; channels * height * width]);
            assert_eq!(pollster::block_on(features(&network, image.unwrap())).unwrap().len(), count, "{name}");
        }
    }

    #[test]
    fn likeness_is_of_the_direction_alone() {
        assert_eq!(cosine(&[1.0, 2.0], &[2.0, 4.0]), 1.0);
        assert_eq!(
            [cosine(&[1.0, 0.0], &[0.0, 3.0]), cosine(&[1.0], &[-2.0]), cosine(&[0.0], &[1.0]), cosine(&[1.0], &[1.0, 0.0])],
            [0.0, -1.0, 0.0, 0.0]
        );
    }
}
