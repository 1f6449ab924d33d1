//! The training lab's options beyond plain training: few digits, dropout and augmentation, the results of tests, kept steps, an edited weight.
use super::session::{Steps, When, data, options, play};
use receptive::workbench::protocol::{DeviceChoice, Event, Message, Request, TrainOptions, TrainingScore, Verdict, run};

const READY: When = |e| matches!(e, Event::Data { missing, .. } if missing.is_empty());
const STARTED: When = |e| matches!(e, Event::Train(run::Answer::Started { .. }));
const RESTING: When = |e| matches!(e, Event::Train(run::Answer::State { playing: false, step }) if *step > 0);
const TESTED: When = |e| matches!(e, Event::Evaluated { .. });

/// All data, and a run with these options.
fn begun(options: TrainOptions) -> Steps {
    let mut steps = data();
    steps.push((READY, Message::new(Request::Train(run::Ask::Start(options)))));
    steps
}

fn few() -> TrainOptions {
    TrainOptions { digits: 100, dropout: 0.4, shift: 2.0, turn: 10.0, ..options(DeviceChoice::Cpu) }
}

/// The losses of the first steps.
fn losses(options: TrainOptions) -> Vec<f32> {
    let mut steps = begun(options);
    steps.push((STARTED, Message::new(Request::Train(run::Ask::Step))));
    steps.extend((1..12).map(|_| (RESTING, Message::new(Request::Train(run::Ask::Step)))));
    let events = play(steps);
    events.iter().flat_map(|m| if let Event::Steps { losses, .. } = &m.body { losses.clone() } else { vec![] }).collect()
}

fn tests(events: &[Message<Event>]) -> Vec<(u64, f32, Option<TrainingScore>)> {
    let found =
        |m: &Message<Event>| if let Event::Evaluated { step, loss, learned, .. } = m.body { Some((step, loss, learned)) } else { None };
    events.iter().filter_map(found).collect()
}

#[test]
fn a_seed_repeats_subset_dropout_and_augmentation_and_each_of_them_matters() {
    let first = losses(few());
    assert_eq!(first.len(), 12);
    assert_eq!(first, losses(few()));
    for other in [
        TrainOptions { seed: 2, ..few() },
        TrainOptions { digits: 0, ..few() },
        TrainOptions { dropout: 0.0, ..few() },
        TrainOptions { shift: 0.0, ..few() },
        TrainOptions { turn: 0.0, ..few() },
    ] {
        assert_ne!(first, losses(other.clone()), "{other:?}");
    }
}

#[test]
fn a_run_of_few_digits_is_tested_on_them_too() {
    let mut steps = begun(TrainOptions { digits: 100, ..options(DeviceChoice::Cpu) });
    steps.push((STARTED, Message::new(Request::Evaluate)));
    steps.push((TESTED, Message::new(Request::Train(run::Ask::Play))));
    steps.push((|e| matches!(e, Event::Evaluated { step, .. } if *step >= 100), Message::new(Request::Train(run::Ask::Pause))));
    let found = tests(&play(steps));
    let Some((_, _, Some(learned))) = found.last() else { panic!("{found:?}") };
    assert!(learned.digits == 100 && learned.accuracy > 0.95 && learned.loss < 0.5, "{learned:?}");
    // With all digits, and without dropout or augmentation, there is no gap to test.
    let mut steps = begun(options(DeviceChoice::Cpu));
    steps.push((STARTED, Message::new(Request::Evaluate)));
    assert_eq!(tests(&play(steps))[0].2, None);
}

