//! The workbench as the page sees it, natively: requests go in, events come out, on data that is made here.
use pollster::block_on;
use receptive::workbench::{
    Host, Queue, jobs,
    protocol::{DeviceChoice, Event, Message, OptimiserChoice, Picture, Request, TrainOptions, run},
    serve,
};
use std::{cell::RefCell, collections::VecDeque, time::Instant};

/// The event for which a request waits.
pub type When = fn(&Event) -> bool;
pub type Steps = Vec<(When, Message<Request>)>;

/// A host with a script. Each entry waits for an event that satisfies its condition; then its request is sent.
struct Script {
    start: Instant,
    steps: RefCell<VecDeque<(When, Message<Request>)>>,
    ready: RefCell<VecDeque<Message<Request>>>,
    seen: RefCell<Vec<Message<Event>>>,
}

impl Host for Script {
    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
    fn send(&self, event: Message<Event>) {
        let mut steps = self.steps.borrow_mut();
        while steps.front().is_some_and(|(when, _)| when(&event.body)) {
            self.ready.borrow_mut().extend(steps.pop_front().map(|(_, request)| request));
            // One request for each event, unless the next one does not wait.
            if !steps.front().is_some_and(|(when, _)| std::ptr::fn_addr_eq(*when, always as When)) {
                break;
            }
        }
        self.seen.borrow_mut().push(event);
    }
}

impl Queue for Script {
    fn poll(&self) -> Option<Message<Request>> {
        self.ready.borrow_mut().pop_front()
    }
    async fn wait(&self) -> Option<Message<Request>> {
        self.poll()
    }
    async fn pause(&self) {}
}

pub fn always(_: &Event) -> bool {
    true
}

/// An IDX file of digits that are a bright bar at a height given by their label: learnable in a few steps.
fn idx(name: &str, n: usize) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8];
    let push = |bytes: &mut Vec<u8>, v: usize| bytes.extend((v as u32).to_be_bytes());
    if name.contains("images") {
        bytes.push(3);
        [n, 28, 28].iter().for_each(|d| push(&mut bytes, *d));
        for i in 0..n {
            let row = 3 + 2 * (i % 10);
            bytes.extend((0..784).map(|p| if p / 28 == row { 255 } else { ((p * 31 + i * 7) % 40) as u8 }));
        }
    } else {
        bytes.push(1);
        push(&mut bytes, n);
        bytes.extend((0..n).map(|i| (i % 10) as u8));
    }
    bytes
}

