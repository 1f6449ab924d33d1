//! The lab's logic with the workbench in the same thread: steps of both twins, measurements, and answers to measurements that were replaced.
use super::{controls::Settings, store::Store};
use crate::{
    site::{
        in_process::{Part, turn, until},
        labs::kit::rehearsal::{is_taken_up, kept, pause, survives_its_program, with_digits},
    },
    workbench::protocol::{depth::Slice, run::Ask},
};
use leptos::prelude::*;

/// The lab with small twins and digits, after their first step.
fn lab() -> (Part, Store) {
    let settings = Settings { depth: 8, width: 4, batch: 8, device: "cpu".into(), ..Settings::default() };
    let (page, store) = Part::of(|| {
        let store = Store::new(settings);
        store.training.open();
        store
    });
    with_digits(store.training);
    store.training.command(Ask::Step);
    until("a step", || store.shown.with_untracked(|state| state.step == 1));
    (page, store)
}

#[test]
fn both_twins_learn_on_the_same_chart() {
    let (_page, store) = lab();
    store.training.command(Ask::Play);
    until("twelve steps", || store.shown.with_untracked(|state| state.step >= 12));
    pause(store.training);
    store.shown.with_untracked(|state| {
        let steps: Vec<u64> = state.losses.all().iter().map(|(step, _)| *step as u64).collect();
        assert_eq!(steps, (1..=state.step).collect::<Vec<_>>());
        assert_eq!(state.norms[0].len(), state.weights.len());
        assert!(state.losses.all().iter().flat_map(|(_, losses)| losses).all(|loss| loss.is_finite()));
    });
}

fn slice(places: usize, seed: u64) -> Slice {
    Slice { seed, places, reach: 1.0, plane: false }
}

#[test]
fn what_is_measured_for_an_earlier_question_is_not_shown() {
    let (_page, store) = lab();
    let known = |store: Store| store.shown.with_untracked(|state| state.around.iter().flatten().filter(|loss| loss.is_finite()).count());
    store.look_around(slice(21, 1));
    until("a part of the first", || known(store) > 4);
    // Answers to the first measurement are still on their way.
    store.look_around(slice(21, 2));
    store.training.command(Ask::Pause);
    (0..20).for_each(|_| turn());
    assert_eq!(known(store), 0, "a place of the first is shown as the second's");
    store.look_around(slice(5, 2));
    until("the third", || store.shown.with_untracked(|state| state.measuring.is_none()) && known(store) == 10);
    let found = store.shown.with_untracked(|state| state.around.clone());
    // The same measurement, with nothing before it.
    let (_other_page, other) = lab();
    other.look_around(slice(5, 2));
    until("all of it", || other.shown.with_untracked(|state| state.measuring.is_none()) && known(other) == 10);
    assert_eq!(found, other.shown.with_untracked(|state| state.around.clone()));
}

#[test]
fn each_block_is_left_out_once_of_each_twin() {
    let (_page, store) = lab();
    store.drop_blocks();
    until("every block", || store.shown.with_untracked(|state| state.dropped.iter().all(|errors| errors.len() == 3)));
    store.shown.with_untracked(|state| assert!(state.whole.iter().all(Option::is_some)));
}

#[test]
fn what_both_have_learned_survives_the_end_of_their_program() {
    let (page, store) = lab();
    survives_its_program(&page, store.training, || store.shown.with_untracked(|state| state.losses.all().to_vec()));
}

#[test]
fn a_later_visit_has_the_charts_of_the_twins_that_it_takes_up() {
    let (page, store) = lab();
    store.training.command(Ask::Play);
    until("a copy", || kept(store.training).is_some());
    let run = store.training.keeping.run.get_untracked().expect("a run");
    page.leave();
    let (_page, store) = lab();
    is_taken_up(run, store.training, || store.shown.with_untracked(|state| state.losses.all().iter().map(|point| point.0).collect()));
}
