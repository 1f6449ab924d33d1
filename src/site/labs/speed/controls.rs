//! The settings, which the address holds: which cases, on which devices, how many runs.
use crate::{
    site::controls::{Control, Controls, Kind, fitted},
    workbench::protocol::{
        DeviceChoice,
        speed::{CASES, Case, RUNS},
    },
};
use serde::{Deserialize, Serialize};

/// The value of `cases` if none is chosen. If all are chosen, `cases` is empty.
const NONE: &str = "none";
/// The values and names of the choice of devices.
pub const DEVICES: [&str; 4] = ["auto", "cpu", "gpu", "both"];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Names, separated by commas. Empty for all cases.
    pub cases: String,
    /// "auto" is the CPU, and a GPU if there is a real one.
    pub device: String,
    pub runs: usize,
    /// 1 if the measurement begins with the page.
    pub start: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { cases: String::new(), device: DEVICES[0].into(), runs: 5, start: 0 }
    }
}

/// One case on one device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job {
    pub case: &'static Case,
    pub device: DeviceChoice,
    /// Whether the job is left out if the adapter is software, or if there is none.
    pub only_real: bool,
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control { key: "device", label: "Device", kind: Kind::Choice(|| DEVICES.map(|device| (device.into(), device.into())).into()) },
        Control { key: "runs", label: "Timed runs", kind: Kind::Whole { ends: [RUNS[0] as u64, RUNS[1] as u64] } },
    ];

    fn fitted(self) -> Self {
        let mut settings = fitted(self.written());
        let asked = settings.asked();
        // Words of which none is a case mean what no words mean.
        if settings.cases != NONE {
            settings.choose(|case| asked.is_empty() || asked.contains(&case));
        }
        settings.start = settings.start.min(1);
        settings
    }

    /// Cases in the table's order, by their own names.
    fn written(mut self) -> Self {
        let asked = self.asked();
        if asked.len() == self.cases.split(',').count() {
            self.choose(|case| asked.contains(&case));
        }
        if matches!(self.device.as_str(), "cpu,gpu" | "gpu,cpu" | "all") {
            self.device = "both".into();
        }
        self
    }
}

impl Settings {
    /// The cases that the words name.
    fn asked(&self) -> Vec<&'static Case> {
        self.cases.split(',').filter_map(|name| Case::find(name.trim())).collect()
    }
    pub fn has(&self, case: &Case) -> bool {
        self.cases.is_empty() || self.cases.split(',').any(|name| name == case.name)
    }
    pub fn choose(&mut self, wanted: impl Fn(&Case) -> bool) {
        let names: Vec<&str> = CASES.iter().filter(|case| wanted(case)).map(|case| case.name).collect();
        self.cases = match names.len() {
            0 => NONE.into(),
            n if n == CASES.len() => String::new(),
            _ => names.join(","),
        };
    }
    /// The jobs to measure, case by case.
    pub fn jobs(&self) -> Vec<Job> {
        let automatic = self.device == "auto";
        let devices: &[DeviceChoice] = match self.device.as_str() {
            "cpu" => &[DeviceChoice::Cpu],
            "gpu" => &[DeviceChoice::Gpu],
            _ => &[DeviceChoice::Cpu, DeviceChoice::Gpu],
        };
        let on = |case| devices.iter().map(move |&device| Job { case, device, only_real: automatic && device == DeviceChoice::Gpu });
        CASES.iter().filter(|case| self.has(case)).flat_map(on).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;

    fn read(query: &str) -> Settings {
        Keys::<Settings>::default().from_query(query)
    }

    #[test]
    fn an_address_says_what_is_measured() {
        let settings = read("cases=mobilenetv2,conv3x3_64_56&device=both&runs=2&start=1");
        assert_eq!(settings, Settings { cases: "conv3x3_64_56,mobilenet_v2".into(), device: "both".into(), runs: 2, start: 1 });
        assert_eq!(read(&Keys::default().to_query(&settings, "")), settings);
        let jobs: Vec<_> = settings.jobs().iter().map(|j| (j.case.name, j.device)).collect();
        let (cpu, gpu) = (DeviceChoice::Cpu, DeviceChoice::Gpu);
        assert_eq!(jobs, [("conv3x3_64_56", cpu), ("conv3x3_64_56", gpu), ("mobilenet_v2", cpu), ("mobilenet_v2", gpu)]);
    }

    #[test]
    fn another_order_is_no_mend() {
        let told = |query: &str| Keys::<Settings>::default().mended(query).1.len();
        assert_eq!((told("cases=mobilenetv2,conv3x3_64_56&device=all"), told("cases=vgg,mobilenetv2&device=tpu")), (0, 2));
    }

    #[test]
    fn all_is_the_default_and_none_can_be_said() {
        assert_eq!(Settings::default().jobs().len(), 2 * CASES.len());
        let mut settings = Settings::default();
        settings.choose(|_| false);
        assert_eq!((settings.clone().fitted(), settings.jobs()), (settings, vec![]));
    }

    #[test]
    fn nonsense_becomes_the_nearest_sense() {
        crate::site::controls::tests::holds::<Settings>();
        assert_eq!(read("cases=vgg,&device=tpu&runs=0&start=7"), Settings { runs: 1, start: 1, ..Settings::default() });
        assert_eq!(read("device=cpu,gpu").device, "both");
    }

    #[test]
    fn a_software_adapter_is_measured_only_when_asked_for() {
        assert!(Settings::default().jobs().iter().all(|job| job.only_real == (job.device == DeviceChoice::Gpu)));
        assert!(read("device=gpu").jobs().iter().all(|job| !job.only_real));
    }
}
