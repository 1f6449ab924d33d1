//! A trainer lowers its loss, and repeats itself.
use receptive::{
    engine::tensor::Device,
    nets::{
        models::model,
        nn::{Module, Scope},
        train::{Optimiser, Rule, Trainer},
    },
};

#[test]
fn timing() {
    let spec = model("lenet5_relu").unwrap();
    let device = Device::Cpu;
    let mut t = Trainer { network: (spec.build)(&Scope::new(device.clone(), 1)).unwrap(), optimiser: Optimiser::new(Rule::sgd(0.0), 0.05), device };
    assert_eq!(t.network.params().len(), 10);
    let images: Vec<f32> = (0..64 * 784).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect();
    let labels: Vec<f32> = (0..64).map(|i| (i % 10) as f32).collect();
    for k in 0..20 {
        let at = std::time::Instant::now();
        let o = t.step(&[64, 1, 28, 28], &images, &labels).unwrap();
        println!("{k} {:?} {:?}", o.loss.on_cpu().unwrap(), at.elapsed());
    }
}
