//! A device's limits, and whether it is a program on the processor, as plain numbers.

/// WebGPU's limits of a device (`GPUSupportedLimits`), those that a dispatch can exceed.
#[derive(Clone, Debug, PartialEq)]
pub struct Caps {
    /// The largest size of one shader binding, and so of one buffer, in bytes.
    pub max_storage_binding: u64,
    /// The most workgroups in one dimension of a dispatch.
    pub max_groups: u32,
    /// The most inputs of one dispatch.
    pub max_inputs: u32,
    /// Whether the adapter is a program on the processor (software rendering), not a GPU.
    pub software: bool,
}
