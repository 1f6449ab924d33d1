//! The settings, which the address holds, and the table of their controls.
use super::tasks::TASKS;
use crate::{
    nets::models::DIGITS,
    site::{
        controls::{Choices, Control, Controls, Kind, fitted},
        labs::{kit::training::Trains, task::task},
        machine::device,
    },
    workbench::protocol::{
        Event, OptimiserChoice, Request, TrainOptions,
        run::{Answer, Ask},
    },
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub model: String,
    /// "auto" is a GPU if there is a real one, otherwise the CPU.
    pub device: String,
    pub optimiser: OptimiserChoice,
    pub rate: f32,
    pub batch: usize,
    pub seed: u64,
    /// The number of digits to learn from; 0 for all.
    pub digits: usize,
    pub dropout: f32,
    /// The largest shift in pixels, and the largest turn in degrees.
    pub shift: f32,
    pub turn: f32,
    /// The test digit that is inspected.
    pub digit: usize,
    /// Whether a drawing is fitted and centred before it is read.
    pub centre: bool,
    /// The opened cell of the confusion matrix, such as "4-9". Empty for none.
    pub cell: String,
    /// The step that is shown; −1 for the last.
    pub at: i64,
    /// The weight that is edited: its parameter's name and its index, such as "conv1.weight.7". Empty for none.
    pub weight: String,
    /// The id of the task that a lecture has set. Empty for none.
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

fn models() -> Choices {
    DIGITS.iter().map(|model| (model.name.into(), model.title.into())).collect()
}

fn optimisers() -> Choices {
    vec![("sgd".into(), "SGD, momentum 0.9".into()), ("adam".into(), "Adam".into())]
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control { key: "model", label: "Network", kind: Kind::Choice(models) },
        Control::device(),
        Control { key: "optimiser", label: "Optimiser", kind: Kind::Choice(optimisers) },
        Control { key: "batch", label: "Batch", kind: Kind::Numbers { offered: &[16, 32, 64, 128, 256], ends: [1, 1024], step: 1 } },
        Control::seed(),
        Control::rate(),
        // 0 stands for all digits.
        Control {
            key: "digits",
            label: "Digits learned from",
            kind: Kind::Numbers { offered: &[500, 5_000, 0], ends: [0, 60_000], step: 1 },
        },
        // A new value begins a new run, so these sliders act when they are released.
        Control { key: "dropout", label: "Dropout", kind: Kind::Slider { ends: |_| [0.0, 0.9], step: 0.05, unit: "", late: true } },
        Control { key: "shift", label: "Shift by up to", kind: Kind::Slider { ends: |_| [0.0, 6.0], step: 0.5, unit: " px", late: true } },
        Control { key: "turn", label: "Turn by up to", kind: Kind::Slider { ends: |_| [0.0, 45.0], step: 1.0, unit: "°", late: true } },
    ];

    /// Each optimiser brings its own rate.
    fn follow(&mut self, key: &str, before: &Self) {
        if key == "optimiser" && self.optimiser != before.optimiser {
            self.rate = self.optimiser.usual_rate();
        }
    }

    fn fitted(self) -> Self {
        let mut settings = fitted(self);
        settings.digit = settings.digit.min(9_999);
        if settings.opened().is_none() {
            settings.cell.clear();
        }
        if settings.edited().is_none() {
            settings.weight.clear();
        }
        if task(TASKS, &settings.task).is_none() {
            settings.task.clear();
        }
        settings.at = settings.at.max(-1);
        settings
    }
}

impl Trains for Settings {
    const NAME: &'static str = "training";
    type Options = TrainOptions;
    fn options(&self, real_gpu: bool) -> TrainOptions {
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
    fn ask(ask: Ask<TrainOptions>) -> Request {
        Request::Train(ask)
    }
    fn told(event: &Event) -> Option<&Answer<TrainOptions>> {
        if let Event::Train(answer) = event { Some(answer) } else { None }
    }
}

impl Settings {
    /// The class and the answer of the opened cell.
    pub fn opened(&self) -> Option<[usize; 2]> {
        let (label, answer) = self.cell.split_once('-')?;
        let class = |text: &str| text.parse().ok().filter(|class| *class < 10);
        Some([class(label)?, class(answer)?])
    }
    /// The parameter and the index of the edited weight.
    pub fn edited(&self) -> Option<(&str, usize)> {
        let (name, index) = self.weight.rsplit_once('.')?;
        Some((name, index.parse().ok()?)).filter(|(name, _)| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        site::{controls, labs::kit::training::same_run, url::Keys},
        workbench::protocol::DeviceChoice,
    };

    #[test]
    fn the_table_holds_and_nonsense_becomes_the_nearest_sense() {
        controls::tests::holds::<Settings>();
        let query = "model=vgg&device=tpu&rate=1e9&batch=0&digit=123456&digits=70000&cell=4-10&dropout=7&weight=x&at=-9&task=none";
        let fitted = Keys::<Settings>::default().from_query(query);
        assert_eq!(fitted, Settings { rate: 1.0, batch: 1, digit: 9_999, digits: 60_000, dropout: 0.9, ..Settings::default() });
    }

    #[test]
    fn only_what_a_run_starts_from_begins_it_anew() {
        let usual = Settings::default();
        assert!(same_run(&Settings { rate: 0.1, digit: 3, cell: "4-9".into(), at: 5, ..usual.clone() }, &usual));
        assert!(!same_run(&Settings { digits: 500, ..usual.clone() }, &usual));
    }

    #[test]
    fn an_optimiser_brings_its_own_rate() {
        let mut settings = Settings { rate: 0.1, ..Settings::default() };
        controls::turn(&mut settings, "optimiser", "adam".into());
        assert_eq!((settings.optimiser, settings.rate), (OptimiserChoice::Adam, 0.001));
        controls::turn(&mut settings, "rate", "0.003".into());
        controls::turn(&mut settings, "optimiser", "adam".into());
        assert_eq!(settings.rate, 0.003, "the same optimiser keeps the reader's rate");
        controls::turn(&mut settings, "optimiser", "sgd".into());
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn a_software_adapter_is_taken_only_when_asked_for() {
        let found = |device: &str, real| Settings { device: device.into(), ..Settings::default() }.options(real).device;
        assert_eq!(["auto", "gpu"].map(|device| found(device, false)), [DeviceChoice::Cpu, DeviceChoice::Gpu]);
        assert_eq!(["auto", "cpu"].map(|device| found(device, true)), [DeviceChoice::Gpu, DeviceChoice::Cpu]);
    }
}
