//! Every named activation of one forward pass, and the gradient of the loss with respect to it.
use crate::nn::{Cx, Module, Probe, Seq};
use engine::{
    Result,
    autograd::{Tape, Var},
    tensor::{Layout, Shape, Tensor, read_all},
};

/// One layer's activation and gradient, without the batch axis. Images are C, H, W.
pub struct Layer {
    /// The layer's dotted name, such as `layer1.0.conv1`.
    pub path: String,
    /// The layer's own description: [`Module::describe`].
    pub description: String,
    /// The shape of the activation: C, H, W for an image, otherwise as the layer gives it.
    pub dims: Vec<usize>,
    /// The layer's output, in the order of `dims`.
    pub activation: Vec<f32>,
    /// ∂ loss / ∂ activation, of the same shape. It is 0 where the loss does not depend on the activation.
    pub gradient: Vec<f32>,
}

/// Everything that a network computed for one image.
pub struct Inspection {
    /// The softmax of the logits, one number for each class.
    pub probabilities: Vec<f32>,
    /// The layers, in the order of the forward pass.
    pub layers: Vec<Layer>,
}

/// Inspects one image (1×H×W×C inside). The loss is the cross-entropy of class `label`; None stands for the predicted class. Also returns the class.
pub async fn inspect(network: &Seq, image: Tensor, label: Option<usize>) -> Result<(usize, Inspection)> {
    let device = image.device();
    let tape = Tape::default();
    let mut probe = Probe::new();
    let logits = network.forward(&tape.input(image), &mut Cx { probe: Some(&mut probe), ..Cx::default() })?;
    let probabilities = Var::constant(logits.value().clone()).softmax(1)?.value().values().await?;
    let verdict = (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b])).unwrap_or(0);
    let label = label.unwrap_or(verdict);
    let target = Var::constant(Tensor::new(&device, Shape::new([1]), &[label as f32])?);
    let loss = logits.cross_entropy(&target)?;
    let kept: Vec<&Var> = probe.iter().map(|p| &p.value).collect();
    let gradients = tape.backward(&loss, &kept)?;
    let zero = |v: &Var| Tensor::full(&device, v.shape().clone(), 0.0);
    let found = kept.iter().zip(gradients.kept()).map(|(v, g)| g.clone().map_or_else(|| zero(v), Ok)).collect::<Result<Vec<_>>>()?;
    let all: Vec<&Tensor> = kept.iter().map(|v| v.value()).chain(&found).collect();
    let mut values = read_all(&all).await?.into_iter();
    let activations: Vec<Vec<f32>> = values.by_ref().take(kept.len()).collect();
    let layers = probe
        .iter()
        .zip(activations.into_iter().zip(values))
        .map(|(p, (activation, gradient))| {
            let shape = p.value.shape();
            let layout = if shape.rank() == 4 { Layout::Image } else { Layout::Plain };
            Ok(Layer {
                path: p.path.clone(),
                description: p.description.clone(),
                dims: layout.outside(shape)?[1..].to_vec(),
                activation: layout.to_outside(shape, &activation)?,
                gradient: layout.to_outside(shape, &gradient)?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok((label, Inspection { probabilities, layers }))
}
