//! The tiled kernels of products and convolutions, on any adapter, against the formula written as plain loops.
use pollster::block_on;
use receptive::engine::{
    autograd::{Backward, Op, ReluRule, run},
    gpu::{Gpu, Which},
    ops::{Conv2d, DirectConv2d, MatMul, Window},
    tensor::{Device, Shape, Tensor},
};

/// Values in −1 … 1 without short repetitions.
fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// Sums of up to a few thousand products in another order. f32 keeps about five digits, relative to the sum of the absolute values, which
/// is about √count here.
fn close(what: &str, found: &Tensor, expected: &[f64]) {
    let found = block_on(found.values()).unwrap();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (f, e)) in found.iter().zip(expected).enumerate() {
        let near = (*f as f64 - e).abs() <= 1e-4 * (1.0 + e.abs());
        assert!(near, "{what}: value {at} is {f}, expected {e}");
    }
}

/// y, dx, dw and db of one convolution by its formula, in f64.
#[allow(clippy::too_many_arguments)]
pub fn plain(
    [n, h, w, ci]: [usize; 4],
    [kh, kw, per_group, co]: [usize; 4],
    window: Window,
    [oh, ow]: [usize; 2],
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    dy: &[f32],
) -> [Vec<f64>; 4] {
    let outs = co / (ci / per_group);
    let mut y: Vec<f64> = bias.iter().cycle().take(n * oh * ow * co).map(|&b| b as f64).collect();
    let (mut dx, mut dw, mut db) = (vec![0.0; x.len()], vec![0.0; weight.len()], vec![0.0; co]);
    for out in 0..n * oh * ow * co {
        let (o, j, i, image) = (out % co, out / co % ow, out / co / ow % oh, out / co / ow / oh);
        db[o] += dy[out] as f64;
        for tap in 0..kh * kw * per_group {
            let (c, v, u) = (tap % per_group, tap / per_group % kw, tap / per_group / kw);
            let (Some(down), Some(along)) = (window.read_at(0, i, u, h), window.read_at(1, j, v, w)) else { continue };
            let from = ((image * h + down) * w + along) * ci + o / outs * per_group + c;
            y[out] += x[from] as f64 * weight[tap * co + o] as f64;
            dx[from] += dy[out] as f64 * weight[tap * co + o] as f64;
            dw[tap * co + o] += dy[out] as f64 * x[from] as f64;
        }
    }
    [y, dx, dw, db]
}

