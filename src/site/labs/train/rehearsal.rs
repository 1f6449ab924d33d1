//! The lab's logic with the workbench in the same thread: from a step to the chart, a task, a lost device, a late answer.
use super::{
    controls::Settings,
    judge::{RunRecord, judge},
    state::{ACCURACY, LOSS},
    store::{self, Store},
};
use crate::{
    site::{
        controls::Pairs,
        in_process::{Part, stop, turn, until},
        labs::{
            kit::{
                rehearsal::{is_taken_up, kept, pause, survives_its_program, with_digits},
                run::Run,
            },
            task::Verdict,
        },
        worker_client::Status,
    },
    workbench::protocol::{DeviceChoice, Request, run::Ask},
};
use leptos::prelude::*;
use std::time::Instant;

/// The lab with these settings and digits, before its first step.
fn lab(settings: Settings) -> (Part, Store) {
    let (page, store) = Part::of(|| {
        store::provide();
        let store = expect_context::<Store>();
        store.listen();
        store
    });
    let whole = 640 / settings.batch;
    store.training.settings.set(settings);
    page.run(|| store.training.open());
    with_digits(store.training);
    until("the digits, and a run over all of them", || store.training.run.with_untracked(|run| run.steps_an_epoch == whole));
    (page, store)
}

fn quick() -> Settings {
    Settings { batch: 32, rate: 0.02, device: "cpu".into(), ..Settings::default() }
}

fn step(store: Store) -> u64 {
    store.training.run.with_untracked(|run| run.step)
}

#[test]
fn steps_become_a_chart_and_a_test_a_point_of_it() {
    let (_page, store) = lab(quick());
    store.training.command(Ask::Play);
    until("thirty steps", || step(store) >= 30);
    pause(store.training);
    store.ask(Request::Evaluate);
    until("the test of the last step", || store.shown.with_untracked(|state| state.tested.is_some_and(|tested| tested.at == step(store))));
    let lines = store.shown.with_untracked(|state| state.lines(LOSS, usize::MAX));
    let steps: Vec<f64> = lines[0].points.iter().map(|point| point.0).collect();
    assert_eq!(steps, (1..=step(store)).map(|step| step as f64).collect::<Vec<_>>(), "every step is a point");
    assert!(lines[0].points.iter().all(|(_, loss)| loss.is_finite()));
    let accuracy = store.shown.with_untracked(|state| state.lines(ACCURACY, usize::MAX));
    assert_eq!(accuracy[1].points.last().map(|point| point.0), steps.last().copied());
    assert_eq!(store.confusion.with_untracked(|rows| rows.iter().flatten().sum::<u32>()), 200);
    until("a look inside", || store.inspection.with_untracked(|seen| seen.as_ref().is_some_and(|seen| seen.step == step(store))));
}

#[test]
fn a_rate_that_is_too_large_solves_its_task() {
    let (_page, store) = lab(Settings { rate: 0.9, ..quick() });
    let verdict = || {
        store.shown.with_untracked(|state| {
            let now = store.training.run.with_untracked(|run| RunRecord::of(run, state)).expect("a run");
            judge("diverge", &now, &[], || state.steps.numbers(LOSS).collect())
        })
    };
    assert!(matches!(verdict(), Verdict::Open(_)), "before the first step nothing is judged");
    store.training.command(Ask::Play);
    until("the verdict", || matches!(verdict(), Verdict::Right(_)));
}

#[test]
fn a_run_goes_on_when_its_gpu_is_lost() {
    let (_page, store) = lab(Settings { device: "gpu".into(), ..quick() });
    assert_eq!(
        store.training.run.with_untracked(Run::device),
        Some(DeviceChoice::Gpu),
        "this test needs an adapter, if only one of software"
    );
    store.training.command(Ask::Play);
    // This is normally long enough for a copy on the host. On a slow machine the run continues from its beginning.
    let begun = Instant::now();
    until("ten steps and some seconds", || step(store) >= 10 && begun.elapsed().as_secs_f32() > 5.0);
    store.ask(Request::Lose);
    until("the news", || store.training.connection.notes.alarm("lost"));
    // The earliest step that can be shown again is the copy's. The steps before it were on the lost device.
    let said = store.training.connection.notes.said().concat();
    let earliest = store.kept.with_untracked(|(steps, _)| steps[0]);
    assert!(said.contains(&format!("from step {earliest};")), "{said} {earliest}");
    let before = step(store);
    until("further steps", || step(store) >= before + 10);
    let steps = store.shown.with_untracked(|state| state.steps.all().iter().map(|step| step.0 as u64).collect::<Vec<_>>());
    assert!(steps.windows(2).all(|pair| pair[1] == pair[0] + 1), "what was lost is forgotten, and nothing else: {steps:?}");
}

