//! The lab's logic with the workbench in the same thread: steps of both twins, measurements, and answers to measurements that were replaced.
use super::{controls::Settings, room::Room};
use crate::{
    site::{
        in_process::{Part, stop, turn, until},
        labs::kit::{
            rehearsal::with_digits,
            training::{Command, Training},
        },
        worker_client::Status,
    },
    workbench::protocol::depth::Slice,
};
use leptos::prelude::*;

/// The lab with small twins and digits, after their first step.
fn lab() -> (Part, Room) {
    let settings = Settings { depth: 8, width: 4, batch: 8, device: "cpu".into(), ..Settings::default() };
    let (page, room) = Part::of(|| {
        let room = Room::new(settings);
        room.training.open();
        room
    });
    with_digits(room.training);
    room.training.command(Command::Step);
    until("a step", || room.shown.with_untracked(|state| state.step == 1));
    (page, room)
}

#[test]
fn both_twins_learn_on_the_same_chart() {
    let (_page, room) = lab();
    room.training.command(Command::Play);
    until("twelve steps", || room.shown.with_untracked(|state| state.step >= 12));
    room.training.command(Command::Pause);
    until("the pause", || !room.training.playing.get_untracked());
    room.shown.with_untracked(|state| {
        let steps: Vec<u64> = state.losses.iter().map(|(step, _)| *step as u64).collect();
        assert_eq!(steps, (1..=state.step).collect::<Vec<_>>());
        assert_eq!(state.norms[0].len(), state.weights.len());
        assert!(state.losses.iter().flat_map(|(_, losses)| losses).all(|loss| loss.is_finite()));
    });
}

fn slice(places: usize, seed: u64) -> Slice {
    Slice { seed, places, reach: 1.0, plane: false }
}

#[test]
fn what_is_measured_for_an_earlier_question_is_not_shown() {
    let (_page, room) = lab();
    let known = |room: Room| room.shown.with_untracked(|state| state.around.iter().flatten().filter(|loss| loss.is_finite()).count());
    room.look_around(slice(21, 1));
    until("a part of the first", || known(room) > 4);
    // Answers to the first measurement are still on their way.
    room.look_around(slice(21, 2));
    room.training.command(Command::Pause);
    (0..20).for_each(|_| turn());
    assert_eq!(known(room), 0, "a place of the first is shown as the second's");
    room.look_around(slice(5, 2));
    until("the third", || room.shown.with_untracked(|state| state.measuring.is_none()) && known(room) == 10);
    let found = room.shown.with_untracked(|state| state.around.clone());
    // The same measurement, with nothing before it.
    let (_other_page, other) = lab();
    other.look_around(slice(5, 2));
    until("all of it", || other.shown.with_untracked(|state| state.measuring.is_none()) && known(other) == 10);
    assert_eq!(found, other.shown.with_untracked(|state| state.around.clone()));
}

#[test]
fn each_block_is_left_out_once_of_each_twin() {
    let (_page, room) = lab();
    room.drop_blocks();
    until("every block", || room.shown.with_untracked(|state| state.dropped.iter().all(|errors| errors.len() == 3)));
    room.shown.with_untracked(|state| assert!(state.whole.iter().all(Option::is_some)));
}

#[test]
fn what_both_have_learned_survives_the_end_of_their_program() {
    let (page, room) = lab();
    let Training { connection, keeping, playing, .. } = room.training;
    room.training.command(Command::Play);
    let kept = || keeping.run.with_untracked(|run| run.as_ref().map(|run| run.about.step));
    let losses = || room.shown.with_untracked(|state| state.losses.clone());
    until("a copy, and steps in the chart that it has not seen", || kept().is_some_and(|at| losses().len() as u64 > at + 3));
    let (at, before) = (kept().expect("a copy"), losses());
    stop("The worker stopped: out of memory");
    assert_eq!(connection.status.get_untracked(), Status::Dead("The worker stopped: out of memory".into()));
    page.run(|| room.training.go_on());
    with_digits(room.training);
    until("five steps more", || playing.get_untracked() && losses().len() as u64 > at + 5);
    room.training.command(Command::Pause);
    until("the pause", || !playing.get_untracked());
    // The charts continue, and the repeated steps give the same numbers.
    let after = losses();
    assert!(after.iter().enumerate().all(|(i, (step, _))| *step == (i + 1) as f64), "{after:?}");
    let both = before.len().min(after.len());
    assert_eq!(before[..both], after[..both]);
}
