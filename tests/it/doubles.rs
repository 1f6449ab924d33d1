//! GPU, CPU and a plain loop in 64 bits, held against each other over drawn settings; and one kernel broken on purpose, which must be caught.
use crate::devices::{gpu, noise, tensor};
use ndarray::{ArrayViewD, ArrayViewMutD};
use pollster::block_on;
use proptest::{prelude::*, test_runner::TestRunner};
use receptive::{
    engine::{
        autograd::{Backward, Op, Tape, Var, run},
        gpu::{Caps, Dispatch},
        ops::{AvgPool2d, Places, Unary, UnaryFn, Window},
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
    workbench::jobs::verify::compare,
};

/// Relative to the largest value: single precision over sums of a few hundred products.
const ALLOWED: f64 = 2e-5;

#[derive(Debug, Clone)]
struct Setting {
    n: usize,
    size: [usize; 2],
    /// Channels of one group, coming in and going out.
    channels: [usize; 2],
    groups: usize,
    window: Window,
}

fn settings() -> impl Strategy<Value = Setting> {
    let pair = |range: std::ops::Range<usize>| (range.clone(), range).prop_map(|(a, b)| [a, b]);
    let window = (pair(1..5), pair(1..4), pair(0..4), pair(1..3)).prop_map(|(kernel, stride, padding, dilation)| Window {
        kernel,
        stride,
        padding,
        dilation,
    });
    (1..3usize, pair(1..12), (1..6usize, 1..11usize), 1..4usize, window)
        .prop_map(|(n, size, (ci, co), groups, window)| Setting { n, size, channels: [ci, co], groups, window })
        .prop_filter("the window must fit", |s| s.window.places("conv2d", s.size).is_ok())
}

/// y = x * w by the definition, in 64 bits.
fn plain(s: &Setting, x: &[f32], w: &[f32]) -> Vec<f64> {
    let [ci, co] = s.channels;
    let (all_ci, all_co) = (ci * s.groups, co * s.groups);
    let [oh, ow] = s.window.places("conv2d", s.size).expect("filtered");
    let [h, width] = s.size;
    let mut y = vec![0.0; s.n * oh * ow * all_co];
    for (at, y) in y.iter_mut().enumerate() {
        let (o, j, i, n) = (at % all_co, at / all_co % ow, at / (all_co * ow) % oh, at / (all_co * ow * oh));
        for u in 0..s.window.kernel[0] {
            for v in 0..s.window.kernel[1] {
                let (Some(row), Some(column)) = (s.window.read_at(0, i, u, h), s.window.read_at(1, j, v, width)) else { continue };
                for c in 0..ci {
                    let value = x[((n * h + row) * width + column) * all_ci + o / co * ci + c];
                    *y += f64::from(value) * f64::from(w[((u * s.window.kernel[1] + v) * ci + c) * all_co + o]);
                }
            }
        }
    }
    y
}

/// Value, and gradients for input, weight and bias.
fn convolve(s: &Setting, device: &Device) -> Result<Vec<Vec<f32>>> {
    let [ci, co] = s.channels;
    let tape = Tape::default();
    let x = tape.input(tensor(device, &[s.n, s.size[0], s.size[1], ci * s.groups], 1));
    let w = tape.input(tensor(device, &[s.window.kernel[0], s.window.kernel[1], ci, co * s.groups], 2));
    let b = tape.input(tensor(device, &[co * s.groups], 3));
    let y = x.conv2d(&w, Some(&b), s.window, s.groups)?;
    let upstream = tape.constant(tensor(device, y.shape().dims(), 4));
    let loss = y.mul(&upstream)?.sum(&[0, 1, 2, 3], false)?;
    let gradients = tape.backward(&loss, &[&x, &w, &b])?;
    let mut found = vec![block_on(y.value().values())?];
    for gradient in gradients.kept() {
        found.push(block_on(gradient.as_ref().expect("every input is used").values())?);
    }
    Ok(found)
}

#[test]
fn convolutions_agree_on_gpu_cpu_and_by_definition() {
    let gpu = gpu();
    let mut runner = TestRunner::new(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() });
    let held = runner.run(&settings(), |s| {
        let cpu = convolve(&s, &Device::Cpu).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let on_gpu = convolve(&s, &gpu).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let [ci, co] = s.channels;
        let x = noise(s.n * s.size[0] * s.size[1] * ci * s.groups, 1);
        let w = noise(s.window.kernel[0] * s.window.kernel[1] * ci * co * s.groups, 2);
        let b = noise(co * s.groups, 3);
        let expected: Vec<f64> = plain(&s, &x, &w).iter().enumerate().map(|(i, y)| y + f64::from(b[i % b.len()])).collect();
        prop_assert!(compare(&cpu[0], &expected) <= ALLOWED, "the CPU against the definition: {}", compare(&cpu[0], &expected));
        for (what, (a, b)) in ["y", "dx", "dw", "db"].iter().zip(on_gpu.iter().zip(&cpu)) {
            let b: Vec<f64> = b.iter().map(|v| f64::from(*v)).collect();
            prop_assert!(compare(a, &b) <= ALLOWED, "{what}, the GPU against the CPU: {}", compare(a, &b));
        }
        Ok(())
    });
    held.unwrap();
}

