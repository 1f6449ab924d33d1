//! A line for each operation: its value and gradients on the GPU against the CPU, and the gradients against central differences.
use crate::devices::{gpu, noise, tensor};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::{Tape, Var},
        ops::{
            Along, AvgPool2d, Border, ClassWeights, ConvTranspose2d, Grid, Interpolation, PadMode, ResponseNorm, Slice, UnaryFn, Window,
        },
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
    workbench::jobs::verify::compare,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The name, the shapes of the inputs, and the function.
type Line = (&'static str, &'static [&'static [usize]], fn(&[Var]) -> Result<Var>);

const BORDER: Border = Border { top: 2, bottom: 0, left: 1, right: 3 };
const ALONG: [Along; 2] = [Along { length: 9, start: -3, step: 2, every: 3 }, Along { length: 4, start: 5, step: -2, every: 1 }];

const OPERATIONS: &[Line] = &[
    ("slice", &[&[5, 7]], |x| x[0].slice(1, 1, 6, 2)),
    ("slice with gaps", &[&[5, 7]], |x| Var::apply(Slice { axes: ALONG.to_vec(), fill: 0.5 }, &[&x[0]])),
    ("select", &[&[5, 7, 2]], |x| x[0].select(1, 6)),
    ("chunk", &[&[5, 7]], |x| Ok(x[0].chunk(1, 3)?.pop().expect("at least one"))),
    ("flip", &[&[2, 3, 4, 5]], |x| x[0].flip(&[1, 3])),
    ("roll", &[&[2, 7, 3]], |x| x[0].roll(1, -2)),
    ("index_select", &[&[2, 5, 3]], |x| x[0].index_select(1, &[4, 0, 4, 4, 1])),
    ("pad by a value", &[&[2, 3, 4, 5]], |x| x[0].pad(BORDER, PadMode::Constant(0.5))),
    ("pad by reflection", &[&[2, 3, 4, 5]], |x| x[0].pad(BORDER, PadMode::Reflect)),
    ("pad by replication", &[&[2, 3, 4, 5]], |x| x[0].pad(BORDER, PadMode::Replicate)),
    ("pad circularly", &[&[2, 3, 4, 5]], |x| x[0].pad(BORDER, PadMode::Circular)),
    ("crop", &[&[2, 5, 6, 3]], |x| x[0].pad(Border { top: -1, bottom: 2, left: -2, right: -1 }, PadMode::Replicate)),
    ("conv2d, same", &[&[2, 7, 6, 3], &[3, 4, 3, 5]], |x| x[0].conv2d_same(&x[1], None, Window::new([3, 4]).stride(2), 1)),
    ("conv_transpose2d", &[&[2, 4, 3, 6], &[3, 2, 5, 6], &[10]], |x| {
        let window = Window { kernel: [3, 2], stride: [2, 3], padding: [1, 0], dilation: [2, 1] };
        x[0].conv_transpose2d(&x[1], Some(&x[2]), ConvTranspose2d { window, output_padding: [1, 2], groups: 2 })
    }),
    // As long as it is less than the dilation, more is added than a stride.
    ("conv_transpose2d, beyond a stride", &[&[2, 4, 3, 6], &[3, 2, 5, 6], &[10]], |x| {
        let window = Window { kernel: [3, 2], stride: [1, 2], padding: [1, 0], dilation: [3, 4] };
        x[0].conv_transpose2d(&x[1], Some(&x[2]), ConvTranspose2d { window, output_padding: [2, 3], groups: 2 })
    }),
    ("max_pool2d, one that overhangs", &[&[2, 2, 3, 5]], |x| x[0].max_pool2d(Window::square(3).stride(2), true)),
    ("adaptive_avg_pool2d", &[&[2, 7, 5, 3]], |x| x[0].adaptive_avg_pool2d([3, 4])),
    ("adaptive_avg_pool2d to one", &[&[2, 17, 16, 3]], |x| x[0].adaptive_avg_pool2d([1, 1])),
    ("adaptive_avg_pool2d to more", &[&[1, 3, 2, 5]], |x| x[0].adaptive_avg_pool2d([4, 5])),
    ("adaptive_max_pool2d", &[&[2, 7, 5, 3]], |x| x[0].adaptive_max_pool2d([3, 4])),
    ("add", &[&[2, 3, 4, 5], &[4, 1]], |x| x[0].add(&x[1])),
    ("sub", &[&[3, 1, 5], &[2, 1, 4, 5]], |x| x[0].sub(&x[1])),
    ("mul", &[&[2, 3, 4, 5], &[2, 1, 1, 5]], |x| x[0].mul(&x[1])),
    ("mul by one number", &[&[2, 3, 4], &[]], |x| x[0].mul(&x[1])),
    ("div", &[&[4, 5], &[3, 1, 5]], |x| x[0].div(&x[1].unary(UnaryFn::Square)?.shift(0.5)?)),
    ("maximum", &[&[3, 4, 5], &[4, 1]], |x| x[0].maximum(&x[1])),
    ("minimum", &[&[4, 1], &[3, 4, 5]], |x| x[0].minimum(&x[1])),
    ("choose", &[&[3, 4], &[3, 4]], |x| x[0].shift(0.0)?.detach().choose(&x[0], &x[1])),
    ("prelu", &[&[2, 3, 4], &[4]], |x| x[0].prelu(&x[1])),
    ("concat", &[&[2, 3, 4], &[2, 1, 4], &[2, 5, 4]], |x| Var::concat(&[&x[0], &x[1], &x[2]], 1)),
    ("concat of eight", &[&[3, 2], &[3, 1]], |x| {
        let (a, b) = (&x[0], &x[1]);
        Var::concat(&[a, b, a, a, b, b, a, b], 1)
    }),
    ("stack", &[&[2, 3], &[2, 3]], |x| Var::stack(&[&x[0], &x[1]], 2)),
    ("max", &[&[3, 7, 2]], |x| x[0].max(1)),
    ("min", &[&[3, 7]], |x| x[0].min(1)),
    ("var", &[&[3, 7, 2]], |x| x[0].var(&[0, 2], 1, true)),
    ("std", &[&[3, 7, 2]], |x| x[0].std(&[1], 0, false)),
    ("norm", &[&[3, 7, 2]], |x| x[0].norm()),
    ("logsumexp", &[&[3, 7, 2]], |x| x[0].logsumexp(1)),
    ("cumsum", &[&[3, 7, 2]], |x| x[0].cumsum(1)),
    ("gather", &[&[3, 4, 2]], |x| {
        let index = Tensor::new(
            &x[0].value().device(),
            Shape::new([3, 3, 2]),
            &[0., 3., 1., 1., 3., 0., 2., 2., 2., 0., 0., 1., 3., 3., 1., 0., 1., 2.],
        )?;
        x[0].gather(1, &Var::constant(index))
    }),
    ("softmax", &[&[3, 7, 2]], |x| x[0].softmax(1)),
    ("log_softmax", &[&[3, 7, 2]], |x| x[0].log_softmax(1)),
    ("affine", &[&[2, 3, 4], &[4], &[4]], |x| x[0].affine(&x[1], &x[2])),
    ("batch_norm", &[&[3, 5, 4, 6], &[6], &[6]], |x| x[0].batch_norm(&x[1], &x[2], &x[0].value().channel_stats()?, 1e-3)),
    ("batch_norm of many", &[&[3, 50, 40, 6], &[6], &[6]], |x| x[0].batch_norm(&x[1], &x[2], &x[0].value().channel_stats()?, 1e-3)),
    ("sum of many", &[&[3, 700, 2]], |x| x[0].sum(&[1], false)),
    ("sum of apart axes", &[&[3, 2, 5, 4]], |x| x[0].sum(&[3, 0], true)),
    ("mean of all", &[&[30, 70]], |x| x[0].mean(&[0, 1], false)),
    ("expand", &[&[3, 1, 4]], |x| x[0].expand(Shape::new([2, 3, 5, 4]))),
    ("permute", &[&[3, 2, 5, 4]], |x| x[0].permute(&[2, 0, 3, 1])),
    ("avg_pool2d", &[&[2, 7, 6, 3]], |x| x[0].avg_pool2d(AvgPool2d::new(Window::new([3, 2]).stride(2).padding(1)))),
    ("max_pool2d", &[&[2, 7, 6, 3]], |x| x[0].max_pool2d(Window::new([3, 2]).stride(2).padding(1), true)),
    ("linear", &[&[2, 3, 7], &[7, 5], &[5]], |x| x[0].linear(&x[1], Some(&x[2]))),
    ("cross_entropy", &[&[3, 6]], |x| {
        x[0].cross_entropy(&Var::constant(Tensor::new(&x[0].value().device(), Shape::new([3]), &[5., 0., 2.])?))
    }),
    ("batch_norm, fixed", &[&[3, 5, 4, 6], &[6], &[6], &[6]], |x| {
        x[0].batch_norm_fixed(&x[1], &x[2], &x[3], &x[3].unary(UnaryFn::Square)?.shift(0.5)?, 1e-3)
    }),
    ("layer_norm", &[&[3, 5, 4, 6], &[4, 6], &[4, 6]], |x| x[0].layer_norm(&x[1], &x[2], 1e-5)),
    ("layer_norm of a long line", &[&[2, 700], &[700], &[700]], |x| x[0].layer_norm(&x[1], &x[2], 1e-5)),
    ("group_norm", &[&[2, 5, 4, 6], &[6], &[6]], |x| x[0].group_norm(3, &x[1], &x[2], 1e-5)),
    ("group_norm of one", &[&[2, 5, 4, 6], &[6], &[6]], |x| x[0].group_norm(1, &x[1], &x[2], 1e-5)),
    ("local_response_norm", &[&[2, 2, 3, 7]], |x| x[0].local_response_norm(ResponseNorm { size: 4, alpha: 0.7, beta: 0.6, k: 1.5 })),
    ("standardised kernel", &[&[3, 2, 4, 5], &[5]], |x| x[0].scaled_standardised_kernel(&x[1], 1e-5)),
    ("matmul of many", &[&[2, 1, 3, 4], &[3, 4, 9]], |x| x[0].matmul(&x[1])),
    ("matmul by a column", &[&[2, 3, 4], &[4]], |x| x[0].matmul(&x[1])),
    ("cross_entropy, weighted and smoothed", &[&[4, 6], &[6]], |x| {
        let device = x[0].value().device();
        let targets = Var::constant(Tensor::new(&device, Shape::new([4]), &[1., 5., -100., 3.])?);
        let with = ClassWeights { weight: Some(&x[1].unary(UnaryFn::Square)?.shift(0.1)?), smoothing: 0.2 };
        let [losses, weights] = x[0].cross_entropy_weighted(&targets, with)?;
        losses.div(&weights.sum(&[0], true)?)
    }),
    ("huber", &[&[4, 6], &[4, 6]], |x| x[0].huber(&x[1], 0.7)),
    ("binary_cross_entropy", &[&[4, 6], &[4, 6]], |x| x[0].sigmoid()?.binary_cross_entropy(&x[1].sigmoid()?)),
    ("binary_cross_entropy_with_logits", &[&[4, 6], &[4, 6]], |x| x[0].binary_cross_entropy_with_logits(&x[1])),
    ("kl_div", &[&[4, 6], &[4, 6]], |x| x[0].log_softmax(1)?.kl_div(&x[1].log_softmax(1)?)),
    ("bilinear", &[&[2, 4, 5, 3]], |x| x[0].interpolate([7, 3], Interpolation::Bilinear(Grid::AlignCorners))),
    ("bicubic, antialiased", &[&[2, 7, 5, 3]], |x| x[0].interpolate([3, 8], Interpolation::Bicubic(Grid::Antialias))),
    ("nearest", &[&[2, 7, 5, 3]], |x| x[0].interpolate([3, 8], Interpolation::Nearest)),
    ("pixel_shuffle", &[&[2, 3, 2, 12]], |x| x[0].pixel_shuffle(2)),
    ("pixel_unshuffle", &[&[2, 6, 3, 2]], |x| x[0].pixel_unshuffle(3)),
    ("channel_shuffle", &[&[2, 3, 2, 12]], |x| x[0].channel_shuffle(3)),
    ("unfold", &[&[2, 5, 6, 3]], |x| x[0].unfold(Window::new([2, 3]).stride(2).padding(1))),
    ("fold", &[&[2, 18, 12]], |x| x[0].fold([6, 6], Window::new([2, 3]).stride(2).padding(1))),
];

/// The value, and the gradient of Σ value · upstream for each input.
fn run(line: &Line, device: &Device, inputs: &[Tensor]) -> Vec<Vec<f32>> {
    let tape = Tape::default();
    let x: Vec<Var> = inputs.iter().map(|t| tape.input(t.clone())).collect();
    let y = line.2(&x).unwrap_or_else(|e| panic!("{}: {e}", line.0));
    let upstream = tape.constant(tensor(device, y.shape().dims(), 99));
    let loss = y.mul(&upstream).and_then(|y| y.sum(&(0..y.shape().rank()).collect::<Vec<_>>(), false)).expect("equal shapes");
    let gradients = tape.backward(&loss, &x.iter().collect::<Vec<_>>()).unwrap_or_else(|e| panic!("{}: {e}", line.0));
    let found = gradients.kept().iter().map(|g| g.clone().unwrap_or_else(|| panic!("{}: an input without gradient", line.0)));
    std::iter::once(y.value().clone()).chain(found).map(|t| block_on(t.values()).expect("values")).collect()
}

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

#[test]
fn every_operation_agrees_on_gpu_and_cpu() {
    let gpu = gpu();
    for line in OPERATIONS {
        let on = |device: &Device| run(line, device, &(0..).zip(line.1).map(|(seed, dims)| tensor(device, dims, seed)).collect::<Vec<_>>());
        for (i, (found, expected)) in on(&gpu).iter().zip(on(&Device::Cpu)).enumerate() {
            let error = compare(found, &doubles(&expected));
            assert!(
                error <= 2e-5,
                "{}: {} off by {error}",
                line.0,
                if i == 0 { "the value is".into() } else { format!("gradient {} is", i - 1) }
            );
        }
    }
}

#[test]
fn every_gradient_is_what_small_changes_do() {
    for line in OPERATIONS {
        let inputs: Vec<Tensor> = (0..).zip(line.1).map(|(seed, dims)| tensor(&Device::Cpu, dims, seed)).collect();
        let found = run(line, &Device::Cpu, &inputs);
        let upstream = tensor(&Device::Cpu, &[found[0].len()], 99);
        let loss = |inputs: &[Tensor]| -> f64 {
            let x: Vec<Var> = inputs.iter().cloned().map(Var::constant).collect();
            let y = line.2(&x).expect("it ran before");
            let terms = y.value().on_cpu().expect("on the CPU").iter().zip(upstream.on_cpu().expect("on the CPU"));
            terms.map(|(y, g)| f64::from(*y) * f64::from(*g)).sum()
        };
        for (i, input) in inputs.iter().enumerate() {
            let values = input.on_cpu().expect("on the CPU").to_vec();
            let direction = tensor(&Device::Cpu, &[values.len()], 123);
            let direction = direction.on_cpu().expect("on the CPU");
            let at = |h: f32| {
                let moved: Vec<f32> = values.iter().zip(direction).map(|(v, d)| v + h * d).collect();
                let mut inputs = inputs.clone();
                inputs[i] = Tensor::new(&Device::Cpu, input.shape().clone(), &moved).expect("the same shape");
                loss(&inputs)
            };
            // Large enough for single precision, and small enough to cross no kink of a maximum.
            let h = 3e-4f32;
            let slope = (at(h) - at(-h)) / f64::from(2.0 * h);
            let expected: f64 = found[i + 1].iter().zip(direction).map(|(g, d)| f64::from(g * d)).sum();
            let scale = found[i + 1].iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
            assert!((slope - expected).abs() <= 1e-2 * scale, "{}: input {i}: small changes give {slope}, the tape {expected}", line.0);
        }
    }
}

#[test]
fn masks_are_drawn_alike_everywhere() {
    let on = |device: &Device, seed| {
        let x = Var::constant(tensor(device, &[1], 1));
        block_on(x.random_mask(Shape::new([100, 100]), 0.3, seed).expect("a mask").value().values()).expect("values")
    };
    let drawn = on(&Device::Cpu, 7);
    assert_eq!(drawn, on(&gpu(), 7));
    assert_ne!(drawn, on(&Device::Cpu, 8));
    assert!(drawn.iter().all(|m| *m == 0.0 || *m == 1.0));
    // Ten thousand draws: the mean is within four standard deviations, 4 · √(0.3 · 0.7 / 10 000) = 0.018.
    assert!((drawn.iter().sum::<f32>() / 1e4 - 0.7).abs() < 0.018);
}

/// Numbers below a bound, the same ones every time.
struct Draws(std::vec::IntoIter<f32>);

impl Draws {
    fn new() -> Draws {
        Draws(noise(200_000, 5).into_iter())
    }
    fn below(&mut self, bound: usize) -> usize {
        ((self.0.next().expect("enough draws") * 0.5 + 0.5) * bound as f32) as usize % bound
    }
    /// Shapes for an operation, most of which do not fit: one axis of a fitting shape is changed, or the shape is arbitrary. `length` draws an axis.
    fn shapes(&mut self, line: &Line, length: fn(&mut Draws) -> usize) -> Vec<Vec<usize>> {
        let mut shape = |dims: &&[usize]| match self.below(3) {
            0 if !dims.is_empty() => {
                let (mut dims, axis) = (dims.to_vec(), self.below(dims.len()));
                dims[axis] = length(self);
                dims
            }
            1 => dims.to_vec(),
            _ => (0..self.below(6)).map(|_| length(self)).collect(),
        };
        line.1.iter().map(&mut shape).collect()
    }
}

/// The value, and the gradients of its sum.
fn value_and_gradients(line: &Line, inputs: &[Tensor]) -> Result<Vec<Tensor>> {
    let tape = Tape::default();
    let x: Vec<Var> = inputs.iter().map(|t| tape.input(t.clone())).collect();
    let y = line.2(&x)?;
    let loss = y.sum(&(0..y.shape().rank()).collect::<Vec<_>>(), false)?;
    let gradients = tape.backward(&loss, &x.iter().collect::<Vec<_>>())?;
    Ok(std::iter::once(y.value().clone()).chain(gradients.kept().iter().flatten().cloned()).collect())
}

#[test]
fn nothing_panics_on_any_shape() {
    // The result is a value with its gradients, or an error. The GPU is slow to begin, so it is asked every tenth time; it must answer or
    // refuse as the CPU does.
    let (mut draws, gpu) = (Draws::new(), gpu());
    let (mut computed, mut refused) = (0, 0);
    for line in OPERATIONS {
        for turn in 0..100 {
            let shapes = draws.shapes(line, |draws| 1 + draws.below(9));
            let on = |device: &Device| {
                let inputs: Vec<Tensor> = (0..).zip(&shapes).map(|(seed, dims)| tensor(device, dims, seed)).collect();
                value_and_gradients(line, &inputs)
            };
            let found = on(&Device::Cpu);
            if turn % 10 == 0 {
                match (&found, &on(&gpu)) {
                    (Ok(expected), Ok(found)) => {
                        for (expected, found) in expected.iter().zip(found) {
                            // The error is not relative to each value, because a 0 is a sum of terms that cancel.
                            let expected = expected.on_cpu().expect("on the CPU");
                            let most = expected.iter().fold(1.0, |most: f32, e| most.max(e.abs()));
                            let found = block_on(found.values()).expect("values");
                            let near = |(f, e): (&f32, &f32)| (f - e).abs() <= 1e-4 * most || f.is_nan() && e.is_nan() || f == e;
                            assert!(found.iter().zip(expected).all(near), "{} of {shapes:?}: {found:?}, not {expected:?}", line.0);
                        }
                    }
                    (Err(expected), Err(found)) => assert_eq!(expected, found, "{} of {shapes:?}", line.0),
                    (expected, found) => panic!("{} of {shapes:?}: {:?} and {:?}", line.0, expected.as_ref().err(), found.as_ref().err()),
                }
            }
            if found.is_ok() { computed += 1 } else { refused += 1 }
        }
    }
    assert!(computed > 500 && refused > 500, "{computed} were computed and {refused} refused");
}

#[test]
fn nothing_panics_on_absurd_shapes() {
    // Without values, sizes cost nothing: no axis at all, an axis of length 0, and more than any memory holds.
    const LENGTHS: [usize; 10] = [0, 1, 2, 4, 7, 1000, 1 << 25, 1 << 38, usize::MAX / 4, usize::MAX];
    let mut draws = Draws::new();
    let (mut fit, mut refused, mut panicked) = (0, 0, vec![]);
    for line in OPERATIONS {
        for _ in 0..100 {
            let shapes = draws.shapes(line, |draws| LENGTHS[draws.below(LENGTHS.len())]);
            let inputs: Result<Vec<Tensor>> = shapes.iter().map(|dims| Tensor::new(&Device::Meta, Shape::new(&dims[..]), &[])).collect();
            let impossible = shapes.iter().any(|dims| dims.contains(&0) || dims.iter().map(|n| *n as f64).product::<f64>() > 1.1e12);
            assert_eq!(inputs.is_err(), impossible, "{shapes:?}");
            match catch_unwind(AssertUnwindSafe(|| inputs.and_then(|inputs| value_and_gradients(line, &inputs)))) {
                Ok(Ok(_)) => fit += 1,
                Ok(Err(_)) => refused += 1,
                Err(_) => panicked.push((line.0, shapes)),
            }
        }
    }
    assert!(panicked.is_empty(), "{panicked:?}");
    assert!(fit > 500 && refused > 500, "{fit} fitted and {refused} were refused");
}

#[test]
fn what_no_memory_holds_is_refused_in_numbers() {
    for device in [Device::Cpu, gpu()] {
        let x = Var::constant(tensor(&device, &[1], 1));
        for length in [1 << 40, usize::MAX] {
            let error = x.expand(Shape::new([length])).err().expect("no such memory").to_string();
            let (bytes, most) = ("4398046511104 bytes", "more than 1099511627776 values");
            assert!(error.contains("expand") && [bytes, most, "workgroups"].iter().any(|told| error.contains(told)), "{error}");
        }
    }
}
