//! What the reader sets: one struct, which is also the address.
use crate::{
    nets::models::DIGITS,
    site::url::Controls,
    workbench::protocol::{DeviceChoice, OptimiserChoice, TrainOptions},
};
use serde::{Deserialize, Serialize};

/// Batch sizes on offer.
pub const BATCHES: [usize; 5] = [16, 32, 64, 128, 256];
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
    /// The test digit that is looked at.
    pub digit: usize,
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
            digit: 0,
        }
    }
}

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        if DIGITS.iter().all(|m| m.name != self.model) {
            self.model = Settings::default().model;
        }
        if !["auto", "cpu", "gpu"].contains(&self.device.as_str()) {
            self.device = "auto".into();
        }
        if !self.rate.is_finite() {
            self.rate = Settings::default().rate;
        }
        self.rate = self.rate.clamp(10f32.powf(RATES[0]), 10f32.powf(RATES[1]));
        self.batch = self.batch.clamp(1, 1024);
        self.digit = self.digit.min(9_999);
        self
    }
}

impl Settings {
    /// Where it will run, given whether there is a real GPU.
    pub fn place(&self, real_gpu: bool) -> DeviceChoice {
        match self.device.as_str() {
            "gpu" => DeviceChoice::Gpu,
            "auto" if real_gpu => DeviceChoice::Gpu,
            _ => DeviceChoice::Cpu,
        }
    }
    pub fn options(&self, real_gpu: bool) -> TrainOptions {
        TrainOptions {
            model: self.model.clone(),
            device: self.place(real_gpu),
            optimiser: self.optimiser,
            rate: self.rate,
            weight_decay: 0.0,
            batch: self.batch,
            seed: self.seed,
        }
    }
    /// What a run starts from: a change of anything else needs no new run.
    pub fn start(&self) -> (String, String, OptimiserChoice, usize, u64) {
        (self.model.clone(), self.device.clone(), self.optimiser, self.batch, self.seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;

    #[test]
    fn an_address_restores_every_control() {
        let settings = Settings {
            model: "lenet5".into(),
            device: "gpu".into(),
            optimiser: OptimiserChoice::Adam,
            rate: 0.003,
            batch: 128,
            seed: 7,
            digit: 42,
        };
        assert_eq!(Keys::<Settings>::default().from_query(&Keys::default().to_query(&settings, "")), settings);
        assert_eq!(Keys::default().to_query(&Settings::default(), ""), "");
    }

    #[test]
    fn nonsense_becomes_the_nearest_sense() {
        let fitted = Keys::<Settings>::default().from_query("model=vgg&device=tpu&rate=1e9&batch=0&digit=123456");
        assert_eq!(fitted, Settings { rate: 1.0, batch: 1, digit: 9_999, ..Settings::default() });
    }

    #[test]
    fn a_software_adapter_is_taken_only_when_asked_for() {
        assert_eq!(Settings::default().place(false), DeviceChoice::Cpu);
        assert_eq!(Settings::default().place(true), DeviceChoice::Gpu);
        assert_eq!(Settings { device: "gpu".into(), ..Settings::default() }.place(false), DeviceChoice::Gpu);
    }
}
