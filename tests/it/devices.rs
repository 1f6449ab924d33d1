//! The two devices that hold values, for tests that run on both.
use pollster::block_on;
use receptive::engine::{
    gpu::{Gpu, Which},
    tensor::{Device, Shape, Tensor},
};

/// A GPU for this thread. A software adapter is accepted.
pub fn gpu() -> Device {
    Device::Gpu(block_on(Gpu::request(Which::Any)).expect("a Vulkan adapter: script/bootstrap --tests installs a software one"))
}

pub fn both() -> [(&'static str, Device); 2] {
    [("cpu", Device::Cpu), ("gpu", gpu())]
}

/// Numbers between −1 and 1 that look random and are the same every time.
pub fn noise(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

pub fn tensor(device: &Device, dims: &[usize], seed: u32) -> Tensor {
    Tensor::new(device, Shape::new(dims), &noise(dims.iter().product(), seed)).expect("a tensor of noise")
}
