//! The committed weights classify at least 98.9 % of the test digits correctly, on both devices. Needs the digits: `script/data`.
use crate::devices::both;
use pollster::block_on;
use receptive::{
    engine::tensor::read_all,
    nets::{
        data::{Mnist, read_safetensors},
        models::model,
        nn::{Scope, load},
        train::{Optimiser, Rule, Score, Trainer},
    },
};
use std::{fs, io::Read};

#[test]
fn the_committed_weights_read_the_test_digits() {
    let mut mnist = Mnist::default();
    for name in ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] {
        let file = fs::File::open(format!("assets/data/mnist/{name}.gz")).expect("MNIST in assets/data/mnist: run script/data");
        let mut bytes = vec![];
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
        mnist.accept(name, &bytes).expect("an IDX file of MNIST");
    }
    assert_eq!(mnist.test.len(), 10_000);
    let state = read_safetensors("lenet5", &fs::read("assets/weights/lenet5.safetensors").expect("the committed weights")).unwrap();
    for (name, device) in both() {
        let network = model("lenet5").unwrap().network(&Scope::new(device.clone(), 0)).unwrap();
        load(&network, &state).unwrap();
        let trainer = Trainer { network, optimiser: Optimiser::new(Rule::sgd(0.0), 0.0), device, dropout: None };
        let mut score = Score::new(10);
        for first in (0..10_000).step_by(500) {
            let (images, labels) = mnist.test.gather(&(first..first + 500).collect::<Vec<_>>());
            let outcome = trainer.test(&[500, 1, 28, 28], &images, &labels).unwrap();
            let read = block_on(read_all(&[&outcome.loss, &outcome.logits])).unwrap();
            score.add(&read[0], &read[1], &labels);
        }
        assert!(score.accuracy() >= 0.989, "{name}: {:.2} %", 100.0 * score.accuracy());
    }
}
