//! The devices that the workbench found, in words.
use crate::workbench::protocol::{Adapter, DeviceChoice};

/// The devices that a reader can choose.
pub const DEVICES: [&str; 3] = ["auto", "cpu", "gpu"];

/// The device for such a choice. A software adapter is used only if the reader asks for a GPU.
pub fn device(choice: &str, real_gpu: bool) -> DeviceChoice {
    match choice {
        "gpu" => DeviceChoice::Gpu,
        "auto" if real_gpu => DeviceChoice::Gpu,
        _ => DeviceChoice::Cpu,
    }
}

/// The machine, as `Event::Machine` describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    /// The GPU, or a software adapter in its place.
    pub adapter: Option<Adapter>,
    /// The reason why there is no adapter, as a sentence.
    pub why_no_gpu: Option<String>,
}

impl Machine {
    /// Whether the worker has described the machine.
    pub fn is_known(&self) -> bool {
        self.adapter.is_some() || self.why_no_gpu.is_some()
    }
    /// Whether there is an adapter that is not software.
    pub fn real_gpu(&self) -> bool {
        self.adapter.as_ref().is_some_and(|a| !a.software)
    }
    /// The adapter's name.
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
    /// `DEVICES`, each with the name that readers see.
    pub fn devices(&self) -> Vec<(String, String)> {
        let auto = if self.real_gpu() { "Automatic: the GPU" } else { "Automatic: the CPU" };
        DEVICES.map(String::from).into_iter().zip([auto.into(), "CPU".into(), self.gpu_name()]).collect()
    }
    /// The short name of a device, for a table.
    pub fn device_name(&self, device: DeviceChoice) -> &'static str {
        match device {
            DeviceChoice::Cpu => "CPU",
            DeviceChoice::Gpu if self.adapter.as_ref().is_some_and(|a| a.software) => "software adapter",
            DeviceChoice::Gpu => "GPU",
        }
    }
}

/// The message that a run has lost its GPU for this reason, and continues.
pub fn recovered(step: u64, lost_steps: u64, reason: &str, device: DeviceChoice) -> String {
    let place = if device == DeviceChoice::Gpu { "on a fresh device" } else { "on the CPU" };
    let steps = if lost_steps == 1 { "1 step was lost".to_string() } else { format!("{lost_steps} steps were lost") };
    format!("The GPU device was lost ({reason}). Training goes on {place} from step {step}; {steps}.")
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
        assert_eq!(machine.devices()[0], ("auto".to_string(), "Automatic: the CPU".to_string()));
        assert_eq!(
            ["auto", "cpu", "gpu"].map(|choice| device(choice, machine.real_gpu())),
            [DeviceChoice::Cpu, DeviceChoice::Cpu, DeviceChoice::Gpu]
        );
        assert_eq!(["auto", "cpu", "gpu"].map(|choice| device(choice, true)), [DeviceChoice::Gpu, DeviceChoice::Cpu, DeviceChoice::Gpu]);
        assert_eq!(machine.device_name(DeviceChoice::Cpu), "CPU");
        // Without an adapter nothing is called software.
        assert_eq!(Machine::default().device_name(DeviceChoice::Gpu), "GPU");
    }
}
