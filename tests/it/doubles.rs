//! GPU, CPU and a plain loop in 64 bits are compared over random settings. A kernel that is broken on purpose must be caught.
use crate::{
    devices::{gpu, noise, tensor},
    gpu_kernels::plain,
};
use ndarray::{ArrayViewD, ArrayViewMutD};
use pollster::block_on;
use proptest::{prelude::*, test_runner::TestRunner};
use receptive::{
    engine::{
        autograd::{Backward, Op, Tape, Var, run},
        gpu::{Caps, Dispatch},
        ops::{AvgPool2d, ConvTranspose2d, Places, Unary, UnaryFn, Window},
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
    workbench::jobs::verify::compare,
};

/// The allowed error relative to the largest value: single precision over sums of a few hundred products.
const ALLOWED: f64 = 2e-5;

#[derive(Debug, Clone)]
struct Setting {
    n: usize,
    size: [usize; 2],
    /// Input and output channels of one group.
    channels: [usize; 2],
    groups: usize,
    window: Window,
}

impl Setting {
    /// N, H, W, Ci of the image, and KH, KW, Ci / groups, Co of the kernel.
    fn axes(&self) -> [usize; 4] {
        [self.n, self.size[0], self.size[1], self.channels[0] * self.groups]
    }
    fn weights(&self) -> [usize; 4] {
        [self.window.kernel[0], self.window.kernel[1], self.channels[0], self.channels[1] * self.groups]
    }
}

fn settings() -> impl Strategy<Value = Setting> {
    let pair = |range: std::ops::Range<usize>| (range.clone(), range).prop_map(|(a, b)| [a, b]);
    let window = (pair(1..5), pair(1..4), pair(0..4), pair(1..3)).prop_map(|(kernel, stride, padding, dilation)| Window {
        kernel,
        stride,
        padding,
        dilation,
    });
    // Depthwise convolutions have a rung of their own, and those with a multiple of four channels another one.
    let several = ((1..6usize, 1..11usize), 1..4usize);
    let depthwise = prop_oneof![2..23usize, (1..8usize).prop_map(|fours| 4 * fours)].prop_map(|groups| ((1, 1), groups));
    (1..3usize, pair(1..12), prop_oneof![3 => several, 2 => depthwise], window)
        .prop_map(|(n, size, ((ci, co), groups), window)| Setting { n, size, channels: [ci, co], groups, window })
        .prop_filter("the window must fit", |s| s.window.places("conv2d", s.size).is_ok())
}

/// The value, and the gradients of input, weight and bias.
fn convolve(s: &Setting, device: &Device) -> Result<Vec<Vec<f32>>> {
    let tape = Tape::default();
    let x = tape.input(tensor(device, &s.axes(), 1));
    let w = tape.input(tensor(device, &s.weights(), 2));
    let b = tape.input(tensor(device, &s.weights()[3..], 3));
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

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

/// Compares both devices with the definition, for 250 random settings.
fn hold(
    what: &[&str],
    found: impl Fn(&Setting, &Device) -> Result<Vec<Vec<f32>>>,
    defined: impl Fn(&Setting, [usize; 2]) -> Vec<Vec<f64>>,
) {
    let devices = [("GPU", gpu()), ("CPU", Device::Cpu)];
    let mut runner = TestRunner::new(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() });
    let held = runner.run(&settings(), |s| {
        let expected = defined(&s, s.window.places("conv2d", s.size).expect("filtered"));
        for (name, device) in &devices {
            let found = found(&s, device).map_err(|e| TestCaseError::fail(e.to_string()))?;
            for (what, (a, b)) in what.iter().zip(found.iter().zip(&expected)) {
                prop_assert!(compare(a, b) <= ALLOWED, "{what}, the {name} against the definition: {}", compare(a, b));
            }
        }
        Ok(())
    });
    held.unwrap();
}

#[test]
fn convolutions_agree_on_gpu_cpu_and_by_definition() {
    hold(&["y", "dx", "dw", "db"], convolve, |s, [oh, ow]| {
        let (axes, weights) = (s.axes(), s.weights());
        let drawn = |dims: &[usize], seed| noise(dims.iter().product(), seed);
        let dy = drawn(&[s.n, oh, ow, weights[3]], 4);
        plain(axes, weights, s.window, [oh, ow], &drawn(&axes, 1), &drawn(&weights, 2), &drawn(&weights[3..], 3), &dy).to_vec()
    });
}

/// A transposed convolution from the convolution's output to its input: the value, and the gradients of input and weight.
fn spread(s: &Setting, device: &Device) -> Result<Vec<Vec<f32>>> {
    let [oh, ow] = s.window.places("conv2d", s.size)?;
    let tape = Tape::default();
    let x = tape.input(tensor(device, &[s.n, oh, ow, s.weights()[3]], 1));
    let w = tape.input(tensor(device, &s.weights(), 2));
    let output_padding = [0, 1].map(|a| (s.size[a] + 2 * s.window.padding[a] - s.window.reach(a)) % s.window.stride[a]);
    let y = x.conv_transpose2d(&w, None, ConvTranspose2d { window: s.window, output_padding, groups: s.groups })?;
    assert_eq!(y.shape().dims(), s.axes());
    let upstream = tape.constant(tensor(device, y.shape().dims(), 3));
    let loss = y.mul(&upstream)?.sum(&[0, 1, 2, 3], false)?;
    let gradients = tape.backward(&loss, &[&x, &w])?;
    let found = gradients.kept().iter().map(|g| g.as_ref().expect("every input is used"));
    std::iter::once(y.value()).chain(found).map(|t| block_on(t.values())).collect()
}

#[test]
fn transposed_convolutions_agree_on_gpu_cpu_and_by_definition() {
    hold(&["y", "dx", "dw"], spread, |s, [oh, ow]| {
        let (axes, weights) = (s.axes(), s.weights());
        let drawn = |dims: &[usize], seed| noise(dims.iter().product(), seed);
        let (x, upstream) = (drawn(&[s.n, oh, ow, weights[3]], 1), drawn(&axes, 3));
        let [dx, y, dw, _] = plain(axes, weights, s.window, [oh, ow], &upstream, &drawn(&weights, 2), &vec![0.0; weights[3]], &x);
        vec![y, dx, dw]
    });
}

#[test]
fn pools_agree_on_gpu_and_cpu() {
    let gpu = gpu();
    let mut runner = TestRunner::new(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() });
    let held = runner.run(&(settings(), any::<bool>(), any::<bool>(), any::<bool>()), |(s, ceil_mode, count_include_pad, side_by_side)| {
        let window = Window { dilation: [1, 1], padding: [0, 1].map(|a| s.window.padding[a].min(s.window.kernel[a] / 2)), ..s.window };
        // Windows without overlap or gaps have a shader of their own.
        let window = if side_by_side { Window { stride: window.kernel, padding: [0, 0], ..window } } else { window };
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
            let b = doubles(b);
            prop_assert!(compare(a, &b) <= ALLOWED, "{window:?}: {}", compare(a, &b));
        }
        Ok(())
    });
    held.unwrap();
}

/// relu's shape and CPU value, with a shader that skips every seventh element.
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
        let expected = doubles(cpu.on_cpu().unwrap());
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
            let positive = matches!(function, UnaryFn::Log | UnaryFn::Sqrt | UnaryFn::Rsqrt | UnaryFn::Reciprocal);
            let drawn = noise(1000, 6).into_iter().map(|v| if positive { 12.0 * v.abs() + 0.1 } else { 12.0 * v });
            let x = tape.input(Tensor::new(device, Shape::new([1000]), &drawn.collect::<Vec<_>>()).unwrap());
            let y = x.unary(*function).unwrap();
            let loss = y.sum(&[0], false).unwrap();
            let dx = tape.backward(&loss, &[&x]).unwrap().kept()[0].clone().unwrap();
            [block_on(Var::value(&y).values()).unwrap(), block_on(dx.values()).unwrap()]
        };
        for (a, b) in both(&device).iter().zip(both(&Device::Cpu)) {
            let b = doubles(&b);
            assert!(compare(a, &b) <= ALLOWED, "{function:?}: {}", compare(a, &b));
        }
    }
}
