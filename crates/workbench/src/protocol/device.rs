//! Where a network is computed: the choice, and the GPU that was found.
use serde::{Deserialize, Serialize};

/// Where a network is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// The processor.
    #[default]
    Cpu,
    /// The GPU, by WebGPU: refused where none is found, or by a program that computes on the CPU alone.
    Gpu,
}

/// A GPU as it describes itself; fields may be empty in a browser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Adapter {
    /// As the driver names it.
    pub name: String,
    /// Who made it.
    pub vendor: String,
    /// The family it belongs to.
    pub architecture: String,
    /// A processor that pretends: never called a GPU and never the default.
    pub software: bool,
}
