//! The beginning of all rehearsals of labs that train.
use super::training::{Training, Trains};
use crate::{
    site::in_process::{digits, until},
    workbench::protocol::Request,
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