#[test]
fn of_many_steps_to_show_only_the_latest_is_shown() {
    let (_page, store) = lab(quick());
    store.training.command(Ask::Play);
    until("some steps that are kept", || store.kept.with_untracked(|(steps, _)| steps.len() > 12));
    pause(store.training);
    let steps = store.kept.with_untracked(|(steps, _)| steps.clone());
    // As fast as a slider is dragged: no answer arrives between them.
    steps[1..12].iter().for_each(|step| store.replay(Some(*step)));
    let mut shown = vec![];
    until("the last of them", || {
        let now = store.kept.with_untracked(|(_, shown)| *shown);
        if shown.last() != Some(&now) {
            shown.push(now);
        }
        now == Some(steps[11]) && store.shows_what_was_asked()
    });
    assert_eq!(shown, [None, Some(steps[1]), Some(steps[11])], "those in between were never asked for");
}

#[test]
fn a_changed_weight_is_taken_back_by_its_own_answer() {
    let (_page, store) = lab(quick());
    until("a look inside", || store.inspection.with_untracked(Option::is_some));
    store.change("conv1.bias".into(), 2, 5.0);
    store.change("conv1.bias".into(), 3, 7.0);
    until("both", || store.changes.with_untracked(|changes| changes.len() == 2));
    // This change was asked for before the undo, and is answered after it. It is another change, and must not be undone.
    store.change("conv1.bias".into(), 4, 1.0);
    store.undo();
    until("the third, and no longer the second", || store.changes.with_untracked(|changes| changes.len() == 2 && changes[1].index == 4));
    let left: Vec<usize> = store.changes.with_untracked(|changes| changes.iter().map(|change| change.index).collect());
    assert_eq!(left, [2, 4]);
    // A change that is refused undoes nothing.
    store.change("conv1.bias".into(), 99, 1.0);
    until("the refusal", || store.training.connection.notes.alarm(""));
    assert_eq!(store.changes.with_untracked(Vec::len), 2);
}

#[test]
fn what_comes_after_the_lab_is_gone_does_nothing() {
    let (page, store) = lab(quick());
    store.training.command(Ask::Play);
    until("a step", || step(store) > 0);
    store.ask(Request::Evaluate);
    page.leave();
    (0..50).for_each(|_| turn());
    assert!(store.training.run.try_get_untracked().is_none());
}

#[test]
fn a_program_that_dies_is_said_and_another_takes_its_place() {
    let (page, store) = lab(quick());
    stop("The worker stopped: out of memory");
    assert_eq!(store.training.connection.status.get_untracked(), Status::Dead("The worker stopped: out of memory".into()));
    page.run(|| store.training.open());
    until("the other", || {
        store.training.connection.status.get_untracked() == Status::Ready && store.training.run.with_untracked(|run| run.options.is_some())
    });
}

#[test]
fn what_a_run_has_learned_survives_the_end_of_its_program() {
    let (page, store) = lab(quick());
    survives_its_program(&page, store.training, || store.shown.with_untracked(|state| state.steps.all().to_vec()));
    assert!(store.runs.0.with_untracked(Vec::is_empty), "it is still the same run");
    // A new run is a new entry.
    store.training.start();
    until("the first step again", || step(store) == 0);
    assert_eq!(kept(store.training), None, "and has nothing to go on from yet");
}

#[test]
fn a_later_visit_has_the_charts_of_the_run_that_it_takes_up() {
    let (page, store) = lab(quick());
    store.training.command(Ask::Play);
    until("a copy", || kept(store.training).is_some());
    let run = store.training.keeping.run.get_untracked().expect("a run");
    page.leave();
    let (_page, store) = lab(quick());
    is_taken_up(run, store.training, || store.shown.with_untracked(|state| state.steps.all().iter().map(|point| point.0).collect()));
}

#[test]
fn a_kept_run_that_cannot_go_on_is_said_and_another_begins() {
    let (_page, store) = lab(quick());
    store.training.command(Ask::Play);
    until("a copy", || store.training.keeping.run.with_untracked(Option::is_some));
    pause(store.training);
    store.training.keeping.run.update(|run| run.iter_mut().for_each(|run| run.file.truncate(run.file.len() / 2)));
    store.training.keeping.going_on.set_value(Some(false));
    store.training.begin();
    until("the news", || store.training.connection.notes.alarm("checkpoint"));
    until("another", || step(store) == 0 && store.training.keeping.run.with_untracked(Option::is_none));
}

#[test]
fn a_copy_belongs_to_the_run_that_made_it_also_where_another_is_on_its_way() {
    let (_page, store) = lab(quick());
    let kept = || store.training.keeping.run.with_untracked(|run| run.as_ref().map(|run| (run.about.step, run.about.values.clone())));
    let seed = |run: &(u64, Pairs)| run.1.iter().find(|(key, _)| key == "seed").map(|(_, seed)| seed.clone());
    store.training.command(Ask::Play);
    until("a copy", || kept().is_some());
    // The reader has set another, and it is still asked for when the run that stands is copied again.
    let before = kept().expect("a copy");
    store.training.settings.update(|settings| settings.seed = 9);
    until("another copy", || kept().is_some_and(|now| now.0 > before.0));
    assert_eq!(kept().as_ref().and_then(seed), Some("1".into()));
    store.training.start();
    until("the other run", || step(store) == 0);
    store.training.command(Ask::Play);
    until("its copy", || kept().is_some());
    assert_eq!(kept().as_ref().and_then(seed), Some("9".into()));
}
