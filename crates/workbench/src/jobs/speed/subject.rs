//! The subject of a measurement: a convolution, a network or a training step. It is built once and run many times.
use crate::protocol::speed::Work;
use engine::{
    Result,
    autograd::{Op, Tape, Var, run},
    ops::{Conv2d, DirectConv2d, PreparedConv2d, Window},
    tensor::{Data, Device, Layout, Shape, Tensor},
};
use nets::{
    models::{macs as forward_macs, model},
    nn::{Cx, Module, Norm, Scope, Seq},
    train::{Optimiser, Rule, Trainer},
};
use rand::RngExt;
use rand_pcg::Pcg32;

/// The seed of all weights and images.
const SEED: u64 = 1;
/// The learning rate of a training step. It does not affect the time.
const RATE: f32 = 0.01;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// The engine's usual way.
    Chosen,
    /// The simplest implementation.
    Naive,
}

pub(super) enum Subject {
    /// Image, weights and bias; and the weights prepared once, as a network keeps them from run to run. The peers do the same.
    Convolution(Conv2d, [Tensor; 3], PreparedConv2d),
    Forward(Seq, Var),
    /// The shape of the batch, its values and its classes. A step uploads them, as training does.
    TrainingStep(Trainer, [usize; 4], Vec<f32>, Vec<f32>),
}

/// Random values between −1 and 1, times a scale.
fn noise(count: usize, stream: u64, scale: f32) -> Vec<f32> {
    let mut random = Pcg32::new(SEED, stream);
    (0..count).map(|_| scale * (2.0 * random.random::<f32>() - 1.0)).collect()
}

fn convolution(kernel: usize, stride: usize, groups: usize) -> Conv2d {
    Conv2d { window: Window::square(kernel).stride(stride).padding((kernel - 1) / 2), groups }
}

impl Subject {
    pub(super) fn new(work: &Work, device: &Device) -> Result<Subject> {
        match *work {
            Work::Convolution { channels: [ci, co], kernel, stride, groups, side } => {
                let tensor =
                    |stream, dims: &[usize], scale| Tensor::new(device, Shape::new(dims), &noise(dims.iter().product(), stream, scale));
                let inputs =
                    [tensor(1, &[1, side, side, ci], 1.0)?, tensor(2, &[kernel, kernel, ci / groups, co], 0.1)?, tensor(3, &[co], 0.1)?];
                let conv = convolution(kernel, stride, groups);
                let prepared = PreparedConv2d::new(conv, &inputs[1], &inputs[2])?;
                Ok(Subject::Convolution(conv, inputs, prepared))
            }
            Work::Forward(name) => {
                let spec = model(name)?;
                let [channels, height, width] = spec.input;
                let dims = [1, channels, height, width];
                let image = Tensor::from_outside(device, Layout::Image, &dims, &noise(dims.iter().product(), 1, 1.0))?;
                Ok(Subject::Forward(spec.network(&Scope::new(device.clone(), SEED))?, Var::constant(image)))
            }
            Work::TrainingStep { model: name, batch } => {
                let spec = model(name)?;
                let [channels, height, width] = spec.input;
                let dims = [batch, channels, height, width];
                let trainer = Trainer {
                    network: spec.network(&Scope::new(device.clone(), SEED))?,
                    optimiser: Optimiser::new(Rule::sgd(0.0), RATE),
                    device: device.clone(),
                    dropout: None,
                };
                let labels = (0..batch).map(|i| (i % spec.classes) as f32).collect();
                Ok(Subject::TrainingStep(trainer, dims, noise(dims.iter().product(), 1, 1.0), labels))
            }
        }
    }
    /// The name of the way in which the engine computes it on this device.
    pub(super) fn way(&self, device: &Device) -> Result<&'static str> {
        match self {
            Subject::Convolution(conv, inputs, _) => conv.rung(&inputs.each_ref().map(Tensor::shape), device),
            Subject::Forward(..) => Ok("layers fused"),
            Subject::TrainingStep(..) => Ok("layer by layer"),
        }
    }
    /// The name of the simplest implementation, if it is another one.
    pub(super) fn naive_way(&self) -> Option<&'static str> {
        match self {
            Subject::Convolution(..) => Some("one output at a time"),
            Subject::Forward(..) => Some("layer by layer"),
            Subject::TrainingStep(..) => None,
        }
    }
    /// Runs the subject `count` times and waits for the last result. The answers of a network or a step are read each time, as a user would.
    pub(super) async fn run(&mut self, way: Way, count: usize) -> Result<()> {
        match self {
            Subject::Convolution(conv, inputs, prepared) => {
                let mut y = None;
                for _ in 0..count {
                    y = Some(match way {
                        Way::Chosen => prepared.run(&inputs[0], None, None)?,
                        Way::Naive => run(&DirectConv2d(*conv), &inputs.each_ref())?,
                    });
                }
                match y {
                    Some(y) => arrive(&y).await,
                    None => Ok(()),
                }
            }
            Subject::Forward(network, image) => {
                for _ in 0..count {
                    forward(network, image, way)?.value().values().await?;
                }
                Ok(())
            }
            Subject::TrainingStep(trainer, dims, images, labels) => {
                for _ in 0..count {
                    trainer.step(&dims[..], images, labels)?.loss.values().await?;
                }
                Ok(())
            }
        }
    }
}

/// Runs a network as everybody does: with running statistics, and without a tape.
fn forward(network: &Seq, image: &Var, way: Way) -> Result<Var> {
    network.forward(image, &mut Cx { unfused: way == Way::Naive, ..Cx::default() })
}

/// Waits until a result has been computed, and reads only its first value. The peers' single operations are measured in the same way.
async fn arrive(y: &Tensor) -> Result<()> {
    match y.data() {
        Data::Gpu(gpu, buffer) => gpu.read(&[(buffer, 4)]).await.map(drop),
        Data::Cpu(_) | Data::Meta => Ok(()),
    }
}

/// The multiply-adds of one run, by a dry run.
pub(super) fn macs(work: &Work) -> Result<u64> {
    match *work {
        Work::Convolution { channels: [ci, co], kernel, stride, groups, side } => {
            let conv = convolution(kernel, stride, groups);
            let (x, w) = (Shape::new([1, side, side, ci]), Shape::new([kernel, kernel, ci / groups, co]));
            Ok(conv.macs(&[&x, &w], &conv.shape(&[&x, &w])?))
        }
        Work::Forward(name) => forward_macs(model(name)?),
        Work::TrainingStep { model: name, batch } => step_macs(name, batch),
    }
}

/// The multiply-adds of a training step. The backward pass costs each layer two more forward passes, one for its weights and one for its
/// input; the first layer needs no gradient of its input.
fn step_macs(name: &str, batch: usize) -> Result<u64> {
    let spec = model(name)?;
    let network = spec.network(&Scope::new(Device::Meta, SEED))?;
    let [channels, height, width] = spec.input;
    let tape = Tape::default();
    let images = tape.constant(Tensor::from_outside(&Device::Meta, Layout::Image, &[batch, channels, height, width], &[])?);
    network.forward(&images, &mut Cx { norm: Norm::Batch, ..Cx::default() })?;
    let layers = tape.read(|entries| {
        let cost = entries.iter().filter_map(|e| {
            let shapes: Vec<&Shape> = e.x.iter().map(Tensor::shape).collect();
            Some(e.op.as_ref()?.macs(&shapes, e.y.shape())).filter(|macs| *macs > 0)
        });
        cost.collect::<Vec<u64>>()
    });
    Ok(3 * layers.iter().sum::<u64>() - layers.first().copied().unwrap_or(0))
}