/// The four files of a data set, by MNIST's names.
pub fn files() -> [(&'static str, Vec<u8>); 4] {
    [("train-images-idx3-ubyte", 640), ("train-labels-idx1-ubyte", 640), ("t10k-images-idx3-ubyte", 200), ("t10k-labels-idx1-ubyte", 200)]
        .map(|(name, n)| (name, idx(name, n)))
}

pub fn data() -> Steps {
    let request = |(name, bytes): (&str, _)| (always as When, Message::with(Request::Data { name: name.into() }, vec![bytes]));
    let mut steps: Steps = files().into_iter().map(request).collect();
    steps[0].0 = |e| matches!(e, Event::Hello { .. });
    steps
}

pub fn play(steps: Steps) -> Vec<Message<Event>> {
    let host = Script { start: Instant::now(), steps: RefCell::new(steps.into()), ready: RefCell::default(), seen: RefCell::default() };
    block_on(serve(jobs::ALL, &host));
    assert!(
        host.steps.borrow().is_empty(),
        "not every request was sent; last events: {:?}",
        host.seen.borrow().iter().rev().take(3).map(|m| &m.body).collect::<Vec<_>>()
    );
    host.seen.into_inner()
}

pub fn options(device: DeviceChoice) -> TrainOptions {
    TrainOptions { device, batch: 32, rate: 0.01, optimiser: OptimiserChoice::Sgd, ..TrainOptions::default() }
}

pub fn accuracies(events: &[Message<Event>]) -> Vec<f32> {
    events.iter().filter_map(|m| if let Event::Evaluated { accuracy, .. } = m.body { Some(accuracy) } else { None }).collect()
}

#[test]
fn training_learns_on_both_devices_and_weights_survive_saving_and_loading() {
    for device in [DeviceChoice::Cpu, DeviceChoice::Gpu] {
        let mut steps = data();
        steps.push((
            |e| matches!(e, Event::Data { missing, .. } if missing.is_empty()),
            Message::new(Request::Train(run::Ask::Start(options(device)))),
        ));
        steps.push((|e| matches!(e, Event::Train(run::Answer::Started { .. })), Message::new(Request::Evaluate)));
        steps.push((|e| matches!(e, Event::Evaluated { step: 0, .. }), Message::new(Request::Train(run::Ask::Play))));
        steps.push((|e| matches!(e, Event::Evaluated { step, .. } if *step >= 100), Message::new(Request::Train(run::Ask::Pause))));
        steps.push((|e| matches!(e, Event::Train(run::Answer::State { playing: false, .. })), Message::new(Request::Save)));
        let events = play(steps);
        let found = accuracies(&events);
        assert!(found[0] < 0.4 && *found.last().unwrap() > 0.9, "{device:?}: {found:?}");
        let weights = events.iter().find(|m| matches!(m.body, Event::Saved { .. })).unwrap().buffers[0].clone();

        // A fresh network with another seed loads the weights, and has the same accuracy again.
        let mut steps = data();
        let fresh = TrainOptions { seed: 99, ..options(device) };
        steps.push((
            |e| matches!(e, Event::Data { missing, .. } if missing.is_empty()),
            Message::new(Request::Train(run::Ask::Start(fresh))),
        ));
        steps.push((
            |e| matches!(e, Event::Train(run::Answer::Started { .. })),
            Message::with(Request::Load { name: "w.safetensors".into() }, vec![weights]),
        ));
        steps.push((|e| matches!(e, Event::Loaded { parameters: 61_706, .. }), Message::new(Request::Evaluate)));
        steps.push((|e| matches!(e, Event::Evaluated { .. }), Message::new(Request::Inspect { picture: Picture::Test(3), label: None })));
        let events = play(steps);
        assert_eq!(accuracies(&events), [*found.last().unwrap()], "{device:?}");
        let Some(Message { body: Event::Inspected { label, layers, probabilities, .. }, buffers, .. }) =
            events.iter().find(|m| matches!(m.body, Event::Inspected { .. }))
        else {
            panic!("no inspection")
        };
        assert_eq!((*label, layers.len(), buffers.len(), probabilities.len()), (3, 12, 25, 10));
        assert_eq!(layers[0].dims, [6, 28, 28]);
        assert!(
            buffers
                .iter()
                .zip(std::iter::once(784).chain(layers.iter().flat_map(|l| [l.dims.iter().product::<usize>(); 2])))
                .all(|(b, n)| b.len() == 4 * n)
        );
        assert!(buffers[2].iter().any(|b| *b != 0), "the gradient of the first layer is all zeros");
    }
}

#[test]
fn a_lost_gpu_is_rebuilt_and_training_goes_on() {
    let mut steps = data();
    steps.push((
        |e| matches!(e, Event::Data { missing, .. } if missing.is_empty()),
        Message::new(Request::Train(run::Ask::Start(options(DeviceChoice::Gpu)))),
    ));
    steps.push((|e| matches!(e, Event::Train(run::Answer::Started { .. })), Message::new(Request::Train(run::Ask::Play))));
    steps.push((|e| matches!(e, Event::Steps { first, losses, .. } if first + losses.len() as u64 > 30), Message::new(Request::Lose)));
    steps.push((|e| matches!(e, Event::Train(run::Answer::Recovered { .. })), Message::new(Request::Train(run::Ask::Rate(0.02)))));
    steps.push((
        |e| matches!(e, Event::Evaluated { step, accuracy, .. } if *step >= 100 && *accuracy > 0.9),
        Message::new(Request::Train(run::Ask::Pause)),
    ));
    let events = play(steps);
    let recovered = events
        .iter()
        .position(|m| matches!(m.body, Event::Train(run::Answer::Recovered { device: DeviceChoice::Gpu, .. })))
        .expect("a recovery");
    let Event::Train(run::Answer::Recovered { step, lost_steps, .. }) = events[recovered].body else { unreachable!() };
    let told = events[..recovered]
        .iter()
        .rev()
        .find_map(|m| if let Event::Steps { first, losses, .. } = &m.body { Some(first + losses.len() as u64 - 1) } else { None })
        .unwrap();
    assert!(step + lost_steps >= told && step <= told, "{told} steps were told of; it stands at {step} and lost {lost_steps}");
    let next = events[recovered..].iter().find_map(|m| if let Event::Steps { first, .. } = m.body { Some(first) } else { None }).unwrap();
    assert_eq!(next, step + 1);
    assert!(!events.iter().any(|m| matches!(m.body, Event::Failed { .. })));
}

#[test]
fn bad_requests_are_answered_and_change_nothing() {
    let started: When = |e| matches!(e, Event::Train(run::Answer::Started { .. }));
    let failed: When = |e| matches!(e, Event::Failed { .. });
    let mut steps: Steps = vec![(|e| matches!(e, Event::Hello { .. }), Message::new(Request::Train(run::Ask::Play)))];
    let labels = "train-labels-idx1-ubyte";
    let truncated = Message::with(Request::Data { name: labels.into() }, vec![idx(labels, 100)[..50].to_vec()]);
    let zip = Message::with(Request::Data { name: "digits.zip".into() }, vec![b"PK\x03\x04 and so on".to_vec()]);
    let half_gzip = Message::with(Request::Data { name: "t10k-labels-idx1-ubyte.gz".into() }, vec![vec![0x1f, 0x8b, 8, 0, 0]]);
    for request in [
        truncated,
        zip,
        half_gzip,
        Message::new(Request::Train(run::Ask::Start(TrainOptions { model: "resnet9000".into(), ..options(DeviceChoice::Cpu) }))),
        Message::new(Request::Train(run::Ask::Start(TrainOptions { batch: 0, ..options(DeviceChoice::Cpu) }))),
    ] {
        steps.push((failed, request));
    }
    steps.push((failed, Message::new(Request::Train(run::Ask::Start(options(DeviceChoice::Cpu))))));
    steps.push((started, Message::new(Request::Train(run::Ask::Play))));
    let load = |bytes: Vec<u8>| Message::with(Request::Load { name: "w.safetensors".into() }, vec![bytes]);
    let wrong_shape = {
        let state = [("conv1.weight".to_string(), (vec![6, 1, 3, 3], vec![0.0; 54]))].into();
        receptive::nets::data::write_safetensors(&state, receptive::nets::data::Precision::Single, &[]).unwrap()
    };
    for request in [
        load(b"not safetensors".to_vec()),
        load(wrong_shape),
        Message::with(Request::Classify, vec![vec![0; 12]]),
        Message::new(Request::Train(run::Ask::Rate(f32::NAN))),
        Message::new(Request::Inspect { picture: Picture::Test(7), label: None }),
    ] {
        steps.push((failed, request));
    }
    steps.push((failed, Message::new(Request::Filters)));
    let events = play(steps);
    let messages: Vec<&str> =
        events.iter().filter_map(|m| if let Event::Failed { message, .. } = &m.body { Some(message.as_str()) } else { None }).collect();
    let expected = [
        "training needs train-images-idx3-ubyte",
        "expected 100 bytes of data for [100], found 42: the file is truncated",
        "expected an IDX file of bytes with one to four axes, as MNIST's are, found a zip that breaks off",
        "expected whole gzip data, found 5 bytes",
        "networks, among them lenet5",
        "expected 1 to 4096 images, found 0",
        "training needs train-images-idx3-ubyte",
        "expected weights as safetensors or in PyTorch's format, found text that begins \"not safetensors\"",
        "1 misshapen: conv1.weight (expected [6, 1, 5, 5], found [6, 1, 3, 3])",
        "expected 784 numbers, found 12 bytes",
        "expected a number of at least 0, found NaN",
        "expected a digit below 0, found 7",
    ];
    assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.contains(expected), "{message:?} does not say {expected:?}");
    }
    assert!(events.iter().any(|m| matches!(m.body, Event::Filters { .. })), "the session serves on");
}
