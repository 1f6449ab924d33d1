//! What the lab knows, made of the workbench's events and of nothing else.
use crate::{
    site::widgets::{chart::Line, sheets::Sheets},
    workbench::protocol::{DeviceChoice, Event, Learned, Message, Picture, TrainOptions, Verdict},
};

/// Step, loss, and share of right answers.
pub type Point = (f64, f64, f64);

/// One of the two that a point has.
pub type Value = fn(&Point) -> f64;

/// What a run was made from, and its loss and accuracy over the steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// None before it stands.
    pub options: Option<TrainOptions>,
    /// (step after which it came, learning rate).
    pub rates: Vec<(u64, f32)>,
    /// (step, mean loss of its batch, share of right answers).
    pub steps: Vec<Point>,
    /// (step, loss, accuracy) on the test digits.
    pub tests: Vec<Point>,
    /// The same on digits that were learned from, where there is a gap to look for.
    pub learned: Vec<Point>,
}

/// The run at this moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Now {
    pub started: bool,
    pub device: DeviceChoice,
    pub step: u64,
    pub epoch: f32,
    pub images_a_second: f32,
    pub loss: Option<f32>,
    pub test_accuracy: Option<f32>,
    /// The step after which it was measured.
    pub tested_at: Option<u64>,
    pub learned: Option<Learned>,
    pub parameters: usize,
    pub macs: u64,
    pub steps_an_epoch: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub name: String,
    pub description: String,
    pub dims: Vec<usize>,
    pub activation: Sheets,
    pub gradient: Sheets,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    pub step: u64,
    pub picture: Picture,
    pub ink: Sheets,
    pub label: usize,
    pub own_label: Option<usize>,
    pub probabilities: Vec<f32>,
    pub layers: Vec<Layer>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Kernels {
    pub name: String,
    pub description: String,
    /// Out, in, height, width.
    pub dims: Vec<usize>,
    pub sheets: Sheets,
}

/// Test digits that were asked for: those answered wrong, or those of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub step: u64,
    pub cell: Option<[usize; 2]>,
    /// How many there are; the first of them are here.
    pub count: usize,
    pub digits: Vec<(Verdict, Vec<u8>)>,
}

/// One number of the network, changed by the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub name: String,
    pub index: usize,
    pub before: f32,
    pub after: f32,
}

impl History {
    /// The lines of one of the values, of at most so many points.
    pub fn lines(&self, value: Value, most: usize) -> Vec<Line> {
        let line =
            |name: &str, colour, noisy, points: &[Point]| Line::over(name, colour, noisy, points.iter().map(|p| (p.0, value(p))), most);
        let mut lines = vec![line("training", "--accent", true, &self.steps), line("test", "--positive", false, &self.tests)];
        if !self.learned.is_empty() {
            lines.push(line("digits learned from", "--weight-negative", false, &self.learned));
        }
        lines
    }
    /// The training loss of every step.
    pub fn losses(&self) -> Vec<f64> {
        self.steps.iter().map(|point| point.1).collect()
    }
    /// Another rate from the next step on.
    pub fn change_rate(&mut self, rate: f32) {
        let step = self.steps.last().map_or(0, |last| last.0 as u64);
        self.rates.retain(|(at, _)| *at < step);
        if self.rates.last().is_none_or(|last| last.1 != rate) {
            self.rates.push((step, rate));
        }
    }
    /// Whether it is that of a run with these options; where it runs and at which rate may change under way.
    fn is_of(&self, options: &TrainOptions) -> bool {
        self.options.as_ref().is_some_and(|own| TrainOptions { device: own.device, rate: own.rate, ..options.clone() } == *own)
    }
    fn forget_after(&mut self, step: u64) {
        let rate = self.rates.last().map(|last| last.1);
        self.rates.retain(|(at, _)| *at <= step);
        for list in [&mut self.steps, &mut self.tests, &mut self.learned] {
            list.retain(|point| point.0 <= step as f64);
        }
        // What is learned again is learned with the rate that is set.
        rate.into_iter().for_each(|rate| self.change_rate(rate));
    }
    /// Takes in what belongs to the history. After a recovery the steps that were lost are forgotten.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Started { step: step @ 1.., options, .. } if self.is_of(options) => self.forget_after(*step),
            Event::Started { step, options, .. } => {
                *self = History { rates: vec![(*step, options.rate)], options: Some(options.clone()), ..History::default() }
            }
            Event::Steps { first, losses, accuracies, .. } => {
                let accuracy = |i: usize| accuracies.get(i).map_or(f64::NAN, |a| f64::from(*a));
                self.steps.extend(losses.iter().enumerate().map(|(i, loss)| ((first + i as u64) as f64, f64::from(*loss), accuracy(i))));
            }
            Event::Evaluated { step, loss, accuracy, learned, .. } => {
                insert(&mut self.tests, *step, *loss, *accuracy);
                if let Some(Learned { loss, accuracy, .. }) = learned {
                    insert(&mut self.learned, *step, *loss, *accuracy);
                }
            }
            Event::Recovered { step, .. } | Event::Rewound { step } => self.forget_after(*step),
            _ => {}
        }
    }
}

