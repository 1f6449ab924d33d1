//! Attribution by Grad-CAM, the logit that every attribution is about, and the randomised upper layers that test it.
//!
//! Sources: R. Selvaraju et al. 2017 (Grad-CAM); J. Adebayo et al. 2018 (randomised upper layers).
use super::dry_run::dry_run;
use crate::{
    models::ModelSpec,
    nn::{Cx, Module, Probe, Scope, Seq},
};
use engine::{
    Error, Result,
    autograd::{Param, Tape, Var},
    ops::{Along, Slice},
    tensor::{Device, Shape, Tensor, read_all},
};
use std::rc::Rc;
use vision::Plane;

/// The logits of one class for several images, N×1. The logits of an image may have any axes.
pub(super) fn logits_of(logits: &Var, images: usize, class: usize) -> Result<Var> {
    let classes = logits.shape().size() / images.max(1);
    if class >= classes {
        return Err(Error::shape("attribution", format!("expected a class below {classes}, found {class}")));
    }
    let rows = logits.reshape(Shape::new([images, classes]))?;
    Var::apply(Slice { axes: vec![Along::whole(images), Along::from(class as isize, 1)], fill: 0.0 }, &[&rows])
}

/// Grad-CAM: max(0, Σ_c α_c A_c) for the activation A of a layer. α_c is the mean of ∂ logit / ∂ A_c over all places.
pub async fn grad_cam(network: &Seq, image: Tensor, layer: &str, class: usize) -> Result<Plane> {
    let tape = Tape::frozen();
    let mut probe = Probe::new();
    let logits = network.forward(&tape.input(image), &mut Cx { probe: Some(&mut probe), ..Cx::default() })?;
    let Some(at) = probe.into_iter().find(|seen| seen.path == layer) else {
        return Err(Error::data("layer", format!("the network has none called {layer:?}")));
    };
    let [_, height, width, channels] = at.value.shape().axes("grad_cam")?;
    let score = logits_of(&logits, 1, class)?;
    let Some(gradient) = tape.backward(&score, &[&at.value])?.kept()[0].clone() else {
        return Plane::new(height, width, vec![0.0; height * width]);
    };
    let mut values = read_all(&[at.value.value(), &gradient]).await?.into_iter();
    let (activation, gradient) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
    let mut alpha = vec![0.0; channels];
    for pixel in gradient.chunks_exact(channels) {
        alpha.iter_mut().zip(pixel).for_each(|(sum, g)| *sum += g / (height * width) as f32);
    }
    let weighed = |pixel: &[f32]| pixel.iter().zip(&alpha).map(|(a, w)| a * w).sum::<f32>().max(0.0);
    Plane::new(height, width, activation.chunks_exact(channels).map(weighed).collect())
}

/// The layers that Grad-CAM can show: path, description, C, H, W. Their activations are images of more than one place. Found by a dry run.
pub fn image_layers(spec: &ModelSpec) -> Result<Vec<(String, String, Vec<usize>)>> {
    let mut found = vec![];
    for seen in dry_run(spec)?.seen {
        if let &[_, height, width, channels] = seen.value.shape().dims()
            && height * width > 1
        {
            found.push((seen.path, seen.description, vec![channels, height, width]));
        }
    }
    Ok(found)
}

/// The layers with parameters, in the order of the forward pass. A layer is the list of parameters that share a path.
fn layers_of(network: &Seq) -> Vec<Vec<Rc<Param>>> {
    let path = |param: &Param| param.name.rsplit_once('.').map_or(String::new(), |(path, _)| path.to_string());
    let mut layers: Vec<Vec<Rc<Param>>> = vec![];
    for param in network.params() {
        match layers.last_mut().filter(|layer| path(&layer[0]) == path(&param)) {
            Some(layer) => layer.push(param),
            None => layers.push(vec![param]),
        }
    }
    layers
}

/// A network's loaded weights. Its upper layers can be replaced by fresh ones, and restored.
pub struct LoadedWeights {
    layers: Vec<Vec<(Rc<Param>, Tensor)>>,
    fresh: usize,
}

/// The seed of the fresh layers.
const SEED: u64 = 7;

impl LoadedWeights {
    /// Keeps every parameter's present tensor. The tensors are shared, not copied.
    pub fn of(network: &Seq) -> LoadedWeights {
        let keep = |param: Rc<Param>| {
            let value = param.value().clone();
            (param, value)
        };
        LoadedWeights { layers: layers_of(network).into_iter().map(|layer| layer.into_iter().map(keep).collect()).collect(), fresh: 0 }
    }
    /// The number of layers that have parameters.
    pub fn count(&self) -> usize {
        self.layers.len()
    }
    /// Gives the upper `fresh` layers new random weights, and the other layers their loaded weights.
    pub fn freshen(&mut self, spec: &ModelSpec, device: &Device, fresh: usize) -> Result<()> {
        let fresh = fresh.min(self.count());
        if fresh == self.fresh {
            return Ok(());
        }
        let kept = self.count() - fresh;
        let untrained = layers_of(&spec.network(&Scope::new(device.clone(), SEED))?);
        for (at, (layer, untrained)) in self.layers.iter().zip(untrained).enumerate() {
            for ((param, learned), untrained) in layer.iter().zip(untrained) {
                param.set(if at < kept { learned.clone() } else { untrained.value().clone() })?;
            }
        }
        self.fresh = fresh;
        Ok(())
    }
}
