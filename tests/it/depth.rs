//! The twins that differ in "+ x": both get the same batches, the same seed gives the same numbers, gradients agree with small changes, and
//! measurements change nothing.
use crate::session::{When, data, play};
use receptive::{
    engine::{
        autograd::{Tape, Var},
        tensor::{Device, Layout, Shape, Tensor},
    },
    nets::{
        data::{Batches, Mnist},
        models::{FirstValues, Order, Recipe, Twin},
        nn::{Cx, Module, Norm, Scope},
    },
    workbench::protocol::{
        DeviceChoice, Event, Message, Request,
        depth::{Answer, Ask, Options, Slice, TwinStep},
        run,
    },
};
use std::{sync::Mutex, time::Instant};

const RECIPE: Recipe = Recipe { depth: 8, width: 4, first: FirstValues::He, norm: true, order: Order::Post };

fn options(recipe: Recipe) -> Options {
    Options { recipe, batch: 16, rate: 0.05, seed: 3, ..Options::default() }
}

const COMPLETE: When = |e| matches!(e, Event::Data { missing, .. } if missing.is_empty());
const RESTS: When = |e| matches!(e, Event::Depth(Answer::Run(run::Answer::State { playing: false, .. })));
const FAILED: When = |e| matches!(e, Event::Failed { .. });

/// The twins' answers to these requests. The first one is sent when all digits are there.
fn asked(asks: Vec<(When, Ask)>) -> Vec<Event> {
    let mut steps = data();
    steps.extend(asks.into_iter().map(|(when, ask)| (when, Message::new(Request::Depth(ask)))));
    play(steps).into_iter().map(|message| message.body).collect()
}