/// Where it belongs in the order of steps: an earlier step may be tested again.
fn insert(list: &mut Vec<Point>, step: u64, loss: f32, accuracy: f32) {
    let point = (step as f64, f64::from(loss), f64::from(accuracy));
    list.retain(|other| other.0 != point.0);
    list.insert(list.partition_point(|other| other.0 < point.0), point);
}

impl Now {
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Started { step, options, parameters, macs, steps_an_epoch } => {
                *self = Now {
                    started: true,
                    step: *step,
                    device: options.device,
                    parameters: *parameters,
                    macs: *macs,
                    steps_an_epoch: *steps_an_epoch,
                    ..Now::default()
                };
            }
            Event::State { step, .. } => self.step = *step,
            Event::Steps { first, losses, images_a_second, epoch, .. } => {
                self.step = first + losses.len() as u64 - 1;
                (self.images_a_second, self.epoch) = (*images_a_second, *epoch);
                self.loss = losses.last().copied().or(self.loss);
            }
            Event::Evaluated { step, accuracy, learned, .. } => {
                (self.test_accuracy, self.tested_at, self.learned) = (Some(*accuracy), Some(*step), *learned);
            }
            // Other weights stand, and nothing is known of them yet.
            Event::Loaded { .. } => (self.test_accuracy, self.tested_at, self.learned) = (None, None, None),
            Event::Rewound { step } => self.step = *step,
            Event::Recovered { step, device, .. } => (self.step, self.device) = (*step, *device),
            _ => {}
        }
    }
}

/// Whether the history takes it in.
pub fn is_of_history(event: &Event) -> bool {
    use Event::*;
    matches!(event, Started { .. } | State { .. } | Steps { .. } | Evaluated { .. } | Recovered { .. } | Rewound { .. })
}

fn floats(buffer: &[u8]) -> Vec<f32> {
    bytemuck::pod_collect_to_vec(buffer)
}

