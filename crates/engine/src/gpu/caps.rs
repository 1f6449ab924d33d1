//! What a device can hold and how it should be spoken to, as plain numbers.

/// WebGPU's limits of a device (`GPUSupportedLimits`), as far as dispatches meet them.
#[derive(Clone, Debug, PartialEq)]
pub struct Caps {
    /// The most bytes that one shader binding, hence one buffer, may have.
    pub max_storage_binding: u64,
    /// The most workgroups in one dimension of a dispatch.
    pub max_groups: u32,
    /// The most inputs of one dispatch.
    pub max_inputs: u32,
    /// The adapter is a program on the processor, not a GPU.
    pub software: bool,
}
