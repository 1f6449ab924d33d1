//! What the reader sets: one struct, which is also the address.
use super::tasks::TASKS;
use crate::{
    nets::models::{FirstValues, Order, Recipe},
    site::{
        labs::task::task,
        machine::{DEVICES, device},
        url::Controls,
    },
    workbench::protocol::depth::Options,
};
use serde::{Deserialize, Serialize};

pub const DEPTHS: [usize; 6] = [8, 14, 20, 32, 56, 110];
pub const WIDTHS: [usize; 4] = [4, 8, 16, 32];
pub const BATCHES: [usize; 4] = [8, 16, 32, 64];
/// Ends of the rate's slider, as powers of ten.
pub const RATES: [f32; 2] = [-4.0, 0.0];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub depth: usize,
    pub width: usize,
    pub batch: usize,
    pub rate: f32,
    pub first: FirstValues,
    /// 1: with batch norm.
    pub norm: u8,
    pub order: Order,
    pub seed: u64,
    /// "auto": a GPU where there is a real one, else the CPU.
    pub device: String,
    /// The step whose gradients are looked at; −1: the last.
    pub at: i64,
    /// The task that a lecture has set; or none.
    pub task: String,
}

impl Default for Settings {
    fn default() -> Self {
        let Options { recipe, rate, batch, seed, .. } = Options::default();
        Settings {
            depth: recipe.depth,
            width: recipe.width,
            batch,
            rate,
            first: recipe.first,
            norm: recipe.norm.into(),
            order: recipe.order,
            seed,
            device: DEVICES[0].into(),
            at: -1,
            task: String::new(),
        }
    }
}

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        // Blocks have two layers.
        self.depth = self.depth.clamp(Recipe::DEPTHS[0], DEPTHS[5]) / 2 * 2;
        self.width = self.width.clamp(Recipe::WIDTHS[0], WIDTHS[3]);
        self.batch = self.batch.clamp(BATCHES[0], BATCHES[3]);
        if !self.rate.is_finite() {
            self.rate = Settings::default().rate;
        }
        self.rate = self.rate.clamp(10f32.powf(RATES[0]), 10f32.powf(RATES[1]));
        self.norm = self.norm.min(1);
        if !DEVICES.contains(&self.device.as_str()) {
            self.device = DEVICES[0].into();
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
    pub fn recipe(&self) -> Recipe {
        Recipe { depth: self.depth, width: self.width, first: self.first, norm: self.norm == 1, order: self.order }
    }
    /// Given whether there is a real GPU.
    pub fn options(&self, real_gpu: bool) -> Options {
        Options { recipe: self.recipe(), device: device(&self.device, real_gpu), rate: self.rate, batch: self.batch, seed: self.seed }
    }
    /// Whether twins made from these stand for `other`, too: a change of the rate needs no new ones, and a look back none.
    pub fn starts_as(&self, other: &Settings) -> bool {
        Settings { rate: other.rate, at: other.at, task: other.task.clone(), ..self.clone() } == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;
    use crate::workbench::protocol::DeviceChoice;

    fn read(query: &str) -> Settings {
        Keys::<Settings>::default().from_query(query)
    }

    #[test]
    fn an_address_restores_every_control() {
        let settings = Settings {
            depth: 32,
            width: 4,
            batch: 32,
            rate: 0.01,
            first: FirstValues::Torch,
            norm: 0,
            order: Order::Pre,
            seed: 7,
            device: "cpu".into(),
            at: 12,
            task: TASKS[0].id.into(),
        };
        assert_eq!(read(&Keys::default().to_query(&settings, "")), settings);
        assert_eq!(Keys::default().to_query(&Settings::default(), ""), "");
    }

    #[test]
    fn nonsense_becomes_the_nearest_sense() {
        let fitted = read("depth=9999&width=0&batch=1&rate=1e9&norm=7&order=both&first=zeros&device=tpu&at=-9");
        assert_eq!(fitted, Settings { depth: 110, width: 1, batch: 8, rate: 1.0, ..Settings::default() });
        assert_eq!((read("depth=21").depth, read("batch=256").batch), (20, 64), "no batch takes longer than those on offer");
    }

    #[test]
    fn a_software_adapter_is_taken_only_when_asked_for() {
        assert_eq!(Settings::default().options(false).device, DeviceChoice::Cpu);
        assert_eq!(Settings::default().options(true).device, DeviceChoice::Gpu);
        assert_eq!(read("device=gpu").options(false).device, DeviceChoice::Gpu);
        assert!(read("rate=0.01&at=5").starts_as(&Settings::default()) && !read("depth=8").starts_as(&Settings::default()));
    }
}