pub fn inspection(message: &Message<Event>) -> Option<Inspection> {
    let Event::Inspected { step, picture, label, own_label, probabilities, layers } = &message.body else { return None };
    let mut buffers = message.buffers.iter().map(|b| floats(b));
    let ink = Sheets::of(&[28, 28], buffers.next()?);
    let layers = layers
        .iter()
        .map(|array| {
            let (activation, gradient) = (buffers.next()?, buffers.next()?);
            let (activation, gradient) = (Sheets::of(&array.dims, activation), Sheets::of(&array.dims, gradient));
            Some(Layer { name: array.name.clone(), description: array.description.clone(), dims: array.dims.clone(), activation, gradient })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Inspection {
        step: *step,
        picture: *picture,
        ink,
        label: *label,
        own_label: *own_label,
        probabilities: probabilities.clone(),
        layers,
    })
}

pub fn judged(message: &Message<Event>) -> Option<Judged> {
    let Event::Judged { step, cell, count, digits } = &message.body else { return None };
    let digits = digits.iter().copied().zip(message.buffers.iter().cloned()).collect();
    Some(Judged { step: *step, cell: *cell, count: *count, digits })
}

pub fn kernels(message: &Message<Event>) -> Option<Vec<Kernels>> {
    let Event::Filters { kernels, .. } = &message.body else { return None };
    let each = kernels.iter().zip(&message.buffers);
    Some(
        each.map(|(array, buffer)| Kernels {
            name: array.name.clone(),
            description: array.description.clone(),
            dims: array.dims.clone(),
            sheets: Sheets::of(&array.dims, floats(buffer)),
        })
        .collect(),
    )
}

/// The class with the largest probability.
pub fn top(probabilities: &[f32]) -> Option<usize> {
    (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(first: u64, n: usize) -> Event {
        Event::Steps { first, losses: vec![1.0; n], accuracies: vec![0.5; n], images_a_second: 100.0, epoch: 0.1 }
    }

    #[test]
    fn a_recovery_forgets_the_steps_that_were_lost() {
        let (mut history, mut now) = (History::default(), Now::default());
        let recovered = Event::Recovered { step: 15, lost_steps: 5, reason: "reset".into(), device: DeviceChoice::Cpu };
        for event in [
            steps(1, 20),
            Event::Evaluated { step: 20, loss: 1.0, accuracy: 0.9, seconds: 1.0, confusion: vec![], learned: None },
            recovered.clone(),
            steps(16, 2),
        ] {
            history.take(&event);
            now.take(&event);
        }
        assert_eq!(history.steps.iter().map(|s| s.0 as u64).collect::<Vec<_>>(), (1..=17).collect::<Vec<_>>());
        assert!(history.tests.is_empty());
        assert_eq!((now.step, now.device), (17, DeviceChoice::Cpu));
    }

    #[test]
    fn an_earlier_step_that_is_tested_again_stands_in_its_place() {
        let mut history = History::default();
        let test = |step, accuracy| Event::Evaluated { step, loss: 1.0, accuracy, seconds: 1.0, confusion: vec![], learned: None };
        for event in [steps(1, 30), test(10, 0.5), test(30, 0.75), test(20, 0.25), test(10, 0.5)] {
            history.take(&event);
        }
        assert_eq!(history.tests.iter().map(|t| (t.0, t.2)).collect::<Vec<_>>(), [(10.0, 0.5), (20.0, 0.25), (30.0, 0.75)]);
        history.take(&Event::Rewound { step: 20 });
        assert_eq!((history.tests.len(), history.steps.len()), (2, 20));
    }

    #[test]
    fn the_accuracy_of_other_weights_goes_when_a_file_is_loaded() {
        let mut now = Now::default();
        now.take(&Event::Evaluated { step: 20, loss: 1.0, accuracy: 0.9, seconds: 1.0, confusion: vec![], learned: None });
        assert_eq!((now.test_accuracy, now.tested_at), (Some(0.9), Some(20)));
        now.take(&Event::Loaded { name: "weights".into(), parameters: 1, told: None });
        assert_eq!((now.test_accuracy, now.tested_at), (None, None));
    }

    #[test]
    fn a_new_start_begins_a_new_history() {
        let mut history = History::default();
        history.take(&steps(1, 3));
        history.take(&Event::Started { step: 0, options: TrainOptions::default(), parameters: 1, macs: 1, steps_an_epoch: 1 });
        assert!(history.steps.is_empty() && history.options == Some(TrainOptions::default()));
    }

    #[test]
    fn a_rate_is_known_by_the_step_from_which_it_acted() {
        let mut history = History::default();
        history.take(&Event::Started { step: 0, options: TrainOptions::default(), parameters: 1, macs: 1, steps_an_epoch: 1 });
        history.change_rate(0.5);
        assert_eq!(history.rates, [(0, 0.5)]);
        history.take(&steps(1, 30));
        history.change_rate(0.3);
        history.change_rate(0.25);
        assert_eq!(history.rates, [(0, 0.5), (30, 0.25)]);
        history.take(&Event::Rewound { step: 20 });
        assert_eq!(history.rates, [(0, 0.5), (20, 0.25)]);
    }

    #[test]
    fn a_message_whose_buffers_are_missing_shows_nothing() {
        let array = crate::workbench::protocol::Array { name: "conv1".into(), description: String::new(), dims: vec![1, 2, 2] };
        let body =
            Event::Inspected { step: 1, picture: Picture::Test(0), label: 1, own_label: None, probabilities: vec![], layers: vec![array] };
        assert_eq!(inspection(&Message::with(body, vec![vec![0; 4 * 784]])), None);
    }
}
