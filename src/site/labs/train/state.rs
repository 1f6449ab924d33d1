//! The lab's data, made only of the workbench's events.
use crate::{
    site::{
        labs::kit::points::Points,
        widgets::{chart::Line, sheets::Sheets},
    },
    workbench::protocol::{Array, Event, Message, Picture, TrainingScore, Verdict},
};
use serde::{Deserialize, Serialize};

/// Which of a point's two numbers it is.
pub const LOSS: usize = 0;
pub const ACCURACY: usize = 1;

/// Loss and accuracy (the share of right answers) over the steps of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The mean loss of each step's batch, and its accuracy.
    pub steps: Points,
    /// On the test digits.
    pub tests: Points,
    /// On digits that were learned from, where there is a gap to look for.
    pub learned: Points,
    /// The last test; None where other weights stand since.
    #[serde(skip)]
    pub tested: Option<Tested>,
    #[serde(skip)]
    pub images_a_second: f32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tested {
    /// The step after which it was made.
    pub at: u64,
    pub accuracy: f32,
    pub learned: Option<TrainingScore>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub about: Array,
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
    /// Its shape is out, in, height, width.
    pub about: Array,
    pub sheets: Sheets,
}

/// Test digits that were asked for: those that were classified wrongly, or those of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub step: u64,
    pub cell: Option<[usize; 2]>,
    /// The number of all of them. Only the first ones are here.
    pub count: usize,
    pub digits: Vec<(Verdict, Vec<u8>)>,
}

/// A value of the network that the reader has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub name: String,
    pub index: usize,
    pub before: f32,
    pub after: f32,
}

impl State {
    /// The lines of one of the numbers, of at most so many points.
    pub fn lines(&self, which: usize, most: usize) -> Vec<Line> {
        let mut lines =
            vec![self.steps.line(which, "training", "--accent", true, most), self.tests.line(which, "test", "--positive", false, most)];
        if !self.learned.is_empty() {
            lines.push(self.learned.line(which, "digits learned from", "--weight-negative", false, most));
        }
        lines
    }
    /// What is kept with the run.
    pub fn written(&self) -> String {
        let State { steps, tests, learned, .. } = self;
        let thin = State { steps: steps.thinned(), tests: tests.thinned(), learned: learned.thinned(), ..State::default() };
        serde_json::to_string(&thin).unwrap_or_default()
    }
    /// The same read back; of a new run, or where it cannot be read, empty.
    pub fn read(written: &str) -> State {
        serde_json::from_str(written).unwrap_or_default()
    }
    /// What came after this step has not been.
    pub fn forget_after(&mut self, step: u64) {
        [&mut self.steps, &mut self.tests, &mut self.learned].into_iter().for_each(|points| points.forget_after(step));
        self.tested.take_if(|tested| tested.at > step);
    }
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Steps { first, losses, accuracies, images_a_second, .. } => {
                let accuracy = |i: usize| accuracies.get(i).map_or(f64::NAN, |a| f64::from(*a));
                losses.iter().enumerate().for_each(|(i, loss)| self.steps.put(first + i as u64, [f64::from(*loss), accuracy(i)]));
                self.images_a_second = *images_a_second;
            }
            Event::Evaluated { step, loss, accuracy, learned, .. } => {
                self.tests.put(*step, [*loss, *accuracy].map(f64::from));
                if let Some(TrainingScore { loss, accuracy, .. }) = learned {
                    self.learned.put(*step, [*loss, *accuracy].map(f64::from));
                }
                self.tested = Some(Tested { at: *step, accuracy: *accuracy, learned: *learned });
            }
            // The network has other weights, of which nothing is known yet.
            Event::Loaded { .. } => self.tested = None,
            _ => {}
        }
    }
}

fn floats(buffer: &[u8]) -> Vec<f32> {
    bytemuck::pod_collect_to_vec(buffer)
}

pub fn inspection(message: &Message<Event>) -> Option<Inspection> {
    let Event::Inspected { step, picture, label, own_label, probabilities, layers } = &message.body else { return None };
    let mut buffers = message.buffers.iter().map(|b| floats(b));
    let ink = Sheets::of(&[28, 28], buffers.next()?);
    let layer = |about: &Array| {
        let (activation, gradient) = (buffers.next()?, buffers.next()?);
        Some(Layer { about: about.clone(), activation: Sheets::of(&about.dims, activation), gradient: Sheets::of(&about.dims, gradient) })
    };
    let layers = layers.iter().map(layer).collect::<Option<Vec<_>>>()?;
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
    Some(each.map(|(about, buffer)| Kernels { about: about.clone(), sheets: Sheets::of(&about.dims, floats(buffer)) }).collect())
}

/// The class with the largest probability.
pub fn top(probabilities: &[f32]) -> Option<usize> {
    (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_steps_that_are_not_and_of_other_weights_goes() {
        let mut state = State::default();
        let test = |step| Event::Evaluated { step, loss: 1.0, accuracy: 0.9, seconds: 1.0, confusion: vec![], learned: None };
        let steps = |first, n| Event::Steps { first, losses: vec![1.0; n], accuracies: vec![0.5; n], images_a_second: 100.0, epoch: 0.1 };
        [steps(1, 20), test(10), test(20)].iter().for_each(|event| state.apply(event));
        state.forget_after(15);
        assert_eq!((state.tested, state.tests.all().len(), state.steps.all().len()), (None, 1, 15));
        [steps(16, 2), test(17)].iter().for_each(|event| state.apply(event));
        assert_eq!(state.steps.all().iter().map(|point| point.0 as u64).collect::<Vec<_>>(), (1..=17).collect::<Vec<_>>());
        assert_eq!(state.tested.map(|tested| tested.at), Some(17));
        state.apply(&Event::Loaded { name: "weights".into(), parameters: 1, told: None });
        assert_eq!(state.tested, None);
    }

    #[test]
    fn a_message_whose_buffers_are_missing_shows_nothing() {
        let array = Array { name: "conv1".into(), description: String::new(), dims: vec![1, 2, 2] };
        let body =
            Event::Inspected { step: 1, picture: Picture::Test(0), label: 1, own_label: None, probabilities: vec![], layers: vec![array] };
        assert_eq!(inspection(&Message::with(body, vec![vec![0; 4 * 784]])), None);
    }
}
