//! Attribution is compared with small changes of the pixels, and with layers that are randomised and restored.
use pollster::block_on;
use receptive::{
    engine::{
        autograd::Var,
        tensor::{Device, Shape, Tensor},
    },
    nets::{
        insight::{LoadedWeights, grad_cam, image_layers, saliency},
        models::{ModelSpec, model},
        nn::{Cx, Module, Scope, Seq},
    },
    vision::Plane,
};

const CLASS: usize = 3;

fn network() -> (&'static ModelSpec, Seq) {
    let spec = model("resnet_cifar20").expect("in the zoo");
    (spec, spec.network(&Scope::new(Device::Cpu, 5)).expect("a network"))
}

/// Pixels of a smooth pattern: height, width, channels.
fn pixels() -> Vec<f32> {
    (0..32 * 32 * 3).map(|i| ((i / 3 % 32) as f32 * 0.3 + (i / 96) as f32 * 0.2 + (i % 3) as f32).sin()).collect()
}

fn image(pixels: &[f32]) -> Tensor {
    Tensor::new(&Device::Cpu, Shape::new([1, 32, 32, 3]), pixels).expect("an image")
}

fn logit(network: &Seq, pixels: &[f32]) -> f64 {
    let logits = network.forward(&Var::constant(image(pixels)), &mut Cx::default()).expect("logits");
    f64::from(block_on(logits.value().values()).expect("values")[CLASS])
}

fn strongest(plane: &Plane) -> usize {
    (0..plane.values.len()).max_by(|a, b| plane.values[*a].total_cmp(&plane.values[*b])).expect("places")
}

#[test]
fn saliency_is_what_small_changes_do() {
    let (_, network) = network();
    let map = block_on(saliency(&network, image(&pixels()), CLASS)).expect("a map");
    assert_eq!((map.height, map.width), (32, 32));
    for place in [strongest(&map), 17 * 32 + 9] {
        let slope = |channel: usize| {
            let step = 2e-3;
            let moved = |by: f32| {
                let mut moved = pixels();
                moved[3 * place + channel] += by;
                logit(&network, &moved)
            };
            ((moved(step) - moved(-step)) / f64::from(2.0 * step)).abs()
        };
        let (found, expected) = (f64::from(map.values[place]), (0..3).map(slope).fold(0.0, f64::max));
        assert!((found - expected).abs() < 0.05 * expected + 1e-3, "place {place}: {found} by the chain rule, {expected} by small changes");
    }
}

#[test]
fn grad_cam_sees_every_image_layer_and_no_other() {
    let (spec, network) = network();
    let layers = image_layers(spec).expect("layers");
    assert!(layers.len() > 9, "{layers:?}");
    let mut sizes = vec![];
    for (path, _, dims) in &layers {
        let map = block_on(grad_cam(&network, image(&pixels()), path, CLASS)).expect("a map");
        assert_eq!([map.height, map.width], dims[1..], "{path}");
        assert!(map.values.iter().all(|value| *value >= 0.0), "{path}");
        sizes.push(map.height);
    }
    assert!(sizes.contains(&32) && sizes.contains(&8), "{sizes:?}");
    let wrong = block_on(grad_cam(&network, image(&pixels()), "layer9", CLASS)).expect_err("no such layer");
    assert!(wrong.to_string().contains("layer9"), "{wrong}");
    let wrong = block_on(saliency(&network, image(&pixels()), 10)).expect_err("no such class");
    assert!(wrong.to_string().contains("below 10"), "{wrong}");
}

#[test]
fn fresh_layers_change_the_answer_and_are_restored_to_the_last_bit() {
    let (spec, network) = network();
    let learned = logit(&network, &pixels());
    let mut layers = LoadedWeights::of(&network);
    let mut before = learned;
    for fresh in [1, 4, layers.count(), 999] {
        layers.freshen(spec, &Device::Cpu, fresh).expect("fresh layers");
        let now = logit(&network, &pixels());
        assert!(fresh == 999 || now != before, "{fresh} fresh layers change nothing");
        before = now;
    }
    layers.freshen(spec, &Device::Cpu, 0).expect("layers as learned");
    assert_eq!(logit(&network, &pixels()), learned);
}
