//! Every rung of the convolution on CPU and GPU against the formula in f64, with random shapes, strides, paddings, dilations and groups.
use crate::{
    devices::{both, noise},
    gpu_kernels::plain,
};
use pollster::block_on;
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use receptive::engine::{
    autograd::{Backward, Op, ReluRule, run},
    ops::{Conv2d, PreparedConv2d, UnaryFn, Window},
    tensor::{Device, Shape, Tensor},
};

/// One convolution: its window, and the sizes of x and w.
#[derive(Clone, Debug)]
struct Drawn {
    conv: Conv2d,
    x: [usize; 4],
    w: [usize; 4],
}

/// Channels for each kind of rung: general, grouped, multiples of four, few inputs, depthwise with and without multiples of four.
fn channels() -> impl Strategy<Value = (usize, usize, usize)> {
    let grouped = |inputs: usize, outputs: usize, groups: usize| (inputs * groups, outputs * groups, groups);
    prop_oneof![
        (1..8usize, 1..20usize).prop_map(|(inputs, outputs)| (inputs, outputs, 1)),
        (1..4usize, 1..6usize, 2..4usize).prop_map(move |(i, o, groups)| grouped(i, o, groups)),
        (1..6usize, 1..10usize, 1..3usize).prop_map(move |(i, o, groups)| grouped(4 * i, 4 * o, groups)),
        (1..4usize, 1..10usize).prop_map(|(inputs, outputs)| (inputs, 4 * outputs, 1)),
        (2..11usize).prop_map(|c| (c, c, c)),
        (1..10usize).prop_map(|c| (4 * c, 4 * c, 4 * c)),
    ]
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let pair = |range: std::ops::Range<usize>| (range.clone(), range).prop_map(|(a, b)| [a, b]);
    let kernel = prop_oneof![1 => Just([1, 1]), 3 => pair(1..6)];
    // Most rungs are for plain windows, so these must not be rare.
    let step = prop_oneof![2 => Just([1, 1]), 1 => pair(1..4)];
    let dilation = prop_oneof![2 => Just([1, 1]), 1 => pair(1..4)];
    (channels(), kernel, step, dilation, pair(0..5), pair(0..14), 1..4usize).prop_map(
        |((ci, co, groups), kernel, stride, dilation, padding, extra, n)| {
            // An unpadded 1×1 window has a rung of its own.
            let padding = if kernel == [1, 1] && extra[0] % 2 == 0 { [0, 0] } else { padding };
            let window = Window { kernel, stride, padding, dilation };
            // At least one place along each axis, and at least one pixel.
            let size = |axis: usize| window.reach(axis).saturating_sub(2 * padding[axis]).max(1) + extra[axis];
            Drawn { conv: Conv2d { window, groups }, x: [n, size(0), size(1), ci], w: [kernel[0], kernel[1], ci / groups, co] }
        },
    )
}

fn made(device: &Device, axes: &[usize], values: &[f32]) -> Tensor {
    Tensor::new(device, Shape::new(axes), values).unwrap()
}

/// f32 keeps about five digits of a sum of up to a thousand products between −1 and 1.
fn near(what: &str, found: &Tensor, expected: &[f64]) -> Result<(), TestCaseError> {
    let found = block_on(found.values()).unwrap();
    prop_assert_eq!(found.len(), expected.len(), "{}", what);
    for (at, (f, e)) in found.iter().zip(expected).enumerate() {
        prop_assert!((f64::from(*f) - e).abs() <= 1e-4 * (1.0 + e.abs()), "{}: value {} is {}, expected {}", what, at, f, e);
    }
    Ok(())
}

