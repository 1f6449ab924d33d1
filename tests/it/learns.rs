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
    let mut t =
        Trainer { network: (spec.build)(&Scope::new(device.clone(), 1)).unwrap(), optimiser: Optimiser::new(Rule::sgd(0.0), 0.05), device };
    assert_eq!(t.network.params().len(), 10);
    let images: Vec<f32> = (0..64 * 784).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect();
    let labels: Vec<f32> = (0..64).map(|i| (i % 10) as f32).collect();
    for k in 0..20 {
        let at = std::time::Instant::now();
        let o = t.step(&[64, 1, 28, 28], &images, &labels).unwrap();
        println!("{k} {:?} {:?}", o.loss.on_cpu().unwrap(), at.elapsed());
    }
}

#[test]
fn profile() {
    use receptive::engine::{autograd::*, ops::*, tensor::*};
    let t = |d: &[usize]| {
        let n: usize = d.iter().product();
        Tensor::new(&Device::Cpu, Shape::new(d), &(0..n).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect::<Vec<_>>()).unwrap()
    };
    let time = |name: &str, f: &dyn Fn()| {
        f();
        let at = std::time::Instant::now();
        for _ in 0..10 {
            f()
        }
        println!("{name:<30} {:?}", at.elapsed() / 10);
    };
    let cases: Vec<(&str, [usize; 4], [usize; 4], usize)> =
        vec![("conv1", [64, 28, 28, 1], [5, 5, 1, 6], 2), ("conv2", [64, 14, 14, 6], [5, 5, 6, 16], 0)];
    for (name, x, w, p) in cases {
        let (x, w, b) = (t(&x), t(&w), t(&[w[3]]));
        let tape = Tape::default();
        let (x, w, b) = (tape.input(x), tape.input(w), tape.input(b));
        let y = x.conv2d(&w, Some(&b), Window::square(5).padding(p), 1).unwrap();
        time(&format!("{name} forward"), &|| {
            Var::constant(x.value().clone()).conv2d(&Var::constant(w.value().clone()), None, Window::square(5).padding(p), 1).unwrap();
        });
        let l = y.sum(&[0, 1, 2, 3], false).unwrap();
        time(&format!("{name} backward all"), &|| {
            tape.backward(&l, &[]).unwrap();
        });
        let pool = MaxPool2d { window: Window::square(2).stride(2), ceil_mode: false };
        time(&format!("{name} relu"), &|| {
            Var::constant(y.value().clone()).relu().unwrap();
        });
        time(&format!("{name} pool"), &|| {
            Var::constant(y.value().clone()).max_pool2d(pool.window, false).unwrap();
        });
        let tape = Tape::default();
        let v = tape.input(y.value().clone());
        let l = v.max_pool2d(pool.window, false).unwrap().sum(&[0, 1, 2, 3], false).unwrap();
        time(&format!("{name} pool back"), &|| {
            tape.backward(&l, &[]).unwrap();
        });
        time(&format!("{name} sum leading"), &|| {
            y.value().sum_leading().unwrap();
        });
    }
    let (x, w) = (t(&[64, 400]), t(&[400, 120]));
    time("fc1 forward", &|| {
        run(&MatMul::default(), &[&x, &w]).unwrap();
    });
    let dy = t(&[64, 120]);
    time("fc1 dw", &|| {
        run(&MatMul { transpose_a: true, transpose_b: false }, &[&x, &dy]).unwrap();
    });
    time("fc1 dx", &|| {
        run(&MatMul { transpose_a: false, transpose_b: true }, &[&dy, &w]).unwrap();
    });
}
