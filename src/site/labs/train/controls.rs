//! What the reader sets: one struct, which is also the address.
use super::tasks::TASKS;
use crate::{
    nets::models::DIGITS,
    site::{
        labs::task::task,
        machine::{DEVICES, device},
        url::Controls,
    },
    workbench::protocol::{OptimiserChoice, TrainOptions},
};
use serde::{Deserialize, Serialize};

/// Batch sizes on offer.
pub const BATCHES: [usize; 5] = [16, 32, 64, 128, 256];
/// Sizes of the set that is learned from; 0 is all digits.
pub const SETS: [usize; 3] = [500, 5_000, 0];
/// Ends of the sliders of dropout, shift (pixels) and turn (degrees).
pub const DROPOUT: f32 = 0.9;
pub const SHIFT: f32 = 6.0;
pub const TURN: f32 = 45.0;
/// Ends of the rate's slider, as powers of ten.
pub const RATES: [f32; 2] = [-4.0, 0.0];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub model: String,
    /// "auto": a GPU where there is a real one, else the CPU.
    pub device: String,
    pub optimiser: OptimiserChoice,
    pub rate: f32,
    pub batch: usize,
    pub seed: u64,
    /// Digits learned from; 0: all.
    pub digits: usize,
    pub dropout: f32,
    /// Pixels and degrees at most.
    pub shift: f32,
    pub turn: f32,
    /// The test digit that is looked at.
    pub digit: usize,
    /// Whether a drawing is fitted and centred before it is read.
    pub centre: bool,
    /// The cell of the confusion matrix that is opened, such as "4-9"; or none.
    pub cell: String,
    /// The step that is shown again; −1: the last.
    pub at: i64,
    /// The weight that is edited, its parameter's name and its number: "conv1.weight.7"; or none.
    pub weight: String,
    /// The task that a lecture has set; or none.
    pub task: String,
}

impl Default for Settings {
    fn default() -> Self {
        let options = TrainOptions::default();
        Settings {
            model: options.model,
            device: "auto".into(),
            optimiser: options.optimiser,
            rate: options.rate,
            batch: options.batch,
            seed: options.seed,
            digits: options.digits,
            dropout: options.dropout,
            shift: options.shift,
            turn: options.turn,
            digit: 0,
            centre: true,
            cell: String::new(),
            at: -1,
            weight: String::new(),
            task: String::new(),
        }
    }
}

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        if DIGITS.iter().all(|m| m.name != self.model) {
            self.model = Settings::default().model;
        }
        if !DEVICES.contains(&self.device.as_str()) {
            self.device = "auto".into();
        }
        if !self.rate.is_finite() {
            self.rate = Settings::default().rate;
        }
        self.rate = self.rate.clamp(10f32.powf(RATES[0]), 10f32.powf(RATES[1]));
        self.batch = self.batch.clamp(1, 1024);
        self.digit = self.digit.min(9_999);
        self.digits = self.digits.min(60_000);
        let within = |value: f32, most: f32| if value.is_finite() { value.clamp(0.0, most) } else { 0.0 };
        (self.dropout, self.shift, self.turn) = (within(self.dropout, DROPOUT), within(self.shift, SHIFT), within(self.turn, TURN));
        if self.opened().is_none() {
            self.cell.clear();
        }
        if self.edited().is_none() {
            self.weight.clear();
        }
        if task(TASKS, &self.task).is_none() {
            self.task.clear();
        }
        self.at = self.at.max(-1);
        self
    }
}

impl Settings {
    /// As the lab begins, for the same task.
    pub fn usual(&self) -> Settings {
        Settings { task: self.task.clone(), ..Settings::default() }
    }
    pub fn options(&self, real_gpu: bool) -> TrainOptions {
        TrainOptions {
            model: self.model.clone(),
            device: device(&self.device, real_gpu),
            optimiser: self.optimiser,
            rate: self.rate,
            weight_decay: 0.0,
            batch: self.batch,
            seed: self.seed,
            digits: self.digits,
            dropout: self.dropout,
            shift: self.shift,
            turn: self.turn,
        }
    }
    /// What a run starts from: a change of anything else needs no new run.
    pub fn start(&self) -> Settings {
        let Settings { rate, digit, centre, cell, at, weight, task, .. } = Settings::default();
        Settings { rate, digit, centre, cell, at, weight, task, ..self.clone() }
    }
    /// What a run is made with, its rate included, whatever is looked at.
    pub fn of_the_run(&self) -> Settings {
        Settings { rate: self.rate, ..self.start() }
    }
    /// Class and answer of the opened cell.
    pub fn opened(&self) -> Option<[usize; 2]> {
        let (label, answer) = self.cell.split_once('-')?;
        let class = |text: &str| text.parse().ok().filter(|class| *class < 10);
        Some([class(label)?, class(answer)?])
    }
    /// Parameter and number of the edited weight.
    pub fn edited(&self) -> Option<(&str, usize)> {
        let (name, index) = self.weight.rsplit_once('.')?;
        Some((name, index.parse().ok()?)).filter(|(name, _)| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;
    use crate::workbench::protocol::DeviceChoice;

    #[test]
    fn an_address_restores_every_control() {
        let settings = Settings {
            model: "lenet5".into(),
            device: "gpu".into(),
            optimiser: OptimiserChoice::Adam,
            rate: 0.003,
            batch: 128,
            seed: 7,
            digits: 500,
            dropout: 0.4,
            shift: 2.0,
            turn: 10.0,
            digit: 42,
            centre: false,
            cell: "4-9".into(),
            at: 12,
            weight: "conv1.weight.7".into(),
            task: TASKS[0].id.into(),
        };
        assert_eq!(Keys::<Settings>::default().from_query(&Keys::default().to_query(&settings, "")), settings);
        assert_eq!(Keys::default().to_query(&Settings::default(), ""), "");
    }

    #[test]
    fn nonsense_becomes_the_nearest_sense() {
        let fitted =
            Keys::<Settings>::default().from_query("model=vgg&device=tpu&rate=1e9&batch=0&digit=123456&cell=4-10&dropout=7&weight=x&at=-9");
        assert_eq!(fitted, Settings { rate: 1.0, batch: 1, digit: 9_999, dropout: 0.9, ..Settings::default() });
    }

    #[test]
    fn only_what_a_run_starts_from_begins_it_anew() {
        let usual = Settings::default();
        assert_eq!(Settings { rate: 0.1, digit: 3, cell: "4-9".into(), at: 5, ..usual.clone() }.start(), usual.start());
        assert_ne!(Settings { digits: 500, ..usual.clone() }.start(), usual.start());
    }

    #[test]
    fn a_software_adapter_is_taken_only_when_asked_for() {
        let found = |device: &str, real| Settings { device: device.into(), ..Settings::default() }.options(real).device;
        assert_eq!(["auto", "gpu"].map(|device| found(device, false)), [DeviceChoice::Cpu, DeviceChoice::Gpu]);
        assert_eq!(["auto", "cpu"].map(|device| found(device, true)), [DeviceChoice::Gpu, DeviceChoice::Cpu]);
    }
}
