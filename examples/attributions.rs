//! How long attributions take on EfficientNet-Lite0 on the CPU, and whether several pictures in one pass are faster than one after another.
//!
//! `cargo run --release --no-default-features --features weights --example attributions`
use pollster::block_on;
use receptive::{
    engine::{
        autograd::ReluRule,
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
    nets::{
        insight::{MeanGradient, Occluder, Occlusion, Points, grad_cam, image_layers},
        models::model,
        nn::Scope,
    },
};
use std::time::Instant;

const CLASS: usize = 967;
const SIDE: usize = 224;

fn timed(what: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
    let began = Instant::now();
    act()?;
    println!("{what}: {:.2} s", began.elapsed().as_secs_f64());
    Ok(())
}

fn main() -> Result<()> {
    let spec = model("tf_efficientnet_lite0")?;
    let network = spec.network(&Scope::new(Device::Cpu, 5))?;
    let pixels: Vec<f32> = (0..SIDE * SIDE * 3).map(|i| ((i * 7919) % 1013) as f32 / 506.5 - 1.0).collect();
    let image = || Tensor::new(&Device::Cpu, Shape::new([1, SIDE, SIDE, 3]), &pixels);
    let layer = image_layers(spec)?.pop().map(|layer| layer.0).unwrap_or_default();
    // The first run acquires the memory.
    for _ in 0..2 {
        timed("Grad-CAM", || block_on(grad_cam(&network, image()?, &layer, CLASS)).map(drop))?;
    }
    for batch in [1, 2, 4, 8] {
        timed(&format!("32 integrated gradients, {batch} at once"), || {
            let points = Points::Path { steps: 32, baseline: vec![-1.0; 3] };
            let mut found = block_on(MeanGradient::of(image()?, CLASS, ReluRule::Gradient, points))?;
            while found.done() < found.count() {
                block_on(found.advance(&network, batch))?;
            }
            Ok(())
        })?;
        timed(&format!("169 occlusions, {batch} at once"), || {
            let occluder = Occluder { side: 32, stride: 16, colour: vec![0.0; 3] };
            let mut found = block_on(Occlusion::of(image()?, CLASS, occluder))?;
            while found.done() < found.count() {
                block_on(found.advance(&network, batch))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
