//! The settings, which the address holds, and the table of their controls.
use super::tasks::TASKS;
use crate::{
    nets::models::{FirstValues, Order, Recipe},
    site::{
        controls::{Choices, Control, Controls, Kind, fitted, key},
        labs::{kit::training::Trains, task::task},
        machine::{DEVICES, device},
    },
    workbench::protocol::{
        Event, Request,
        depth::{Answer, Ask, Options},
        run,
    },
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub depth: usize,
    pub width: usize,
    pub batch: usize,
    pub rate: f32,
    pub first: FirstValues,
    /// 1 for batch norm, 0 for none.
    pub norm: u8,
    pub order: Order,
    pub seed: u64,
    /// "auto" is a GPU if there is a real one, otherwise the CPU.
    pub device: String,
    /// The step whose gradients are shown; −1 for the last step.
    pub at: i64,
    /// The id of the task that a lecture has set. Empty for none.
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

fn firsts() -> Choices {
    let name = |first| match first {
        FirstValues::He => "He's, √(2 / fan-in)",
        FirstValues::Torch => "PyTorch's default, 0.41 of He's",
        FirstValues::Small => "Too small, a quarter of He's",
        FirstValues::Large => "Too large, twice He's",
    };
    FirstValues::ALL.iter().map(|first| (key(first), name(*first).into())).collect()
}

fn orders() -> Choices {
    vec![(key(Order::Post), "ReLU after the sum (2015)".into()), (key(Order::Pre), "ReLU before the weights (2016)".into())]
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        // A block has two layers, so the depth is even.
        Control {
            key: "depth",
            label: "Layers with weights",
            kind: Kind::Numbers { offered: &[8, 14, 20, 32, 56, 110], ends: [Recipe::DEPTHS[0] as u64, 110], step: 2 },
        },
        Control {
            key: "width",
            label: "Channels",
            kind: Kind::Numbers { offered: &[4, 8, 16, 32], ends: [Recipe::WIDTHS[0] as u64, 32], step: 1 },
        },
        Control { key: "first", label: "First weights", kind: Kind::Choice(firsts) },
        Control { key: "order", label: "Inside a block", kind: Kind::Choice(orders) },
        // Larger batches than those on offer would take too long.
        Control { key: "batch", label: "Batch", kind: Kind::Numbers { offered: &[8, 16, 32, 64], ends: [8, 64], step: 1 } },
        Control::device(),
        Control::seed(),
        Control::rate(),
        Control::switch("norm", "Batch norm"),
    ];

    fn fitted(self) -> Self {
        let mut settings = fitted(self);
        if task(TASKS, &settings.task).is_none() {
            settings.task.clear();
        }
        settings.at = settings.at.max(-1);
        settings
    }
}

impl Settings {
    pub fn recipe(&self) -> Recipe {
        Recipe { depth: self.depth, width: self.width, first: self.first, norm: self.norm == 1, order: self.order }
    }
}

impl Trains for Settings {
    const NAME: &'static str = "twins";
    type Options = Options;
    fn options(&self, real_gpu: bool) -> Options {
        Options { recipe: self.recipe(), device: device(&self.device, real_gpu), rate: self.rate, batch: self.batch, seed: self.seed }
    }
    fn ask(ask: run::Ask<Options>) -> Request {
        Request::Depth(Ask::Run(ask))
    }
    fn told(event: &Event) -> Option<&run::Answer<Options>> {
        if let Event::Depth(Answer::Run(answer)) = event { Some(answer) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        site::{controls, labs::kit::training::same_run, url::Keys},
        workbench::protocol::DeviceChoice,
    };

    fn read(query: &str) -> Settings {
        Keys::<Settings>::default().from_query(query)
    }

    #[test]
    fn the_table_holds_and_nonsense_becomes_the_nearest_sense() {
        controls::tests::holds::<Settings>();
        let fitted = read("depth=9999&width=0&batch=1&rate=1e9&norm=7&order=both&first=zeros&device=tpu&at=-9&task=none");
        assert_eq!(fitted, Settings { depth: 110, width: 1, batch: 8, rate: 1.0, ..Settings::default() });
        assert_eq!((read("depth=21").depth, read("batch=256").batch), (20, 64));
    }

    #[test]
    fn a_software_adapter_is_taken_only_when_asked_for() {
        assert_eq!(Settings::default().options(false).device, DeviceChoice::Cpu);
        assert_eq!(Settings::default().options(true).device, DeviceChoice::Gpu);
        assert_eq!(read("device=gpu").options(false).device, DeviceChoice::Gpu);
        let usual = Settings::default();
        assert!(same_run(&read("rate=0.01&at=5"), &usual) && !same_run(&read("depth=8"), &usual));
    }
}