#[test]
fn convolutions_and_their_gradients_follow_the_formula() {
    let gpu = Device::Gpu(block_on(Gpu::request(Which::Any)).unwrap());
    let window = |kernel, stride, padding, dilation| Window { kernel, stride, padding, dilation };
    let cases = [
        // LeNet's two convolutions with a small batch.
        ([3, 28, 28, 1], [5, 5, 1, 6], window([5, 5], [1, 1], [2, 2], [1, 1])),
        ([3, 14, 14, 6], [5, 5, 6, 16], window([5, 5], [1, 1], [0, 0], [1, 1])),
        // Strides that do not divide, unequal axes, a window as large as its input, one pixel.
        ([2, 9, 12, 5], [3, 3, 5, 7], window([3, 3], [2, 2], [1, 1], [1, 1])),
        ([1, 11, 8, 3], [2, 5, 3, 9], window([2, 5], [3, 2], [1, 4], [1, 1])),
        ([2, 6, 5, 4], [6, 5, 4, 3], window([6, 5], [1, 1], [0, 0], [1, 1])),
        ([2, 1, 1, 3], [1, 1, 3, 17], window([1, 1], [1, 1], [0, 0], [1, 1])),
        // A stride larger than the kernel: some inputs are never read. Dilation. Groups and depthwise.
        ([1, 10, 10, 2], [1, 1, 2, 5], window([1, 1], [3, 3], [0, 0], [1, 1])),
        ([1, 13, 12, 3], [3, 2, 3, 4], window([3, 2], [2, 1], [2, 3], [2, 4])),
        ([2, 7, 7, 6], [3, 3, 2, 9], window([3, 3], [1, 2], [1, 1], [1, 1])),
        ([2, 8, 7, 10], [3, 3, 1, 10], window([3, 3], [1, 1], [1, 1], [1, 1])),
        ([1, 6, 6, 4], [3, 3, 1, 12], window([3, 3], [2, 2], [0, 0], [1, 1])),
    ];
    for (seed, (x_axes, w_axes, window)) in cases.into_iter().enumerate() {
        let what = format!("case {seed}: {x_axes:?} by {w_axes:?}, {window:?}");
        let conv = Conv2d { window, groups: x_axes[3] / w_axes[2] };
        let tensor = |axes: &[usize], seed: usize| {
            let values = noise(axes.iter().product(), seed as u32);
            (Tensor::new(&gpu, Shape::new(axes), &values).unwrap(), values)
        };
        let (x, x_values) = tensor(&x_axes, 4 * seed + 1);
        let (w, w_values) = tensor(&w_axes, 4 * seed + 2);
        let (b, b_values) = tensor(&w_axes[3..], 4 * seed + 3);
        let y = run(&conv, &[&x, &w, &b]).unwrap();
        let (dy, dy_values) = tensor(y.shape().dims(), 4 * seed + 4);
        let places = [y.shape().dims()[1], y.shape().dims()[2]];
        let [e_y, e_dx, e_dw, e_db] = plain(x_axes, w_axes, window, places, &x_values, &w_values, &b_values, &dy_values);
        let inputs = [x, w, b];
        let found = conv.grad(&Backward { dy: &dy, x: &inputs, y: &y, needs: &[true; 3], rule: ReluRule::Gradient }).unwrap();
        close(&format!("y of {what}"), &y, &e_y);
        // The lowest rung, on both devices.
        close(&format!("direct y of {what}"), &run(&DirectConv2d(conv), &[&inputs[0], &inputs[1], &inputs[2]]).unwrap(), &e_y);
        let host = |axes: &[usize], values: &[f32]| Tensor::new(&Device::Cpu, Shape::new(axes), values).unwrap();
        let on_cpu = [host(&x_axes, &x_values), host(&w_axes, &w_values), host(&w_axes[3..], &b_values)];
        close(&format!("direct y of {what} on the CPU"), &run(&DirectConv2d(conv), &on_cpu.each_ref()).unwrap(), &e_y);
        for (name, found, expected) in [("dx", &found[0], e_dx), ("dw", &found[1], e_dw), ("db", &found[2], e_db)] {
            close(&format!("{name} of {what}"), found.as_ref().unwrap(), &expected);
        }
        // Without a bias the result is the same minus the bias.
        let bare = run(&conv, &[&inputs[0], &inputs[1]]).unwrap();
        let expected: Vec<f64> = e_y.iter().zip(b_values.iter().cycle()).map(|(y, &b)| y - b as f64).collect();
        close(&format!("y without bias of {what}"), &bare, &expected);
    }
}

#[test]
fn matrix_products_follow_the_formula() {
    let gpu = Device::Gpu(block_on(Gpu::request(Which::Any)).unwrap());
    for (m, n, k) in [(1, 1, 1), (64, 120, 400), (64, 10, 84), (5, 9, 3), (3, 17, 1), (33, 7, 65), (130, 66, 31)] {
        for (transpose_a, transpose_b) in [(false, false), (true, false), (false, true), (true, true)] {
            let (a, b, bias) = (noise(m * k, 1), noise(k * n, 2), noise(n, 3));
            let a_axes = if transpose_a { [k, m] } else { [m, k] };
            let b_axes = if transpose_b { [n, k] } else { [k, n] };
            let at_a = |i: usize, l: usize| a[if transpose_a { l * m + i } else { i * k + l }] as f64;
            let at_b = |l: usize, j: usize| b[if transpose_b { j * k + l } else { l * n + j }] as f64;
            let sum = |i: usize, j: usize| (0..k).map(|l| at_a(i, l) * at_b(l, j)).sum::<f64>();
            let expected: Vec<f64> = (0..m * n).map(|e| sum(e / n, e % n)).collect();
            let biased: Vec<f64> = expected.iter().zip(bias.iter().cycle()).map(|(y, &b)| y + b as f64).collect();
            let tensor = |axes: &[usize], values: &[f32]| Tensor::new(&gpu, Shape::new(axes), values).unwrap();
            let (a, b, bias) = (tensor(&a_axes, &a), tensor(&b_axes, &b), tensor(&[n], &bias));
            let what = format!("{m}×{k}·{k}×{n}, transposed {transpose_a} {transpose_b}");
            let product = MatMul { transpose_a, transpose_b };
            close(&what, &run(&product, &[&a, &b]).unwrap(), &expected);
            close(&format!("{what} with bias"), &run(&product, &[&a, &b, &bias]).unwrap(), &biased);
        }
    }
}
