//! Inspecting a run's network: activations and gradients for one picture, its classification, and the kernels.
use super::train::Run;
use crate::protocol::{Array, Event, Message, Picture};
use engine::{
    Error, Result,
    autograd::Var,
    tensor::{Layout, Tensor, read_all},
};
use nets::{
    data::{Mnist, SIDE, normalise},
    insight,
    nn::{Cx, Module},
};

fn bytes(values: &[f32]) -> Vec<u8> {
    bytemuck::cast_slice(values).to_vec()
}

/// The 784 values of ink in a buffer, from 0 to 1. Refuses another number of values, and values that are not ink.
fn drawn_ink(buffer: &[u8]) -> Result<Vec<f32>> {
    let expected = SIDE * SIDE;
    if buffer.len() != 4 * expected {
        return Err(Error::data("drawing", format!("expected {expected} numbers, found {} bytes", buffer.len())));
    }
    let ink: Vec<f32> = bytemuck::pod_collect_to_vec(buffer);
    match ink.iter().find(|v| !(0.0..=1.0).contains(*v)) {
        Some(bad) => Err(Error::data("drawing", format!("expected ink from 0 to 1, found {bad}"))),
        None => Ok(ink),
    }
}

fn image(run: &Run, ink: &[f32]) -> Result<Tensor> {
    let values: Vec<f32> = ink.iter().map(|v| normalise(*v)).collect();
    Tensor::from_outside(&run.classifier().trainer.device, Layout::Image, &[1, 1, SIDE, SIDE], &values)
}

pub(super) async fn inspect(
    run: &Run,
    data: &Mnist,
    picture: Picture,
    label: Option<usize>,
    drawn: Option<Vec<u8>>,
) -> Result<Message<Event>> {
    let (ink, own_label) = match picture {
        Picture::Drawn => (drawn_ink(&drawn.unwrap_or_default())?, None),
        Picture::Test(index) | Picture::Train(index) => {
            let half = if matches!(picture, Picture::Test(_)) { &data.test } else { &data.train };
            let ink =
                half.ink(index).ok_or_else(|| Error::data("MNIST", format!("expected a digit below {}, found {index}", half.len())))?;
            (ink, half.label(index))
        }
    };
    let classes = run.classifier().spec.classes;
    if let Some(class) = label.filter(|l| *l >= classes) {
        return Err(Error::data("label", format!("expected a class below {classes}, found {class}")));
    }
    let (label, found) = insight::inspect(&run.classifier().trainer.network, image(run, &ink)?, label.or(own_label)).await?;
    let mut buffers = vec![bytes(&ink)];
    for layer in &found.layers {
        buffers.extend([bytes(&layer.activation), bytes(&layer.gradient)]);
    }
    let layers = found.layers.into_iter().map(|l| Array { name: l.path, description: l.description, dims: l.dims }).collect();
    Ok(Message::with(Event::Inspected { step: run.at(), picture, label, own_label, probabilities: found.probabilities, layers }, buffers))
}

pub(super) async fn classify(run: &Run, drawn: &[u8]) -> Result<Message<Event>> {
    let image = Var::constant(image(run, &drawn_ink(drawn)?)?);
    let logits = run.classifier().trainer.network.forward(&image, &mut Cx::default())?;
    let probabilities = logits.softmax(1)?.value().values().await?;
    Ok(Message::new(Event::Classified { step: run.at(), probabilities }))
}

pub(super) async fn filters(run: &Run) -> Result<Message<Event>> {
    let params: Vec<_> = run.classifier().trainer.network.params().into_iter().filter(|p| p.layout == Layout::Kernel).collect();
    let tensors: Vec<Tensor> = params.iter().map(|p| p.value().clone()).collect();
    let values = read_all(&tensors.iter().collect::<Vec<_>>()).await?;
    let mut kernels = vec![];
    let mut buffers = vec![];
    for (param, (tensor, values)) in params.iter().zip(tensors.iter().zip(values)) {
        let dims = param.layout.outside(tensor.shape())?;
        kernels.push(Array {
            name: param.name.clone(),
            description: format!("{} kernels of {}×{}×{}", dims[0], dims[1], dims[2], dims[3]),
            dims,
        });
        buffers.push(bytes(&param.layout.to_outside(tensor.shape(), &values)?));
    }
    Ok(Message::with(Event::Filters { step: run.at(), kernels }, buffers))
}