#[test]
fn the_confusion_matrix_counts_every_tested_digit_and_its_cells_hold_them() {
    let mut steps = begun(options(DeviceChoice::Cpu));
    steps.push((STARTED, Message::new(Request::Evaluate)));
    steps.push((TESTED, Message::new(Request::Judged { cell: None })));
    let judged: When = |e| matches!(e, Event::Judged { .. });
    steps.extend((0..100).map(|at| (judged, Message::new(Request::Judged { cell: Some([at / 10, at % 10]) }))));
    let events = play(steps);
    let confusion =
        events.iter().find_map(|m| if let Event::Evaluated { confusion, .. } = &m.body { Some(confusion.clone()) } else { None });
    let confusion = confusion.expect("a test");
    assert_eq!(confusion.iter().flatten().sum::<u32>(), 200);
    let mut wrong = None;
    let mut cells = 0;
    for message in &events {
        let Event::Judged { step: 0, cell, count, digits } = &message.body else { continue };
        assert_eq!(digits.len(), message.buffers.len());
        assert!(message.buffers.iter().all(|ink| ink.len() == 784));
        assert!(digits.windows(2).all(|pair| pair[0].loss >= pair[1].loss), "the largest loss first");
        match cell {
            None => wrong = Some((*count, digits.clone())),
            Some([label, answer]) => {
                assert_eq!(*count as u32, confusion[*label][*answer]);
                assert!(digits.iter().all(|d| [d.label, d.answer, d.index % 10] == [*label, *answer, *label]));
                cells += 1;
            }
        }
    }
    let (count, digits): (usize, Vec<Verdict>) = wrong.expect("the mistakes");
    let right: u32 = (0..10).map(|class| confusion[class][class]).sum();
    assert_eq!((count as u32, cells), (200 - right, 100));
    assert!(digits.iter().all(|d| d.label != d.answer) && digits.len() == count.min(60));
}

#[test]
fn going_back_gives_the_same_test_and_going_on_the_same_losses() {
    for device in [DeviceChoice::Cpu, DeviceChoice::Gpu] {
        let mut steps = begun(TrainOptions { dropout: 0.3, shift: 1.0, ..options(device) });
        steps.push((STARTED, Message::new(Request::Train(run::Ask::Step))));
        steps.extend((1..5).map(|_| (RESTING, Message::new(Request::Train(run::Ask::Step)))));
        // Five steps, a test, seven more steps, another test; then back to the fifth step, and to the last one.
        steps.push((RESTING, Message::new(Request::Evaluate)));
        steps.push((TESTED, Message::new(Request::Train(run::Ask::Step))));
        steps.extend((6..12).map(|_| (RESTING, Message::new(Request::Train(run::Ask::Step)))));
        steps.push((RESTING, Message::new(Request::Evaluate)));
        steps.push((TESTED, Message::new(Request::Replay(Some(5)))));
        steps.push((|e| matches!(e, Event::Kept { shown: Some(5), .. }), Message::new(Request::Evaluate)));
        steps.push((TESTED, Message::new(Request::Replay(None))));
        steps.push((|e| matches!(e, Event::Kept { shown: None, .. }), Message::new(Request::Evaluate)));
        // From the fifth step on again: the same seven steps.
        steps.push((TESTED, Message::new(Request::Replay(Some(5)))));
        steps.push((|e| matches!(e, Event::Kept { shown: Some(5), .. }), Message::new(Request::Resume)));
        steps.push((|e| matches!(e, Event::Rewound { step: 5 }), Message::new(Request::Train(run::Ask::Step))));
        steps.extend(
            (6..12)
                .map(|_| (|e: &Event| matches!(e, Event::Steps { .. })) as When)
                .map(|w| (w, Message::new(Request::Train(run::Ask::Step)))),
        );
        steps.push((|e| matches!(e, Event::Steps { first: 12, .. }), Message::new(Request::Evaluate)));
        let events = play(steps);
        assert!(!events.iter().any(|m| matches!(m.body, Event::Failed { .. })), "{device:?}");
        let found = tests(&events);
        assert_eq!(found.iter().map(|t| t.0).collect::<Vec<_>>(), [5, 12, 5, 12, 12], "{device:?}");
        assert_eq!([found[2].1, found[3].1, found[4].1], [found[0].1, found[1].1, found[1].1], "{device:?}");
        assert_ne!(found[0].1, found[1].1);
        let first =
            |m: &Message<Event>| if let Event::Steps { first, losses, .. } = &m.body { Some((*first, losses.clone())) } else { None };
        let all: Vec<(u64, Vec<f32>)> = events.iter().filter_map(first).collect();
        assert_eq!(all[5..12], all[12..], "{device:?}");
    }
}

