//! Memory is constant from the second training step on, and the same seed on the same device gives the same losses.
use crate::devices::{both, noise};
use pollster::block_on;
use receptive::{
    engine::tensor::{Device, Memory},
    nets::{
        models::{MODELS, ModelSpec, model},
        nn::Scope,
        train::{Optimiser, Rule, Trainer},
    },
};

fn trainer(spec: &ModelSpec, device: &Device, rule: Rule) -> Trainer {
    Trainer {
        network: spec.network(&Scope::new(device.clone(), 1)).unwrap(),
        optimiser: Optimiser::new(rule, 0.01),
        device: device.clone(),
        dropout: None,
    }
}

/// Small batches, because only the number of buffers matters.
fn step(trainer: &mut Trainer, seed: u32) -> f32 {
    step_of([1, 28, 28], trainer, seed)
}

fn step_of([c, h, w]: [usize; 3], trainer: &mut Trainer, seed: u32) -> f32 {
    let labels: Vec<f32> = (0..4).map(|i| ((i + seed) % 10) as f32).collect();
    let outcome = trainer.step(&[4, c, h, w], &noise(4 * c * h * w, seed + 1), &labels).unwrap();
    block_on(outcome.loss.values()).unwrap()[0]
}

/// `MEMORY_STEPS=10000 cargo test --release --test it memory_is_constant_from` for a long run by hand.
#[test]
fn memory_is_constant_from_the_second_step_on() {
    let long: Option<u32> = std::env::var("MEMORY_STEPS").ok().map(|steps| steps.parse().expect("MEMORY_STEPS is a number"));
    for (name, device) in both() {
        for (rule, steps) in [
            (Rule::sgd(1e-4), 300),
            (Rule::adam(1e-4), 300),
            (Rule::nesterov(0.9, 1e-4), 10),
            (Rule::adamw(1e-4), 10),
            (Rule::rms_prop(1e-4), 10),
        ] {
            // Steps on the CPU are fast.
            let steps = match steps {
                300 if !device.is_gpu() => long.unwrap_or(1000),
                300 => long.unwrap_or(300),
                few => few,
            };
            let mut trainer = trainer(&MODELS[1], &device, rule);
            let mut held: Vec<Memory> = vec![];
            for seed in 0..steps {
                step(&mut trainer, seed);
                held.push(device.memory());
            }
            assert!(held[1].buffers > 0 && held[1].bytes > 0, "{name}: nothing was counted");
            // The optimiser's memory is made in the first step, and replaced from the second step on.
            assert!(held[2..].iter().all(|m| m == &held[2]), "{name}, {rule:?}: {:?} after 3 steps, {:?} at the end", held[2], held.last());
        }
    }
}

#[test]
fn memory_is_constant_with_batch_norm_and_dropout() {
    // Half the size of the network's own images, which are slow on a software adapter.
    for (name, size, steps) in [("resnet_cifar20", 16, 5), ("mobilenet_v2", 32, 4)] {
        for (device_name, device) in both() {
            let mut trainer = Trainer { dropout: Some(1), ..trainer(model(name).unwrap(), &device, Rule::sgd(1e-4)) };
            let mut held: Vec<Memory> = vec![];
            for seed in 0..steps {
                assert!(step_of([3, size, size], &mut trainer, seed).is_finite());
                held.push(device.memory());
            }
            assert!(
                held[2..].iter().all(|m| m == &held[2]),
                "{device_name}, {name}: {:?} after 3 steps, {:?} at the end",
                held[2],
                held.last()
            );
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_losses() {
    for (name, device) in both() {
        let run = || {
            let mut trainer = trainer(&MODELS[0], &device, Rule::sgd(0.0));
            (0..5).map(|seed| step(&mut trainer, seed)).collect::<Vec<_>>()
        };
        let (first, again) = (run(), run());
        assert!(first.iter().all(|l| l.is_finite()));
        assert_eq!(first, again, "{name}");
    }
}
