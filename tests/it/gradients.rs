//! Every gradient of LeNet against central differences: (loss(w + h) − loss(w − h)) / 2h.
use crate::devices::{noise, tensor};
use receptive::{
    engine::{
        autograd::{Tape, Var},
        tensor::{Device, Shape, Tensor},
    },
    nets::{
        models::MODELS,
        nn::{Cx, Module, Scope},
    },
};

#[test]
fn gradients_are_what_small_changes_do() {
    for spec in MODELS.iter().filter(|spec| spec.reads_digits()) {
        let network = spec.network(&Scope::new(Device::Cpu, 7)).unwrap();
        let image = tensor(&Device::Cpu, &[2, 28, 28, 1], 3);
        let labels = Var::constant(Tensor::new(&Device::Cpu, Shape::new([2]), &[3.0, 8.0]).unwrap());
        let forward = |tape: &Tape| {
            let logits = network.forward(&tape.input(image.clone()), &mut Cx::default()).unwrap();
            logits.cross_entropy(&labels).unwrap().mean(&[0], false).unwrap()
        };
        let loss = || f64::from(forward(&Tape::default()).value().on_cpu().unwrap()[0]);
        let tape = Tape::default();
        let gradients = tape.backward(&forward(&tape), &[]).unwrap();
        assert_eq!(gradients.params().len(), network.params().len(), "{}: every parameter has a gradient", spec.name);
        for param in network.params() {
            let gradient = gradients.params()[&param.name].on_cpu().unwrap().to_vec();
            let (values, shape) = (param.value().on_cpu().unwrap().to_vec(), param.value().shape().clone());
            // Along one random direction, so that every value of the parameter is tested.
            let direction = noise(values.len(), 11);
            let length = direction.iter().map(|d| d * d).sum::<f32>().sqrt();
            let at = |h: f32| {
                let moved: Vec<f32> = values.iter().zip(&direction).map(|(v, d)| v + h * d / length).collect();
                param.set(Tensor::new(&Device::Cpu, shape.clone(), &moved).unwrap()).unwrap();
                loss()
            };
            // Large enough for single precision, and small enough to cross few kinks of ReLU and max.
            let h = 3e-3f32;
            let slope = (at(h) - at(-h)) / f64::from(2.0 * h);
            at(0.0);
            let expected: f64 = gradient.iter().zip(&direction).map(|(g, d)| f64::from(g * d / length)).sum();
            let scale = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
            assert!(
                (slope - expected).abs() <= 3e-2 * scale,
                "{}: {}: small changes give {slope}, the tape {expected}",
                spec.name,
                param.name
            );
        }
    }
}
