//! The lab's logic with the workbench in the same thread: from a photo to its classes, and late or bad answers.
use super::{
    controls::{OWN, Settings},
    follow::follow,
    room::Room,
    state::{Topic, Weights},
    worker::open,
};
use crate::{
    engine::tensor::Device,
    nets::{
        data::{Precision, write_safetensors},
        models::model,
        nn::{self, Scope},
    },
    site::{
        in_process::{self, Part},
        url::UrlState,
        worker_client::Status,
    },
    vision::Photo,
    workbench::protocol::{DeviceChoice, photos::Ask},
};
use image::{ImageFormat, Rgb, RgbImage};
use leptos::prelude::*;
use pollster::block_on;
use std::io::Cursor;

const NETWORK: &str = "squeezenet1_1";

/// Random weights for the network, as a file.
fn weights() -> Vec<u8> {
    let network = model(NETWORK).unwrap().network(&Scope::new(Device::Cpu, 1)).unwrap();
    write_safetensors(&block_on(nn::save(&network)).unwrap(), Precision::Single, &[]).unwrap()
}

/// A photo of one colour with a stripe.
fn photo() -> Vec<u8> {
    let mut bytes = vec![];
    let picture = RgbImage::from_fn(96, 64, |x, _| if x / 8 == 3 { Rgb([250, 240, 10]) } else { Rgb([20, 90, 160]) });
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// The lab without networks and without a photo.
fn lab() -> (Part, Room, UrlState<Settings>) {
    let settings = Settings { photo: OWN.into(), networks: NETWORK.into(), device: "cpu".into(), ..Settings::default() };
    let (page, (room, settings)) = Part::of(|| (Room::new(settings.clone()), UrlState::free(settings)));
    page.run(|| open(room, settings));
    // The list that the site would give.
    room.shelf.set(Some(vec![]));
    has_photo(room);
    (page, room, settings)
}

/// Notes that the photo in the address has arrived, which comes over the network.
fn has_photo(room: Room) {
    room.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
}

/// What the page's effect does whenever something changes.
fn until(room: Room, settings: UrlState<Settings>, what: &str, holds: impl Fn() -> bool) {
    in_process::until(what, || {
        follow(room, settings);
        holds()
    });
}

fn take_photo(room: Room, name: &str, bytes: Vec<u8>) {
    room.ask(Topic::Photo, OWN, Ask::Photo { file: name.into() }, vec![bytes.into()]);
}

fn load(room: Room, file: &str, bytes: Vec<u8>) {
    let ask = Ask::Load { model: None, file: file.into(), device: DeviceChoice::Cpu };
    room.ask(Topic::Load(file.into()), format!("{file} Cpu"), ask, vec![bytes.into()]);
}

fn notes(room: Room) -> Vec<String> {
    room.connection.notes.said()
}

#[test]
fn a_photo_and_weights_become_classes_steps_and_a_reason() {
    let (_page, room, settings) = lab();
    until(room, settings, "the machine", || room.connection.machine.with_untracked(|machine| machine.is_known()));
    load(room, "squeeze.safetensors", weights());
    take_photo(room, "stripe.png", photo());
    until(room, settings, "the network, on the shelf and chosen", || {
        room.standing.with_untracked(|standing| standing.contains_key(NETWORK)) && room.names() == [NETWORK]
    });
    let of = |room: Room| room.verdicts.with_untracked(|verdicts| verdicts.get(NETWORK).cloned());
    until(room, settings, "its classes", || of(room).is_some());
    until(room, settings, "what it saw, and why", || {
        room.steps.with_untracked(Option::is_some) && room.why.with_untracked(Option::is_some)
    });
    let first = of(room).unwrap();
    assert_eq!(first.top.len(), 5);
    assert!(first.top.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    assert_eq!(room.photo.with_untracked(|photo| photo.as_ref().map(|held| (held.height, held.width))), Some((64, 96)));
    // The answer of the engine itself.
    let seen = model(NETWORK).unwrap().preprocess.unwrap().seen(&Photo::decode("stripe.png", &photo()).unwrap()).unwrap();
    assert_eq!(room.steps.with_untracked(|steps| steps.as_ref().map(|steps| steps.pictures[1].bytes.len())), Some(seen.rgb.len() / 3 * 4));
    // A disturbance is another wish: it is asked once, and has another answer.
    settings.preview(|s| s.turn = 90);
    until(room, settings, "other probabilities", || of(room).is_some_and(|now| now.top[0].probability != first.top[0].probability));
    until(room, settings, "rest", || room.is_idle());
    (0..20).for_each(|_| {
        follow(room, settings);
        assert!(room.is_idle(), "what was answered is asked again");
        in_process::turn();
    });
}

#[test]
fn of_a_slider_that_is_pulled_only_the_last_place_is_asked_for() {
    let (_page, room, settings) = lab();
    load(room, "squeeze.safetensors", weights());
    take_photo(room, "stripe.png", photo());
    until(room, settings, "its classes", || room.verdicts.with_untracked(|verdicts| verdicts.contains_key(NETWORK)));
    until(room, settings, "rest", || room.is_idle());
    let asked = room.connection.asked();
    for turn in 1..=40 {
        settings.preview(|s| s.turn = turn);
        follow(room, settings);
    }
    until(room, settings, "rest", || room.is_idle());
    // Classes, steps and attribution, once for the first position and once for the last.
    assert!(room.connection.asked() - asked <= 6, "{} questions for 40 places of a slider", room.connection.asked() - asked);
}

#[test]
fn what_cannot_be_done_is_said_and_the_next_is_answered() {
    let (_page, room, settings) = lab();
    until(room, settings, "the machine", || room.connection.machine.with_untracked(|machine| machine.is_known()));
    take_photo(room, "broken.png", photo()[..60].to_vec());
    load(room, "text.safetensors", b"no weights at all".to_vec());
    take_photo(room, "stripe.png", photo());
    until(room, settings, "the photo after the bad ones", || {
        room.photo.with_untracked(|photo| photo.as_ref().is_some_and(|held| held.file == "stripe.png"))
    });
    let said = notes(room);
    assert!(said.len() == 2 && said[0].starts_with("broken.png") && said[1].starts_with("text.safetensors"), "{said:?}");
    assert!(room.is_idle());
}

/// Natively nothing can be fetched.
#[test]
fn what_cannot_be_brought_is_said_once_and_tried_again_for_the_reader_alone() {
    let (_page, room, settings) = lab();
    room.shelf.set(Some(vec![Weights { name: NETWORK.into(), file: "squeeze.safetensors".into(), bytes: 1, own: false }]));
    let photo = |key: &str| settings.preview(|s| s.photo = key.into());
    let says = |file: &str| notes(room).iter().any(|note| note.contains(file));
    photo("coffee");
    until(room, settings, "both messages", || says("coffee.png") && says("squeeze.safetensors"));
    room.connection.notes.dismiss();
    (0..20).for_each(|_| {
        follow(room, settings);
        in_process::turn();
    });
    assert_eq!(notes(room), Vec::<String>::new(), "tried again by itself");
    // As when another photo is chosen and then this one, and when the network is removed and added again.
    photo("chelsea");
    until(room, settings, "the other photo's message", || says("chelsea.png"));
    photo("coffee");
    room.wish(|wishes| wishes.forget(|topic| *topic == Topic::Load(NETWORK.into())));
    until(room, settings, "both messages again", || says("coffee.png") && says("squeeze.safetensors"));
}

#[test]
fn a_question_without_its_buffer_ends_with_a_message_too() {
    let (_page, room, settings) = lab();
    until(room, settings, "the machine", || room.connection.machine.with_untracked(|machine| machine.is_known()));
    room.ask(Topic::Photo, OWN, Ask::Photo { file: "nothing.png".into() }, vec![]);
    until(room, settings, "the message", || notes(room).iter().any(|note| note.contains("buffer")));
    assert!(room.is_idle(), "nobody waits for it any more");
}

#[test]
fn a_program_that_dies_leaves_no_question_behind() {
    let (page, room, settings) = lab();
    until(room, settings, "the machine", || room.connection.machine.with_untracked(|machine| machine.is_known()));
    take_photo(room, "stripe.png", photo());
    in_process::stop("The worker stopped: unreachable");
    assert!(matches!(room.connection.status.get_untracked(), Status::Dead(_)));
    page.run(|| open(room, settings));
    assert!(room.is_idle());
    until(room, settings, "the other", || room.connection.status.get_untracked() == Status::Ready);
}

#[test]
fn a_file_at_which_the_program_ends_is_named_and_what_stood_goes_on() {
    let (page, room, settings) = lab();
    load(room, "squeeze.safetensors", weights());
    take_photo(room, "stripe.png", photo());
    until(room, settings, "its classes", || room.verdicts.with_untracked(|verdicts| verdicts.contains_key(NETWORK)));
    until(room, settings, "rest", || room.is_idle());
    // Like a panic in a decoder: the program ends while it reads the file.
    load(room, "deadly.pth", weights());
    in_process::stop("The worker stopped: unreachable");
    page.run(|| follow(room, settings));
    assert_eq!(room.connection.status.get_untracked(), Status::Starting, "another runs");
    assert!(notes(room).iter().any(|note| note.starts_with("deadly.pth: the worker ended while it read this file")), "{:?}", notes(room));
    // Here the site has no copy of the reader's photo, so it must be given again.
    has_photo(room);
    until(room, settings, "the other", || room.connection.status.get_untracked() == Status::Ready);
    take_photo(room, "stripe.png", photo());
    load(room, "squeeze.safetensors", weights());
    until(room, settings, "its classes again", || {
        room.is_idle() && room.standing.with_untracked(|standing| standing.contains_key(NETWORK))
    });
    // The same file again: programs are not restarted for ever.
    load(room, "deadly.pth", weights());
    in_process::stop("The worker stopped: unreachable");
    page.run(|| follow(room, settings));
    assert!(matches!(room.connection.status.get_untracked(), Status::Dead(_)));
    // Without a file there is nothing to blame.
    page.run(|| open(room, settings));
    until(room, settings, "a third", || room.connection.status.get_untracked() == Status::Ready);
    in_process::stop("The worker stopped: unreachable");
    page.run(|| follow(room, settings));
    assert!(matches!(room.connection.status.get_untracked(), Status::Dead(_)));
}
