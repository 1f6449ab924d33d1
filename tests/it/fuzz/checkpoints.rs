//! Checkpoints of both kinds of runs, to be damaged: in what they say of themselves, or in their bytes.
use super::damage::{damage, distort};
use crate::session::{always, play};
use pollster::block_on;
use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use receptive::{
    engine::tensor::Device,
    nets::{
        models::{Recipe, Twin, model},
        nn::{Module, Scope},
        train::{Copy, Optimiser, Rule},
    },
    workbench::protocol::{
        DeviceChoice, Event, Message, Request, TrainOptions,
        depth::{self, Answer, Ask},
        run,
    },
};
use serde_json::{Value, json};

/// A run: what it was started with, and its networks by name.
pub struct Run {
    options: Value,
    copies: Vec<(&'static str, Copy)>,
}

/// A training of digits, and small twins.
pub fn runs() -> [Run; 2] {
    let scope = || Scope::new(Device::Cpu, 1);
    let copy = |network: &dyn Module| block_on(Copy::of(network, &Optimiser::new(Rule::sgd(0.0), 0.1))).expect("a copy");
    let spec = model("lenet5_relu").expect("a network");
    let lenet = (spec.build)(&scope(), &spec.options()).expect("a network");
    let recipe = Recipe { depth: 4, width: 2, ..Recipe::default() };
    let twin = |adds: bool| copy(&Twin::new(&scope(), &recipe, adds, 1, 10).expect("a twin"));
    let twins = depth::Options { recipe, ..depth::Options::default() };
    [
        Run { options: json!(TrainOptions::default()), copies: vec![("", copy(&lenet))] },
        Run { options: json!(twins), copies: vec![("plain/", twin(false)), ("residual/", twin(true))] },
    ]
}

impl Run {
    fn file(&self, options: &Value, step: &str) -> Vec<u8> {
        let copies: Vec<(&str, &Copy)> = self.copies.iter().map(|(name, copy)| (*name, copy)).collect();
        Copy::write(&copies, &[("options", options.to_string()), ("step", step.into())]).expect("a file")
    }
    pub fn whole(&self) -> Vec<u8> {
        self.file(&self.options, "5")
    }
    pub fn damaged(&self, random: &mut Pcg64Mcg) -> Vec<u8> {
        if random.random() {
            let mut options = self.options.clone();
            distort(&mut options, random);
            let steps = ["5", "0", "-1", "1000000", "18446744073709551616", "five", ""];
            return self.file(&options, steps[random.random_range(0..steps.len())]);
        }
        // What it says of its tensors stands at its beginning.
        let mut whole = self.whole();
        let rest = whole.split_off(whole.len().min(3000));
        damage(&mut whole, random);
        [whole, rest].concat()
    }
}

/// Gives it to the job that it may be of, as the page does; whether a run stands then.
pub fn read(bytes: &[u8]) -> bool {
    let go_on = [Request::Train(run::Ask::Continue(DeviceChoice::Cpu)), Request::Depth(Ask::Run(run::Ask::Continue(DeviceChoice::Cpu)))];
    let steps = go_on.map(|request| (always as fn(&Event) -> bool, Message::with(request, vec![bytes.to_vec()])));
    let events = play(steps.into());
    events.iter().any(|event| {
        matches!(event.body, Event::Train(run::Answer::Started { .. }) | Event::Depth(Answer::Run(run::Answer::Started { .. })))
    })
}
