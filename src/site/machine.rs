//! What the workbench found to compute on, in words.
use crate::workbench::protocol::{Adapter, DeviceChoice};

/// As `Event::Machine` told it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    pub adapter: Option<Adapter>,
    pub why_no_gpu: Option<String>,
}

impl Machine {
    /// Whether the worker has told what there is.
    pub fn is_known(&self) -> bool {
        self.adapter.is_some() || self.why_no_gpu.is_some()
    }
    pub fn real_gpu(&self) -> bool {
        self.adapter.as_ref().is_some_and(|a| !a.software)
    }
    /// The adapter as it is.
    pub fn gpu_name(&self) -> String {
        let Some(adapter) = &self.adapter else { return "GPU (none found)".into() };
        let parts: Vec<&str> =
            [&adapter.name, &adapter.vendor, &adapter.architecture].into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        format!(
            "{} ({})",
            if adapter.software { "Software adapter, slow" } else { "GPU" },
            if parts.is_empty() { "unnamed".into() } else { parts.join(", ") }
        )
    }
    /// Short, as it stands in a table.
    pub fn device_name(&self, device: DeviceChoice) -> &'static str {
        match device {
            DeviceChoice::Cpu => "CPU",
            DeviceChoice::Gpu if self.adapter.as_ref().is_some_and(|a| a.software) => "software adapter",
            DeviceChoice::Gpu => "GPU",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_software_adapter_is_never_called_a_gpu() {
        let adapter = Adapter { vendor: "google".into(), architecture: "swiftshader".into(), software: true, ..Adapter::default() };
        let machine = Machine { adapter: Some(adapter), why_no_gpu: None };
        assert_eq!(machine.gpu_name(), "Software adapter, slow (google, swiftshader)");
        assert_eq!(machine.device_name(DeviceChoice::Gpu), "software adapter");
        assert_eq!(machine.device_name(DeviceChoice::Cpu), "CPU");
        // Where there is none, there is nothing that pretends.
        assert_eq!(Machine::default().device_name(DeviceChoice::Gpu), "GPU");
    }
}
