//! How long single operations, networks and a training step take, on the CPU or a GPU: minimum and median in ms, and GFLOP/s of the minimum.
//!
//! `cargo run --release --no-default-features --features gpu --example speed -- --device gpu --runs 7 --only conv`; examples/speed.mjs runs it as WebAssembly.
use receptive::{
    engine::{
        autograd::Var,
        ops::Window,
        tensor::{Device, Layout, Tensor},
    },
    error::Result,
    nets::{
        models::{macs, model},
        nn::{Conv2d, Cx, Module, Scope, Seq},
        train::{Optimiser, Rule, Trainer},
    },
};

/// Input channels, output channels, kernel, stride, groups, height and width of the image; padding (kernel − 1) / 2, batch 1.
const CONVOLUTIONS: [(&str, [usize; 6]); 5] = [
    ("conv3x3_64_56", [64, 64, 3, 1, 1, 56]),
    ("conv1x1_64_256_56", [64, 256, 1, 1, 1, 56]),
    ("conv3x3_256_14", [256, 256, 3, 1, 1, 14]),
    ("dw3x3_96_112", [96, 96, 3, 1, 96, 112]),
    ("conv7x7s2_3_64_224", [3, 64, 7, 2, 1, 224]),
];
const NETWORKS: [&str; 3] = ["resnet18", "mobilenet_v2", "efficientnet_b0"];
const STEP: &str = "lenet5_b64";
/// Operations are run so many times before one wait, as a network would.
const BACK_TO_BACK: usize = 5;

fn cases() -> Vec<&'static str> {
    CONVOLUTIONS.iter().map(|c| c.0).chain(NETWORKS).chain([STEP]).collect()
}

fn image(device: &Device, dims: &[usize]) -> Result<Var> {
    let values: Vec<f32> = (0..dims.iter().product()).map(|i: usize| (i * 7 % 13) as f32 / 6.0 - 1.0).collect();
    Ok(Var::constant(Tensor::from_outside(device, Layout::Image, dims, &values)?))
}

/// What is run, how often at a time, and the floating point operations of one run.
type Case = (Box<dyn FnMut() -> Result<Tensor>>, usize, f64);

fn prepare(name: &str, device: &Device) -> Result<Case> {
    if let Some((_, [ci, co, k, stride, groups, size])) = CONVOLUTIONS.iter().find(|c| c.0 == name) {
        let window = Window::square(*k).stride(*stride).padding((k - 1) / 2);
        let layer = Seq::new(&Scope::new(device.clone(), 1)).then("conv", |s| Conv2d::without_bias(s, *ci, *co, window, *groups))?;
        let x = image(device, &[1, *ci, *size, *size])?;
        let places = size.div_ceil(*stride);
        let flop = 2 * places * places * co * (ci / groups) * k * k;
        return Ok((Box::new(move || Ok(layer.forward(&x, &mut Cx::default())?.value().clone())), BACK_TO_BACK, flop as f64));
    }
    if name == STEP {
        let spec = model("lenet5")?;
        let network = spec.network(&Scope::new(device.clone(), 1))?;
        let mut trainer = Trainer { network, optimiser: Optimiser::new(Rule::sgd(0.0), 0.02), device: device.clone(), dropout: None };
        let (images, labels) = (vec![0.5; 64 * 28 * 28], vec![3.0; 64]);
        return Ok((Box::new(move || Ok(trainer.step(&[64, 1, 28, 28], &images, &labels)?.loss)), 1, 3.0 * 128.0 * macs(spec)? as f64));
    }
    let spec = model(name)?;
    let network = spec.network(&Scope::new(device.clone(), 1))?;
    let [c, h, w] = spec.input;
    let x = image(device, &[1, c, h, w])?;
    Ok((Box::new(move || Ok(network.forward(&x, &mut Cx::default())?.value().clone())), 1, 2.0 * macs(spec)? as f64))
}

/// First run, minimum and median of `runs` later ones, in ms, as a line of a table.
fn measure(name: &str, device: &Device, runs: usize) -> Result<String> {
    let start = now();
    let (mut run, times, flop) = prepare(name, device)?;
    let mut timed = |times: usize| -> Result<f64> {
        let start = now();
        let mut last = run()?;
        for _ in 1..times {
            last = run()?;
        }
        wait(&last)?;
        Ok((now() - start) / times as f64)
    };
    timed(1)?;
    let first = now() - start;
    timed(times)?;
    let mut all = (0..runs.max(1)).map(|_| timed(times)).collect::<Result<Vec<f64>>>()?;
    all.sort_by(f64::total_cmp);
    let (least, median) = (all[0], all[all.len() / 2]);
    Ok(format!("{name:20} min {least:8.2}  median {median:8.2}  first {first:8.1} ms  {:7.1} GFLOP/s", flop / least / 1e6))
}

#[cfg(not(target_arch = "wasm32"))]
mod surroundings {
    use super::*;
    use std::{sync::LazyLock, time::Instant};

    pub fn now() -> f64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed().as_secs_f64() * 1e3
    }
    #[cfg(feature = "gpu")]
    pub fn wait(y: &Tensor) -> Result<()> {
        // One value's way back waits for all that was recorded before it.
        let values = Var::constant(y.clone()).reshape(receptive::engine::tensor::Shape::new([y.shape().size()]))?;
        pollster::block_on(values.narrow(0, 0, 1)?.value().values()).map(drop)
    }
    #[cfg(not(feature = "gpu"))]
    pub fn wait(_: &Tensor) -> Result<()> {
        Ok(())
    }
    pub fn device(name: &str) -> Result<Device> {
        match name {
            #[cfg(feature = "gpu")]
            "gpu" => {
                use receptive::engine::gpu::{Gpu, Which};
                let gpu = pollster::block_on(Gpu::request(Which::Any))?;
                eprintln!("{}", gpu.info().name);
                Ok(Device::Gpu(gpu))
            }
            "cpu" => Ok(Device::Cpu),
            _ => Err(receptive::error::Error::Device(format!("{name} is neither cpu nor, with the feature gpu, gpu"))),
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod surroundings {
    use super::*;

    #[link(wasm_import_module = "surroundings")]
    unsafe extern "C" {
        safe fn now_ms() -> f64;
        fn print(text: *const u8, length: usize);
    }
    pub fn now() -> f64 {
        now_ms()
    }
    pub fn wait(_: &Tensor) -> Result<()> {
        Ok(())
    }
    /// Measures case number `case` on the CPU; false where there is none.
    #[unsafe(no_mangle)]
    pub extern "C" fn speed(case: usize, runs: usize) -> bool {
        let cases = cases();
        let Some(name) = cases.get(case) else { return false };
        let line = measure(name, &Device::Cpu, runs).unwrap_or_else(|error| format!("{name}: {error}"));
        // SAFETY: the host reads these bytes before it returns.
        unsafe { print(line.as_ptr(), line.len()) };
        true
    }
}
use surroundings::*;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1)).map(String::as_str);
    let device = device(option("--device").unwrap_or("cpu"))?;
    let runs = option("--runs").and_then(|n| n.parse().ok()).unwrap_or(7);
    for name in cases().into_iter().filter(|name| name.contains(option("--only").unwrap_or(""))) {
        println!("{}", measure(name, &device, runs)?);
    }
    Ok(())
}

#[cfg(target_arch = "wasm32")]
fn main() {}
