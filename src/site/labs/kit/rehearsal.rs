//! What rehearsals of labs that train begin with, and what all of them have to survive.
use super::{
    kept::Kept,
    points::Point,
    training::{Training, Trains},
};
use crate::{
    site::{
        in_process::{Part, digits, stop, until},
        worker_client::Status,
    },
    workbench::protocol::{Request, run::Ask},
};
use leptos::prelude::*;

/// Waits for the worker and gives it digits. A second run begins once all of them are there.
pub fn with_digits<S: Trains>(training: Training<S>) {
    let Training { connection, digits: held, .. } = training;
    until("the machine", || connection.machine.with_untracked(|machine| machine.is_known()) && connection.stands());
    for (name, file) in digits() {
        connection.send_with(Request::Data { name: name.into() }, vec![file.into()]);
    }
    until("the digits", || untrack(|| held.are_whole()));
}

/// A run rests.
pub fn pause<S: Trains>(training: Training<S>) {
    training.command(Ask::Pause);
    until("the pause", || !training.playing.get_untracked());
}

/// The step of the copy that the page keeps.
pub fn kept<S: Trains>(training: Training<S>) -> Option<u64> {
    training.keeping.run.with_untracked(|run| run.as_ref().map(|run| run.about.step))
}

/// The worker ends while the run plays, and the run goes on in another: the charts, whose points of the loss are these, go on, and what is learned
/// again is the same.
pub fn survives_its_program<S: Trains>(page: &Part, training: Training<S>, losses: impl Fn() -> Vec<Point>) {
    training.command(Ask::Play);
    until("a copy, and steps in the chart that it has not seen", || kept(training).is_some_and(|at| losses().len() as u64 > at + 3));
    stop("The worker stopped: out of memory");
    let (at, before) = (kept(training).expect("a copy"), losses());
    assert_eq!(training.connection.status.get_untracked(), Status::Dead("The worker stopped: out of memory".into()));
    assert!(at > 0 && training.playing.get_untracked());
    page.run(|| training.go_on());
    with_digits(training);
    until("five steps more", || training.playing.get_untracked() && losses().len() as u64 > at + 5);
    pause(training);
    let after = losses();
    assert!(after.iter().enumerate().all(|(i, (step, _))| *step == (i + 1) as f64), "{after:?}");
    let both = before.len().min(after.len());
    assert_eq!(before[..both], after[..both]);
}

/// On a later visit the kept run is taken up by a lab that knows nothing of it, with its charts from their beginning.
pub fn is_taken_up<S: Trains>(kept: Kept, training: Training<S>, steps: impl Fn() -> Vec<f64>) {
    let step = kept.about.step;
    training.keeping.run.set(Some(kept));
    training.keeping.going_on.set_value(Some(false));
    training.begin();
    until("the kept run", || training.run.with_untracked(|run| run.step == step && run.options.is_some()));
    let shown = steps();
    // Of a long run a chart keeps the means of neighbours: its first point is that of the first few steps.
    let begins = shown.first().is_some_and(|first| *first <= 1.0 + (step / 200) as f64);
    assert!(begins && shown.last() == Some(&(step as f64)), "{shown:?} {step}");
}