#[test]
fn pools_agree_on_gpu_and_cpu() {
    let gpu = gpu();
    let mut runner = TestRunner::new(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() });
    let held = runner.run(&(settings(), any::<bool>(), any::<bool>()), |(s, ceil_mode, count_include_pad)| {
        let window = Window { dilation: [1, 1], padding: [0, 1].map(|a| s.window.padding[a].min(s.window.kernel[a] / 2)), ..s.window };
        let pool = |device: &Device| -> Result<Vec<Vec<f32>>> {
            let tape = Tape::default();
            let x = tape.input(tensor(device, &[s.n, s.size[0], s.size[1], s.channels[1]], 1));
            let max = x.max_pool2d(window, ceil_mode)?;
            let mean = x.avg_pool2d(AvgPool2d { places: Places::Sliding { window, ceil_mode }, count_include_pad, divisor: None })?;
            let loss = max.mul(&mean)?.sum(&[0, 1, 2, 3], false)?;
            let dx = tape.backward(&loss, &[&x])?.kept()[0].clone().expect("x is used");
            [max.value(), mean.value(), &dx].iter().map(|t| block_on(t.values())).collect()
        };
        let (Ok(cpu), Ok(on_gpu)) = (pool(&Device::Cpu), pool(&gpu)) else { return Ok(()) };
        for (a, b) in on_gpu.iter().zip(&cpu) {
            let b: Vec<f64> = b.iter().map(|v| f64::from(*v)).collect();
            prop_assert!(compare(a, &b) <= ALLOWED, "{window:?}: {}", compare(a, &b));
        }
        Ok(())
    });
    held.unwrap();
}

/// relu's shape and CPU value with a shader that forgets every seventh element.
struct Broken;

impl Op for Broken {
    fn name(&self) -> &'static str {
        "broken relu"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Unary(UnaryFn::Relu).shape(x)
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], y: ArrayViewMutD<f32>) {
        Unary(UnaryFn::Relu).cpu(x, y);
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, caps: &Caps) -> Result<Dispatch> {
        let whole = Unary(UnaryFn::Relu).gpu(x, y, caps)?;
        Ok(Dispatch { label: "broken relu", source: include_str!("broken_relu.wgsl"), constants: vec![], ..whole })
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![None])
    }
}

#[test]
fn a_broken_kernel_is_caught() {
    let device = gpu();
    let twin = |op: &dyn Op| -> f64 {
        let cpu = run(op, &[&tensor(&Device::Cpu, &[100], 5)]).unwrap();
        let gpu = run(op, &[&tensor(&device, &[100], 5)]).unwrap();
        let expected: Vec<f64> = cpu.on_cpu().unwrap().iter().map(|v| f64::from(*v)).collect();
        compare(&block_on(gpu.values()).unwrap(), &expected)
    };
    assert!(twin(&Unary(UnaryFn::Relu)) <= ALLOWED);
    assert!(twin(&Broken) > 1000.0 * ALLOWED, "the comparison let a broken kernel pass");
}

#[test]
fn every_elementwise_function_agrees() {
    let device = gpu();
    for function in UnaryFn::ALL {
        let both = |device: &Device| {
            let tape = Tape::default();
            let x =
                tape.input(Tensor::new(device, Shape::new([1000]), &noise(1000, 6).iter().map(|v| 12.0 * v).collect::<Vec<_>>()).unwrap());
            let y = x.unary(*function).unwrap();
            let loss = y.sum(&[0], false).unwrap();
            let dx = tape.backward(&loss, &[&x]).unwrap().kept()[0].clone().unwrap();
            [block_on(Var::value(&y).values()).unwrap(), block_on(dx.values()).unwrap()]
        };
        for (a, b) in both(&device).iter().zip(both(&Device::Cpu)) {
            let b: Vec<f64> = b.iter().map(|v| f64::from(*v)).collect();
            assert!(compare(a, &b) <= ALLOWED, "{function:?}: {}", compare(a, &b));
        }
    }
}
