//! The GPU: it is requested, named, and lost.
use super::{Buffer, Caps, Memory, faults::Faults, pipelines::Pipelines, pool::Pool, recorder::Recorder, staging::Staging};
use crate::error::{Error, Result};
use std::rc::Rc;

/// Which kind of adapter is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Only a GPU, not a program that imitates one.
    Hardware,
    /// A GPU if there is one, otherwise a software adapter.
    Any,
}

/// What the adapter says of itself. Browsers withhold some of it; such fields are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterInfo {
    /// The adapter's name, as the driver or the browser gives it.
    pub name: String,
    /// Natively the vendor's PCI number in hexadecimal, such as `0x10de`. In browsers the vendor's name.
    pub vendor: String,
    /// Natively the driver's name. In browsers the GPU's family.
    pub architecture: String,
    /// Whether the adapter is a program on the processor. Either it says so itself, or its name is a known one, such as SwiftShader or llvmpipe.
    pub software: bool,
}

/// A WebGPU device and its queue, with everything that belongs to them: pooled memory, compiled shaders, recorded work, and errors that were not reported yet.
pub struct Gpu {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) faults: Rc<Faults>,
    pub(super) pool: Rc<Pool>,
    pub(super) pipelines: Pipelines,
    pub(super) recorder: Recorder,
    pub(super) staging: Staging,
    info: AdapterInfo,
    caps: Caps,
}

impl Gpu {
    /// Requests an adapter (the fast one, if the system can choose) and a device with the adapter's own buffer limits. Refuses where there
    /// is no adapter, and where there is only a software adapter and `which` is [`Which::Hardware`].
    pub async fn request(which: Which) -> Result<Rc<Gpu>> {
        Gpu::request_within(which, u64::MAX).await
    }

    /// The same, with no buffer larger than `most` bytes: as a smaller GPU would be.
    pub async fn request_within(which: Which, most: u64) -> Result<Rc<Gpu>> {
        let instance = wgpu::Instance::default();
        let adapter = adapter(&instance, which).await?;
        let allowed = adapter.limits();
        let required_limits = wgpu::Limits {
            max_storage_buffer_binding_size: allowed.max_storage_buffer_binding_size,
            max_buffer_size: allowed.max_buffer_size,
            ..wgpu::Limits::default()
        };
        let descriptor = wgpu::DeviceDescriptor { label: Some("receptive"), required_limits, ..Default::default() };
        let refused = |error| Error::Device(format!("the adapter gives no device: {error}"));
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(refused)?;

        let info = describe(&adapter, &device);
        let limits = device.limits();
        let caps = Caps {
            max_storage_binding: limits.max_storage_buffer_binding_size.min(limits.max_buffer_size).min(most),
            max_groups: limits.max_compute_workgroups_per_dimension,
            max_inputs: limits.max_storage_buffers_per_shader_stage - 1,
            software: info.software,
        };
        let faults = Rc::new(Faults::new(device.clone()));
        let pool = Rc::new(Pool::new(device.clone(), faults.clone(), caps.max_storage_binding));
        let pipelines = Pipelines::new(device.clone(), faults.clone());
        let recorder = Recorder::new(&pool, caps.software);
        Ok(Rc::new(Gpu { device, queue, faults, pool, pipelines, recorder, staging: Staging::default(), info, caps }))
    }

    /// The adapter that was found.
    pub fn info(&self) -> &AdapterInfo {
        &self.info
    }

    /// The device's limits. A dispatch is checked against them before it is recorded.
    pub fn caps(&self) -> &Caps {
        &self.caps
    }

    /// The buffers that exist on this device now: those in use, free ones, and the engine's own.
    pub fn memory(&self) -> Memory {
        self.pool.memory()
    }

    /// Returns all memory that is not in use to the system. It is called when another network takes the place of the present one.
    pub fn trim(&self) {
        self.flush();
        self.recorder.forget_groups();
        self.pool.trim();
    }

    /// Loses the device on purpose, as a reset of the driver would.
    pub fn lose(&self) {
        self.faults.lose("it was given up");
        self.device.destroy();
    }

    /// Why the device is gone, if it is.
    pub fn lost(&self) -> Option<String> {
        self.faults.lost()
    }

    /// Refuses a buffer of another device, for example of one that was lost.
    pub(super) fn own(&self, label: &str, buffer: &Buffer) -> Result<()> {
        match buffer.belongs_to(&self.pool) {
            true => Ok(()),
            false => Err(Error::Device(format!("{label} was given a buffer of another device"))),
        }
    }
}

async fn adapter(instance: &wgpu::Instance, which: Which) -> Result<wgpu::Adapter> {
    let fast = wgpu::RequestAdapterOptions { power_preference: wgpu::PowerPreference::HighPerformance, ..Default::default() };
    let fallback = wgpu::RequestAdapterOptions { force_fallback_adapter: true, ..Default::default() };
    let found = match (instance.request_adapter(&fast).await, which) {
        (Err(_), Which::Any) => instance.request_adapter(&fallback).await,
        (found, _) => found,
    };
    let adapter = found.map_err(|_| Error::Device("there is no GPU adapter here".to_string()))?;
    let info = adapter.get_info();
    match which == Which::Hardware && software(&info, "") {
        true => Err(Error::Device(format!("there is no GPU here, only a software adapter ({})", info.name))),
        false => Ok(adapter),
    }
}

/// Whether the adapter is software: it says so itself, or its name is one of the known imitations.
fn software(info: &wgpu::AdapterInfo, architecture: &str) -> bool {
    let names = format!("{} {} {architecture}", info.name, info.driver).to_lowercase();
    info.device_type == wgpu::DeviceType::Cpu
        || ["swiftshader", "llvmpipe", "lavapipe", "basic render"].iter().any(|name| names.contains(name))
}

#[cfg(not(target_arch = "wasm32"))]
fn describe(adapter: &wgpu::Adapter, _device: &wgpu::Device) -> AdapterInfo {
    let info = adapter.get_info();
    let software = software(&info, "");
    AdapterInfo { name: info.name, vendor: format!("{:#06x}", info.vendor), architecture: info.driver, software }
}

/// Reads vendor and architecture from the browser. wgpu does not pass them on, and a browser tells little else.
#[cfg(target_arch = "wasm32")]
fn describe(adapter: &wgpu::Adapter, device: &wgpu::Device) -> AdapterInfo {
    let info = adapter.get_info();
    let told = device.as_webgpu().map(|device| device.adapter_info());
    let (vendor, architecture) = told.map(|told| (told.vendor(), told.architecture())).unwrap_or_default();
    let software = software(&info, &architecture);
    AdapterInfo { name: info.name, vendor, architecture, software }
}