#[test]
fn the_history_is_bounded_and_an_unknown_step_is_refused() {
    let mut steps = begun(options(DeviceChoice::Cpu));
    steps.push((STARTED, Message::new(Request::Train(run::Ask::Play))));
    steps.push((|e| matches!(e, Event::Steps { first, .. } if *first > 200), Message::new(Request::Train(run::Ask::Pause))));
    steps.push((RESTING, Message::new(Request::Replay(Some(3)))));
    let events = play(steps);
    let kept: Vec<Vec<u64>> =
        events.iter().filter_map(|m| if let Event::Kept { steps, .. } = &m.body { Some(steps.clone()) } else { None }).collect();
    assert!(kept.iter().all(|steps| steps.len() <= 48 && steps[0] == 0), "{kept:?}");
    let last = kept.last().expect("kept steps");
    let every = last[1];
    assert!(every >= 4 && last.windows(2).all(|pair| pair[1] - pair[0] == every), "{last:?}");
    let refused = events.iter().any(|m| matches!(&m.body, Event::Failed { message, .. } if message.contains("found 3")));
    assert!(refused, "step 3 is not kept");
}

#[test]
fn an_edited_weight_changes_the_test_and_is_undone() {
    let edit = |index, value| Message::new(Request::Edit { name: "conv1.weight".into(), index, value });
    let edited: When = |e| matches!(e, Event::Edited { .. });
    let mut steps = begun(options(DeviceChoice::Cpu));
    steps.push((STARTED, Message::new(Request::Evaluate)));
    steps.push((TESTED, edit(7, 3.0)));
    steps.push((edited, Message::new(Request::Evaluate)));
    steps.push((TESTED, Message::new(Request::Filters)));
    steps.push((|e| matches!(e, Event::Filters { .. }), edit(150, 1.0)));
    steps.push((|e| matches!(e, Event::Failed { .. }), edit(7, f32::NAN)));
    let events = play(steps);
    let found = tests(&events);
    assert_ne!(found[0].1, found[1].1);
    let before = events.iter().find_map(|m| if let Event::Edited { before, .. } = m.body { Some(before) } else { None }).expect("an edit");
    let filters = events.iter().find(|m| matches!(m.body, Event::Filters { .. })).expect("filters");
    let values: Vec<f32> = bytemuck::pod_collect_to_vec(&filters.buffers[0]);
    assert_eq!((values[7], values.len()), (3.0, 150));
    let failures: Vec<&str> =
        events.iter().filter_map(|m| if let Event::Failed { message, .. } = &m.body { Some(message.as_str()) } else { None }).collect();
    assert!(failures[0].contains("expected a place below 150, found 150") && failures[1].contains("finite"), "{failures:?}");
    // And back again, in a run with the same seed.
    let mut steps = begun(options(DeviceChoice::Cpu));
    steps.push((STARTED, edit(7, 3.0)));
    steps.push((edited, edit(7, before)));
    steps.push((edited, Message::new(Request::Evaluate)));
    assert_eq!(tests(&play(steps))[0].1, found[0].1);
}

#[test]
fn a_run_that_diverges_is_still_told_of() {
    let steps = Event::Steps { first: 1, losses: vec![2.3, f32::NAN, f32::INFINITY], accuracies: vec![], images_a_second: 1.0, epoch: 0.0 };
    let text = serde_json::to_string(&steps).expect("JSON");
    let Ok(Event::Steps { losses, .. }) = serde_json::from_str(&text) else { panic!("{text} is not read") };
    assert!(losses[0] == 2.3 && losses[1].is_nan() && losses[2].is_nan());
}

