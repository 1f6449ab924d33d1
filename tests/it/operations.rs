//! A line for each operation: its value and gradients on the GPU against the CPU, and the gradients against central differences.
use crate::devices::{gpu, tensor};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::{Tape, Var},
        ops::{Along, Border, ConvTranspose2d, PadMode, Slice, Window},
        tensor::{Device, Tensor},
    },
    error::Result,
    workbench::jobs::verify::compare,
};

/// Name, shapes of the inputs, and what is done with them.
type Line = (&'static str, &'static [&'static [usize]], fn(&[Var]) -> Result<Var>);

const BORDER: Border = Border { top: 2, bottom: 0, left: 1, right: 3 };
const ALONG: [Along; 2] = [Along { length: 9, start: -3, step: 2, every: 3 }, Along { length: 4, start: 5, step: -2, every: 1 }];

const OPERATIONS: &[Line] = &[
    ("slice", &[&[5, 7]], |x| x[0].slice(1, 1, 6, 2)),
    ("slice with gaps", &[&[5, 7]], |x| Var::apply(Slice { axes: ALONG.to_vec(), fill: 0.5 }, &[&x[0]])),
    ("select", &[&[5, 7, 2]], |x| x[0].select(1, 6)),
    ("chunk", &[&[5, 7]], |x| Ok(x[0].chunk(1, 3)?.swap_remove(2))),
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
    ("adaptive_avg_pool2d", &[&[2, 7, 5, 3]], |x| x[0].adaptive_avg_pool2d([3, 4])),
    ("adaptive_avg_pool2d to more", &[&[1, 3, 2, 5]], |x| x[0].adaptive_avg_pool2d([4, 5])),
    ("adaptive_max_pool2d", &[&[2, 7, 5, 3]], |x| x[0].adaptive_max_pool2d([3, 4])),
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
            // Wide enough for single precision, narrow enough to cross no kink of a maximum.
            let h = 3e-4f32;
            let slope = (at(h) - at(-h)) / f64::from(2.0 * h);
            let expected: f64 = found[i + 1].iter().zip(direction).map(|(g, d)| f64::from(g * d)).sum();
            let scale = found[i + 1].iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
            assert!((slope - expected).abs() <= 1e-2 * scale, "{}: input {i}: small changes give {slope}, the tape {expected}", line.0);
        }
    }
}