/// The convolution, its three gradients, and the fused one with a sum and an activation.
fn holds(devices: &[(&'static str, Device)], d: &Drawn, gradients: bool) -> Result<(), TestCaseError> {
    let [n, h, w, _] = d.x;
    let [oh, ow] = d.conv.window.places("conv2d", [h, w]).unwrap();
    let out = [n, oh, ow, d.w[3]];
    let values = |axes: &[usize], seed| noise(axes.iter().product(), seed);
    let (x, weight, bias, dy) = (values(&d.x, 1), values(&d.w, 2), values(&d.w[3..], 3), values(&out, 4));
    let [e_y, e_dx, e_dw, e_db] = plain(d.x, d.w, d.conv.window, [oh, ow], &x, &weight, &bias, &dy);
    for (name, device) in devices {
        let inputs = [made(device, &d.x, &x), made(device, &d.w, &weight), made(device, &d.w[3..], &bias)];
        let (x, weight, bias, dy) = (&inputs[0], &inputs[1], &inputs[2], made(device, &out, &dy));
        let y = run(&d.conv, &[x, weight, bias]).unwrap();
        near(&format!("{name}: y"), &y, &e_y)?;
        if gradients {
            let found = d.conv.grad(&Backward { dy: &dy, x: &inputs, y: &y, needs: &[true; 3], rule: ReluRule::Gradient }).unwrap();
            for ((what, expected), found) in [("dx", &e_dx), ("dw", &e_dw), ("db", &e_db)].into_iter().zip(&found) {
                near(&format!("{name}: {what}"), found.as_ref().unwrap(), expected)?;
            }
        }
        let prepared = PreparedConv2d::new(d.conv, weight, bias).unwrap();
        let relu6: Vec<f64> = e_y.iter().map(|y| y.clamp(0.0, 6.0)).collect();
        near(&format!("{name}: relu6(y)"), &prepared.run(x, None, Some(UnaryFn::Relu6)).unwrap(), &relu6)?;
        let addend = block_on(dy.values()).unwrap();
        let sum: Vec<f64> = e_y.iter().zip(&addend).map(|(y, r)| y + f64::from(*r)).collect();
        near(&format!("{name}: y + r"), &prepared.run(x, Some(&dy), None).unwrap(), &sum)?;
    }
    Ok(())
}

#[test]
fn every_rung_follows_the_formula() {
    let devices = both();
    let config = Config { cases: 96, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(&drawn(), |d| holds(&devices, &d, true)).unwrap();
}

/// A software adapter uses the large tile from four million multiply-adds on, which is too slow to draw often.
#[test]
fn the_large_tile_follows_the_formula() {
    let window = Window { kernel: [3, 2], stride: [1, 2], padding: [1, 1], dilation: [2, 1] };
    let d = Drawn { conv: Conv2d { window, groups: 2 }, x: [2, 33, 46, 40], w: [3, 2, 20, 44] };
    holds(&both(), &d, false).unwrap();
}

/// Windows with a rung of their own that are rarely drawn: many pixels, few pixels, and the depthwise 3×3 with stride 1.
#[test]
fn the_rungs_of_one_window_follow_the_formula() {
    let devices = both();
    let case = |window: Window, groups: usize, x: [usize; 4], co: usize| Drawn {
        conv: Conv2d { window, groups },
        x,
        w: [window.kernel[0], window.kernel[1], x[3] / groups, co],
    };
    let pixels = Window::square(1);
    for [n, h, w, ci, co] in [[1, 33, 31, 24, 44], [3, 19, 7, 64, 52], [1, 1, 1, 40, 28], [2, 1, 1, 16, 4], [1, 1, 3, 16, 20]] {
        holds(&devices, &case(pixels, 1, [n, h, w, ci], co), true).unwrap();
    }
    holds(&devices, &case(pixels, 2, [1, 33, 31, 48], 88), true).unwrap();
    for ([h, w], padding) in [([7, 7], [1, 1]), ([8, 9], [1, 0]), ([1, 1], [1, 1]), ([3, 4], [0, 2]), ([13, 3], [2, 1]), ([6, 21], [0, 0])]
    {
        let window = Window { padding, ..Window::square(3) };
        holds(&devices, &case(window, 8, [2, h, w, 8], 8), true).unwrap();
    }
}
