//! The device on which a network is computed: the choice, and the GPU that was found.
use serde::{Deserialize, Serialize};

/// The device on which a network is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// The processor.
    #[default]
    Cpu,
    /// The GPU, by WebGPU. Refused if there is none, or if the program only computes on the CPU.
    Gpu,
}

/// A GPU in its own words. In a browser, fields may be empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Adapter {
    /// The driver's name for it.
    pub name: String,
    /// The vendor.
    pub vendor: String,
    /// The family of GPUs to which it belongs.
    pub architecture: String,
    /// Whether it is a program on the processor. Such an adapter is never called a GPU, and never the default.
    pub software: bool,
}