#[test]
fn a_checkpoint_goes_on_in_another_program_as_if_nothing_had_happened() {
    let checkpoint: When = |e| matches!(e, Event::Train(run::Answer::Checkpoint { .. }));
    let mut steps = begun(TrainOptions { dropout: 0.3, shift: 1.0, ..options(DeviceChoice::Cpu) });
    steps.push((STARTED, Message::new(Request::Train(run::Ask::Play))));
    steps.push((checkpoint, Message::new(Request::Train(run::Ask::Rate(0.02)))));
    steps.push((|e| matches!(e, Event::Steps { .. }), Message::new(Request::Train(run::Ask::Pause))));
    let losses = |events: &[Message<Event>]| -> Vec<(u64, f32)> {
        let told =
            events.iter().filter_map(|m| if let Event::Steps { first, losses, .. } = &m.body { Some((*first, losses)) } else { None });
        told.flat_map(|(first, losses)| (first..).zip(losses.clone())).collect()
    };
    let events = play(steps);
    let (step, file) = events
        .iter()
        .find_map(|m| if let Event::Train(run::Answer::Checkpoint { step }) = m.body { Some((step, m.buffers[0].clone())) } else { None })
        .expect("a checkpoint");
    // Another program, with other options. The rate was changed only after the checkpoint.
    let before: Vec<f32> = losses(&events).into_iter().filter(|(at, _)| *at > step).map(|(_, loss)| loss).take(1).collect();
    let go_on = || Message::with(Request::Train(run::Ask::Continue(DeviceChoice::Cpu)), vec![file.clone()]);
    // As on a page: before the digits have arrived, and again when they are there.
    let mut steps = data();
    steps.insert(1, (STARTED, go_on()));
    steps[0].1 = Message::new(Request::Train(run::Ask::Start(TrainOptions { seed: 77, ..options(DeviceChoice::Cpu) })));
    steps.insert(2, (|e| matches!(e, Event::Train(run::Answer::Started { step: 1.., .. })), data().swap_remove(0).1));
    steps.push((READY, go_on()));
    steps.push((|e| matches!(e, Event::Train(run::Answer::Started { step: 1.., .. })), Message::new(Request::Train(run::Ask::Step))));
    let events = play(steps);
    let started = events.iter().rev().find_map(|m| {
        if let Event::Train(run::Answer::Started { step, options, .. }) = &m.body { Some((*step, options.clone())) } else { None }
    });
    let (at, options_of) = started.expect("a run that goes on");
    assert_eq!((at, options_of.seed, options_of.dropout), (step, options(DeviceChoice::Cpu).seed, 0.3));
    assert_eq!(losses(&events), [(step + 1, before[0])]);

    // A damaged file is refused, and the present run goes on.
    let mut damaged = file.clone();
    damaged.truncate(file.len() / 2);
    let failed: When = |e| matches!(e, Event::Failed { .. });
    let mut steps = begun(options(DeviceChoice::Cpu));
    steps.push((STARTED, Message::with(Request::Train(run::Ask::Continue(DeviceChoice::Cpu)), vec![damaged])));
    steps.push((
        failed,
        Message::with(
            Request::Train(run::Ask::Continue(DeviceChoice::Cpu)),
            vec![std::fs::read("assets/weights/lenet5.safetensors").expect("the book's weights")],
        ),
    ));
    steps.push((failed, Message::new(Request::Train(run::Ask::Step))));
    steps.push((RESTING, Message::new(Request::Evaluate)));
    let events = play(steps);
    let said: Vec<&str> =
        events.iter().filter_map(|m| if let Event::Failed { message, .. } = &m.body { Some(message.as_str()) } else { None }).collect();
    assert!(
        said.len() == 2 && said[0].contains("checkpoint: expected a safetensors file") && said[1].contains("expected \"options\""),
        "{said:?}"
    );
    assert_eq!(losses(&events).len(), 1);
}
