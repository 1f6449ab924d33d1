//! The lab's logic with the workbench in the same thread: from a photo to its classes, and late or bad answers.
use super::{compare, controls::Settings, follow::follow, hear::hear, store::Store};
use crate::{
    engine::tensor::Device,
    nets::{
        data::{Precision, write_safetensors},
        models::model,
        nn::{self, Scope},
    },
    site::{
        in_process::{self, Part},
        labs::kit::photos::{
            samples::{OWN, SAMPLES},
            store::Weights,
            topics::Topic,
            worker::open,
        },
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
fn lab() -> (Part, Store, UrlState<Settings>) {
    let settings = Settings { photo: OWN.into(), networks: NETWORK.into(), device: "cpu".into(), ..Settings::default() };
    let (page, (store, settings)) = Part::of(|| {
        let settings = UrlState::free(settings);
        (Store::new(settings), settings)
    });
    store.hears(move |heard| hear(store, settings, heard));
    page.run(|| open(*store));
    // The list that the site would give.
    store.shelf.set(Some(vec![]));
    has_photo(store);
    (page, store, settings)
}

/// Notes that the photo in the address has arrived, which comes over the network.
fn has_photo(store: Store) {
    store.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
}

/// What the page's effect does whenever something changes.
fn until(store: Store, settings: UrlState<Settings>, what: &str, holds: impl Fn() -> bool) {
    in_process::until(what, || {
        follow(store, settings);
        holds()
    });
}

fn take_photo(store: Store, name: &str, bytes: Vec<u8>) {
    store.ask(Topic::Photo, OWN, Ask::Photo { file: name.into() }, vec![bytes.into()]);
}

fn load(store: Store, file: &str, bytes: Vec<u8>) {
    let ask = Ask::Load { model: None, file: file.into(), device: DeviceChoice::Cpu, usual: false };
    store.ask(Topic::Load(file.into()), format!("{file} Cpu"), ask, vec![bytes.into()]);
}

fn notes(store: Store) -> Vec<String> {
    store.connection.notes.said()
}

#[test]
fn a_photo_and_weights_become_classes_steps_and_a_reason() {
    let (_page, store, settings) = lab();
    until(store, settings, "the machine", || store.connection.machine.with_untracked(|machine| machine.is_known()));
    load(store, "squeeze.safetensors", weights());
    take_photo(store, "stripe.png", photo());
    until(store, settings, "the network, on the shelf and chosen", || {
        store.standing.with_untracked(|standing| standing.contains_key(NETWORK)) && store.names() == [NETWORK]
    });
    let of = |store: Store| store.verdicts.with_untracked(|verdicts| verdicts.get(NETWORK).cloned());
    until(store, settings, "its classes", || of(store).is_some());
    until(store, settings, "what it saw, and why", || {
        store.steps.with_untracked(Option::is_some) && store.why.with_untracked(Option::is_some)
    });
    let first = of(store).unwrap();
    assert_eq!(first.top.len(), 5);
    assert!(first.top.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    assert_eq!(store.photo.with_untracked(|photo| photo.as_ref().map(|held| (held.height, held.width))), Some((64, 96)));
    // The answer of the engine itself.
    let seen = model(NETWORK).unwrap().preprocess.unwrap().seen(&Photo::decode("stripe.png", &photo()).unwrap()).unwrap();
    assert_eq!(store.steps.with_untracked(|steps| steps.as_ref().map(|steps| steps.pictures[1].bytes.len())), Some(seen.rgb.len() / 3 * 4));
    // A disturbance is another wish: it is asked once, and has another answer.
    settings.preview(|s| s.turn = 90);
    until(store, settings, "other probabilities", || of(store).is_some_and(|now| now.top[0].probability != first.top[0].probability));
    until(store, settings, "rest", || store.is_idle());
    (0..20).for_each(|_| {
        follow(store, settings);
        assert!(store.is_idle(), "what was answered is asked again");
        in_process::turn();
    });
}

/// Random weights for this network with so many classes, as a file.
fn weights_of(network: &str, classes: usize) -> Vec<u8> {
    let network = model(network).unwrap().with_classes(classes).network(&Scope::new(Device::Cpu, 1)).unwrap();
    write_safetensors(&block_on(nn::save(&network)).unwrap(), Precision::Single, &[]).unwrap()
}

#[test]
fn own_classes_get_their_names_from_a_list_and_networks_are_compared() {
    let (_page, store, settings) = lab();
    until(store, settings, "the machine", || store.connection.machine.with_untracked(|machine| machine.is_known()));
    load(store, "flowers.safetensors", weights_of(NETWORK, 3));
    take_photo(store, "stripe.png", photo());
    let called = |name: &str| {
        let is = |verdict: &super::state::Verdict| verdict.top.len() == 3 && verdict.top.iter().any(|guess| guess.name == name);
        store.verdicts.with_untracked(|verdicts| verdicts.get(NETWORK).is_some_and(is))
    };
    until(store, settings, "three classes with numbers", || called("class 2"));
    assert!(notes(store).iter().any(|note| note.contains("3 classes, where the usual network has 1000")), "{:?}", notes(store));
    let list = |text: &str| {
        let ask = Ask::Names { file: Some("flowers.txt".into()) };
        store.ask(Topic::Names, "flowers.txt", ask, vec![text.as_bytes().to_vec().into()]);
    };
    list("daisy\nrose\n");
    until(store, settings, "both numbers", || {
        notes(store).iter().any(|note| note.contains("found 2 names") && note.contains("has 3 classes"))
    });
    list("daisy\nrose\nsunflower\n");
    until(store, settings, "their names", || called("sunflower"));
    assert_eq!(store.class_names.with_untracked(|names| names.as_ref().map(|names| names.names)), Some(3));
    // A second network, and photos for both, one of which is none.
    load(store, "other.safetensors", weights_of("squeezenet1_0", 1000));
    until(store, settings, "the other network", || store.standing.with_untracked(|standing| standing.len() == 2));
    compare::take(
        store,
        [("stripe.png", photo()), ("broken.png", photo()[..60].to_vec()), ("again.png", photo())]
            .map(|(file, bytes)| (file.into(), bytes.into())),
    );
    until(store, settings, "two photos", || store.seen.with_untracked(Vec::len) == 2);
    assert!(notes(store).iter().any(|note| note.starts_with("broken.png")), "{:?}", notes(store));
    assert!(store.seen.with_untracked(|seen| seen.iter().all(|seen| seen.by.len() == 2)));
    // Other weights of a network have seen nothing yet.
    load(store, "flowers.safetensors", weights_of(NETWORK, 4));
    until(store, settings, "the classes", || {
        store.standing.with_untracked(|standing| standing.get(NETWORK).is_some_and(|found| found.classes == 4))
    });
    assert!(store.seen.with_untracked(|seen| seen.iter().all(|seen| !seen.by.contains_key(NETWORK) && seen.by.len() == 1)));
}

#[test]
fn a_sample_waits_until_the_readers_file_has_been_read() {
    let (_page, store, settings) = lab();
    until(store, settings, "the machine", || store.connection.machine.with_untracked(|machine| machine.is_known()));
    let sample = SAMPLES[0].key;
    store.ask(Topic::Own, sample, Ask::Photo { file: "broken.png".into() }, vec![b"no picture".to_vec().into()]);
    settings.preview(|s| s.photo = sample.into());
    follow(store, settings);
    assert!(!store.wishes.with_untracked(|wishes| wishes.is_busy(&Topic::Photo)), "the worker keeps the photo that comes last");
    // It was no photo, so the sample is fetched, for which these tests have no browser.
    until(store, settings, "the sample", || notes(store).iter().any(|note| note.contains(&format!("data/photos/{sample}.png"))));
    assert!(notes(store)[0].starts_with("broken.png"), "{:?}", notes(store));
}

#[test]
fn of_a_slider_that_is_pulled_only_the_last_place_is_asked_for() {
    let (_page, store, settings) = lab();
    load(store, "squeeze.safetensors", weights());
    take_photo(store, "stripe.png", photo());
    until(store, settings, "its classes", || store.verdicts.with_untracked(|verdicts| verdicts.contains_key(NETWORK)));
    until(store, settings, "rest", || store.is_idle());
    let asked = store.connection.asked();
    for turn in 1..=40 {
        settings.preview(|s| s.turn = turn);
        follow(store, settings);
    }
    until(store, settings, "rest", || store.is_idle());
    // Classes, steps and attribution, once for the first position and once for the last.
    assert!(store.connection.asked() - asked <= 6, "{} questions for 40 places of a slider", store.connection.asked() - asked);
}

#[test]
fn what_cannot_be_done_is_said_and_the_next_is_answered() {
    let (_page, store, settings) = lab();
    until(store, settings, "the machine", || store.connection.machine.with_untracked(|machine| machine.is_known()));
    take_photo(store, "broken.png", photo()[..60].to_vec());
    load(store, "text.safetensors", b"no weights at all".to_vec());
    take_photo(store, "stripe.png", photo());
    until(store, settings, "the photo after the bad ones", || {
        store.photo.with_untracked(|photo| photo.as_ref().is_some_and(|held| held.file == "stripe.png"))
    });
    let said = notes(store);
    assert!(said.len() == 2 && said[0].starts_with("broken.png") && said[1].starts_with("text.safetensors"), "{said:?}");
    assert!(store.is_idle());
}

/// Natively nothing can be fetched.
#[test]
fn what_cannot_be_brought_is_said_once_and_tried_again_for_the_reader_alone() {
    let (_page, store, settings) = lab();
    store.shelf.set(Some(vec![Weights { name: NETWORK.into(), file: "squeeze.safetensors".into(), bytes: 1, own: false }]));
    let photo = |key: &str| settings.preview(|s| s.photo = key.into());
    let says = |file: &str| notes(store).iter().any(|note| note.contains(file));
    photo("coffee");
    until(store, settings, "both messages", || says("coffee.png") && says("squeeze.safetensors"));
    store.connection.notes.dismiss();
    (0..20).for_each(|_| {
        follow(store, settings);
        in_process::turn();
    });
    assert_eq!(notes(store), Vec::<String>::new(), "tried again by itself");
    // As when another photo is chosen and then this one, and when the network is removed and added again.
    photo("chelsea");
    until(store, settings, "the other photo's message", || says("chelsea.png"));
    photo("coffee");
    store.wish(|wishes| wishes.forget(|topic| *topic == Topic::Load(NETWORK.into())));
    until(store, settings, "both messages again", || says("coffee.png") && says("squeeze.safetensors"));
}

#[test]
fn a_question_without_its_buffer_ends_with_a_message_too() {
    let (_page, store, settings) = lab();
    until(store, settings, "the machine", || store.connection.machine.with_untracked(|machine| machine.is_known()));
    store.ask(Topic::Photo, OWN, Ask::Photo { file: "nothing.png".into() }, vec![]);
    until(store, settings, "the message", || notes(store).iter().any(|note| note.contains("buffer")));
    assert!(store.is_idle(), "nobody waits for it any more");
}

#[test]
fn a_program_that_dies_leaves_no_question_behind() {
    let (page, store, settings) = lab();
    until(store, settings, "the machine", || store.connection.machine.with_untracked(|machine| machine.is_known()));
    take_photo(store, "stripe.png", photo());
    in_process::stop("The worker stopped: unreachable");
    assert!(matches!(store.connection.status.get_untracked(), Status::Dead(_)));
    page.run(|| open(*store));
    assert!(store.is_idle());
    until(store, settings, "the other", || store.connection.status.get_untracked() == Status::Ready);
}

#[test]
fn a_file_at_which_the_program_ends_is_named_and_what_stood_goes_on() {
    let (page, store, settings) = lab();
    load(store, "squeeze.safetensors", weights());
    take_photo(store, "stripe.png", photo());
    until(store, settings, "its classes", || store.verdicts.with_untracked(|verdicts| verdicts.contains_key(NETWORK)));
    until(store, settings, "rest", || store.is_idle());
    // Like a panic in a decoder: the program ends while it reads the file.
    load(store, "deadly.pth", weights());
    in_process::stop("The worker stopped: unreachable");
    page.run(|| follow(store, settings));
    assert_eq!(store.connection.status.get_untracked(), Status::Starting, "another runs");
    assert!(notes(store).iter().any(|note| note.starts_with("deadly.pth: the worker ended while it read this file")), "{:?}", notes(store));
    // Here the site has no copy of the reader's photo, so it must be given again.
    has_photo(store);
    until(store, settings, "the other", || store.connection.status.get_untracked() == Status::Ready);
    take_photo(store, "stripe.png", photo());
    load(store, "squeeze.safetensors", weights());
    until(store, settings, "its classes again", || {
        store.is_idle() && store.standing.with_untracked(|standing| standing.contains_key(NETWORK))
    });
    // The same file again: programs are not restarted for ever.
    load(store, "deadly.pth", weights());
    in_process::stop("The worker stopped: unreachable");
    page.run(|| follow(store, settings));
    assert!(matches!(store.connection.status.get_untracked(), Status::Dead(_)));
    // Without a file there is nothing to blame.
    page.run(|| open(*store));
    until(store, settings, "a third", || store.connection.status.get_untracked() == Status::Ready);
    in_process::stop("The worker stopped: unreachable");
    page.run(|| follow(store, settings));
    assert!(matches!(store.connection.status.get_untracked(), Status::Dead(_)));
}