fn learned(events: &[Event]) -> Vec<(u64, [TwinStep; 2])> {
    let of = |event: &Event| match event {
        Event::Depth(Answer::Stepped { batch, twins, .. }) => Some((*batch, twins.clone())),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

const TWENTY: When = |e| matches!(e, Event::Depth(Answer::Stepped { step: 20, .. }));

fn run(recipe: Recipe) -> Vec<Event> {
    asked(vec![
        (COMPLETE, Ask::Run(run::Ask::Start(options(recipe)))),
        (RESTS, Ask::Run(run::Ask::Play)),
        (TWENTY, Ask::Run(run::Ask::Pause)),
    ])
}

#[test]
fn the_same_seed_gives_the_same_numbers_and_every_recipe_the_same_batches() {
    let (first, again) = (run(RECIPE), run(RECIPE));
    let (numbers, batches) = (learned(&first), |events: &[Event]| learned(events).iter().map(|l| l.0).collect::<Vec<_>>());
    assert_eq!(numbers, learned(&again));
    assert_eq!(numbers.len(), 20, "a pause ends the run");
    let other = run(Recipe { norm: false, first: FirstValues::Torch, order: Order::Pre, ..RECIPE });
    assert_eq!(batches(&first), batches(&other));
    assert_ne!(numbers, learned(&other));
    let mut apart = batches(&first);
    apart.dedup();
    assert_eq!(apart.len(), 20, "and each step another one");

    let mean = |part: &[(u64, [TwinStep; 2])], twin: usize| {
        part.iter().map(|(_, twins)| twins[twin].loss.expect("a finite loss")).sum::<f32>() / part.len() as f32
    };
    assert!(mean(&numbers[15..], 1) < mean(&numbers[..3], 1), "the residual twin learns");
    assert!(numbers.iter().all(|(_, twins)| twins[0].loss != twins[1].loss), "the twins differ");
    assert!(first.iter().any(|e| matches!(e, Event::Depth(Answer::Tested { step: 10, digits: 200, .. }))));
    let alike =
        first.iter().find_map(|e| if let Event::Depth(Answer::Alike { step: 1, correlations }) = e { Some(*correlations) } else { None });
    assert!(alike.expect("a comparison").iter().flatten().all(|c| (-1.0..=1.0).contains(c)));
}

#[test]
fn cpu_and_gpu_agree_on_the_first_steps() {
    const THREE: When = |e| matches!(e, Event::Depth(Answer::Stepped { step: 3, .. }));
    let on = |device| {
        let options = Options { device, ..options(RECIPE) };
        learned(&asked(vec![
            (COMPLETE, Ask::Run(run::Ask::Start(options))),
            (RESTS, Ask::Run(run::Ask::Play)),
            (THREE, Ask::Run(run::Ask::Pause)),
        ]))
    };
    let (cpu, gpu) = (on(DeviceChoice::Cpu), on(DeviceChoice::Gpu));
    for ((_, cpu), (_, gpu)) in cpu[..3].iter().zip(&gpu[..3]) {
        for (cpu, gpu) in cpu.iter().zip(gpu) {
            let numbers =
                |twin: &TwinStep| std::iter::once(twin.loss).chain(twin.norms.clone()).map(|n| n.expect("finite")).collect::<Vec<_>>();
            for (a, b) in numbers(cpu).into_iter().zip(numbers(gpu)) {
                assert!((a - b).abs() < 0.01 * a.abs().max(0.01), "{a} on the CPU, {b} on the GPU");
            }
        }
    }
}

#[test]
fn a_lost_gpu_takes_a_few_steps_along_and_both_go_on() {
    static FIRST: Mutex<Option<Instant>> = Mutex::new(None);
    // Long enough for a copy to be made. It is longer with each try; otherwise steps of one second would be lost at the same moment every time.
    static SECONDS: Mutex<f32> = Mutex::new(4.0);
    const LATER: When = |e| {
        let first = || *FIRST.lock().expect("no panic").get_or_insert_with(Instant::now);
        matches!(e, Event::Depth(Answer::Stepped { .. })) && first().elapsed().as_secs_f32() > *SECONDS.lock().expect("no panic")
    };
    const RECOVERED: When = |e| matches!(e, Event::Depth(Answer::Run(run::Answer::Recovered { .. })));
    let lost = || {
        let options = Options { device: DeviceChoice::Gpu, ..options(RECIPE) };
        let mut steps = data();
        for (when, request) in [
            (COMPLETE, Request::Depth(Ask::Run(run::Ask::Start(options)))),
            (RESTS, Request::Depth(Ask::Run(run::Ask::Play))),
            (LATER, Request::Lose),
            (RECOVERED, Request::Depth(Ask::Run(run::Ask::Rate(0.05)))),
            (|e| matches!(e, Event::Depth(Answer::Tested { .. })), Request::Depth(Ask::Run(run::Ask::Pause))),
        ] {
            steps.push((when, Message::new(request)));
        }
        *FIRST.lock().expect("no panic") = None;
        *SECONDS.lock().expect("no panic") += 0.7;
        let events: Vec<Event> = play(steps).into_iter().map(|message| message.body).collect();
        let at = events.iter().position(RECOVERED).expect("a recovery");
        let Event::Depth(Answer::Run(run::Answer::Recovered { step, lost_steps, device, .. })) = events[at] else { unreachable!() };
        assert_eq!(device, DeviceChoice::Gpu);
        (events, at, step, lost_steps)
    };
    // If a copy was just made, no step is lost, and nothing can be compared.
    let (events, at, step, lost_steps) = std::iter::repeat_with(lost).take(6).find(|found| found.3 > 0).expect("steps that are lost");
    let (before, after) = (learned(&events[..at]), learned(&events[at..]));
    assert!(step > 0, "a copy was made");
    assert_eq!(step + lost_steps, before.len() as u64);
    // The step after the copy is made again, with the same digits and nearly the same numbers.
    let (batch, [plain, residual]) = &after[0];
    let (earlier, twins) = &before[step as usize];
    assert_eq!(batch, earlier);
    for (again, first) in [plain, residual].into_iter().zip(twins) {
        let [again, first] = [again, first].map(|learned| learned.loss.expect("a finite loss"));
        assert!((again - first).abs() < 1e-3 * first.max(0.1), "{again} after the loss of the device, {first} before");
    }
}

#[test]
fn both_go_on_from_a_checkpoint_in_another_program_as_if_nothing_had_happened() {
    const CHECKPOINT: When = |e| matches!(e, Event::Depth(Answer::Run(run::Answer::Checkpoint { .. })));
    const STARTED: When = |e| matches!(e, Event::Depth(Answer::Run(run::Answer::Started { step: 1.., .. })));
    const LEARNED: When = |e| matches!(e, Event::Depth(Answer::Stepped { .. }));
    let depth = |ask| Message::new(Request::Depth(ask));
    let mut steps = data();
    steps.push((COMPLETE, depth(Ask::Run(run::Ask::Start(options(RECIPE))))));
    steps.push((RESTS, depth(Ask::Run(run::Ask::Play))));
    steps.push((CHECKPOINT, depth(Ask::Run(run::Ask::Rate(0.02)))));
    steps.push((LEARNED, depth(Ask::Run(run::Ask::Pause))));
    let events = play(steps);
    let kept = events.iter().find_map(|m| match m.body {
        Event::Depth(Answer::Run(run::Answer::Checkpoint { step })) => Some((step, m.buffers[0].clone())),
        _ => None,
    });
    let (step, file) = kept.expect("a checkpoint");
    let bodies: Vec<Event> = events.into_iter().map(|m| m.body).collect();
    let next = &learned(&bodies)[step as usize];
    // Another program, which had other twins.
    let go_on = |file: Vec<u8>| Message::with(Request::Depth(Ask::Run(run::Ask::Continue(DeviceChoice::Cpu))), vec![file]);
    let mut steps = data();
    steps.push((COMPLETE, depth(Ask::Run(run::Ask::Start(Options { seed: 9, ..options(Recipe { depth: 4, ..RECIPE }) })))));
    steps.push((RESTS, go_on(file.clone())));
    steps.push((STARTED, depth(Ask::Run(run::Ask::Step))));
    steps.push((LEARNED, go_on(file[..file.len() / 2].to_vec())));
    // A file that is not a checkpoint is refused, and the present run goes on.
    steps.push((FAILED, depth(Ask::Run(run::Ask::Step))));
    let events: Vec<Event> = play(steps).into_iter().map(|m| m.body).collect();
    let after = learned(&events);
    // The rate is the checkpoint's. A step's numbers are measured before it changes the weights.
    assert_eq!((&after[0], after.len()), (next, 2));
    assert!(events.iter().any(|e| matches!(e, Event::Failed { message, .. } if message.contains("checkpoint"))));
}

/// The digits of the job's first step.
fn first_batch() -> (Vec<f32>, Vec<f32>) {
    let mut mnist = Mnist::default();
    for (_, message) in data() {
        if let Request::Data { name } = &message.body {
            mnist.accept(name, &message.buffers[0]).expect("digits");
        }
    }
    let (images, labels) = mnist.train.gather(Batches::new(640, 16, 3).next_batch());
    let half = images.chunks_exact(784).flat_map(|image| {
        (0..196).map(|i| (0..4).map(|part| image[(2 * (i / 14) + part / 2) * 28 + 2 * (i % 14) + part % 2]).sum::<f32>() / 4.0)
    });
    (half.collect(), labels)
}

#[test]
fn norms_are_those_of_the_tape_and_of_small_changes() {
    let recipe = Recipe { norm: false, ..RECIPE };
    let events = asked(vec![(COMPLETE, Ask::Run(run::Ask::Start(options(recipe)))), (RESTS, Ask::Run(run::Ask::Step))]);
    let (pixels, labels) = first_batch();
    let images = Tensor::from_outside(&Device::Cpu, Layout::Image, &[16, 1, 14, 14], &pixels).unwrap();
    let targets = Var::constant(Tensor::new(&Device::Cpu, Shape::new([16]), &labels).unwrap());
    for (twin, adds) in [false, true].into_iter().enumerate() {
        let network = Twin::new(&Scope::new(Device::Cpu, 3), &recipe, adds, 1, 10).unwrap();
        let loss = |x: &Var| {
            let logits = network.forward(x, &mut Cx { norm: Norm::Batch, ..Cx::default() }).unwrap();
            logits.cross_entropy(&targets).unwrap().mean(&[0], false).unwrap()
        };
        let tape = Tape::default();
        let on_tape = loss(&tape.constant(images.clone()));
        let gradients = tape.backward(&on_tape, &[]).unwrap();
        let told = &learned(&events)[0].1[twin];
        assert_eq!(told.loss, Some(on_tape.value().on_cpu().unwrap()[0]));
        assert_eq!(told.norms.len(), recipe.weights().len());
        for (name, norm) in recipe.weights().iter().zip(&told.norms) {
            let gradient = gradients.params()[name].on_cpu().unwrap().to_vec();
            let norm = norm.expect("a finite norm");
            let expected = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
            assert!((norm - expected).abs() <= 1e-4 * expected, "{name}: {norm} and {expected}");
            // Along the gradient's own direction the loss rises by the gradient's norm.
            let param = network.params().into_iter().find(|p| &p.name == name).unwrap();
            let (before, small) = (param.value().clone(), 2e-3);
            let moved = |by: f32| {
                let values = before.on_cpu().unwrap().iter().zip(&gradient).map(|(w, g)| w + by * g / norm).collect::<Vec<_>>();
                param.set(Tensor::new(&Device::Cpu, before.shape().clone(), &values).unwrap()).unwrap();
                let found = loss(&Var::constant(images.clone()));
                f64::from(found.value().on_cpu().unwrap()[0])
            };
            let rise = (moved(small) - moved(-small)) / (2.0 * f64::from(small));
            moved(0.0);
            assert!((rise - f64::from(norm)).abs() < 0.05 * f64::from(norm) + 2e-3, "{name}: {rise} and {norm}");
        }
    }
}

#[test]
fn measuring_changes_nothing_and_ends_with_what_it_promised() {
    let slice = Slice { seed: 1, places: 5, reach: 1.0, plane: false };
    let plane = Slice { plane: true, places: 3, ..slice };
    const TOLD: When = |e| matches!(e, Event::Depth(Answer::Measuring { done, of }) if done == of);
    let events = asked(vec![
        (COMPLETE, Ask::Run(run::Ask::Start(options(RECIPE)))),
        (RESTS, Ask::Run(run::Ask::Step)),
        (|e| matches!(e, Event::Depth(Answer::Run(run::Answer::State { step: 1, .. }))), Ask::Drop),
        (TOLD, Ask::Slice(slice)),
        (TOLD, Ask::Slice(plane)),
        (TOLD, Ask::Drop),
    ]);
    let dropped: Vec<(usize, Option<usize>, f32)> = events
        .iter()
        .filter_map(|e| if let Event::Depth(Answer::Dropped { twin, block, error }) = e { Some((*twin, *block, *error)) } else { None })
        .collect();
    // Two twins, whole and without each of three blocks, twice.
    assert_eq!(dropped.len(), 16);
    assert_eq!(dropped[..8], dropped[8..], "neither measurement has moved a weight or a statistic");
    assert_eq!(dropped[..2].iter().map(|d| (d.0, d.1)).collect::<Vec<_>>(), [(0, None), (1, None)]);
    let losses: Vec<(usize, usize, f32)> = events
        .iter()
        .filter_map(|e| if let Event::Depth(Answer::Slice { twin, place, loss }) = e { Some((*twin, *place, loss.unwrap())) } else { None })
        .collect();
    assert_eq!(losses.len(), 2 * 5 + 2 * 9);
    let at = |list: &[(usize, usize, f32)], place| list.iter().find(|l| (l.0, l.1) == (0, place)).unwrap().2;
    assert_eq!(at(&losses[..10], 2), at(&losses[10..], 4), "the middle of the line and of the plane are the network itself");
    assert_ne!(at(&losses[..10], 0), at(&losses[..10], 2));
}

#[test]
fn bad_requests_are_answered_and_the_twins_stand() {
    const HELLO: When = |e| matches!(e, Event::Hello { .. });
    let mut steps = vec![(HELLO, Message::new(Request::Depth(Ask::Run(run::Ask::Play))))];
    let bad = [
        Ask::Run(run::Ask::Start(options(Recipe { depth: 7, ..RECIPE }))),
        Ask::Run(run::Ask::Start(options(Recipe { depth: 1000, ..RECIPE }))),
        Ask::Run(run::Ask::Start(options(Recipe { width: 0, ..RECIPE }))),
        Ask::Run(run::Ask::Start(Options { batch: 1, ..options(RECIPE) })),
        Ask::Run(run::Ask::Start(Options { rate: f32::INFINITY, ..options(RECIPE) })),
        Ask::Run(run::Ask::Start(options(RECIPE))),
    ];
    steps.extend(bad.into_iter().map(|ask| (FAILED, Message::new(Request::Depth(ask)))));
    steps.push((RESTS, Message::new(Request::Depth(Ask::Run(run::Ask::Play)))));
    let slice = |places, reach| Ask::Slice(Slice { seed: 1, places, reach, plane: false });
    for ask in [Ask::Run(run::Ask::Rate(f32::NAN)), slice(4, 1.0), slice(5, 0.0)] {
        steps.push((FAILED, Message::new(Request::Depth(ask))));
    }
    let messages: Vec<String> =
        play(steps).into_iter().filter_map(|m| if let Event::Failed { message, .. } = m.body { Some(message) } else { None }).collect();
    for (message, words) in messages.iter().zip([
        "none stand yet",
        "expected an even number",
        "expected 4 to 128, found 1000",
        "expected 1 to 64, found 0",
        "expected 2 to 1024 digits, found 1",
        "found inf",
        "training needs train-images",
        "found NaN",
        "training needs",
    ]) {
        assert!(message.contains(words), "{message:?} should say {words:?}");
    }
    assert_eq!(messages.len(), 10);
}
