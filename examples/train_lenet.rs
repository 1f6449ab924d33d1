//! Trains LeNet-5 on MNIST for one epoch on the CPU: `script/data && cargo run --release --no-default-features --features shell --example train_lenet`
use receptive::{
    engine::tensor::Device,
    nets::{
        data::{Batches, Mnist},
        models::model,
        nn::Scope,
        train::{Optimiser, Rule, Score, Trainer},
    },
};
use std::{fs::File, io::Read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut mnist = Mnist::default();
    for name in receptive::nets::data::FILES {
        let mut bytes = vec![];
        flate2::read::GzDecoder::new(File::open(format!("assets/data/mnist/{name}.gz"))?).read_to_end(&mut bytes)?;
        mnist.accept(name, &bytes)?;
    }

    let network = model("lenet5_relu")?.network(&Scope::new(Device::Cpu, 1))?;
    let mut trainer = Trainer { network, optimiser: Optimiser::new(Rule::sgd(0.0), 0.02), device: Device::Cpu, dropout: None };
    let mut batches = Batches::new(mnist.train.len(), 64, 1);
    for step in 1..=batches.steps_an_epoch() {
        let (images, labels) = mnist.train.gather(batches.next_batch());
        let outcome = trainer.step(&[labels.len(), 1, 28, 28], &images, &labels)?;
        if step % 100 == 0 {
            println!("step {step}: loss {:.3}", outcome.loss.on_cpu()?[0]);
        }
    }

    let mut score = Score::new(10);
    for first in (0..mnist.test.len()).step_by(1000) {
        let (images, labels) = mnist.test.gather(&(first..first + 1000).collect::<Vec<_>>());
        let outcome = trainer.test(&[labels.len(), 1, 28, 28], &images, &labels)?;
        score.add(outcome.loss.on_cpu()?, outcome.logits.on_cpu()?, &labels);
    }
    println!("{:.2} % of {} test digits", 100.0 * score.accuracy(), score.count);
    Ok(())
}
