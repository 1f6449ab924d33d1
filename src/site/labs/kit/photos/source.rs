//! The source of a photo: a file that was chosen, dropped or pasted, a sample of the site, or the camera. The worker decodes it.
use super::{
    names::take_names,
    networks::take_weights,
    samples::{LIVE, OWN, SAMPLES},
    store::Photos,
    topics::{Topic, Wish},
};
use crate::{
    site::{
        browser::{self, clock},
        fetch,
        labs::kit::files::misplaced,
        widgets::{camera::Camera, canvas::Pixels, decode::decoded, erased::on_event},
    },
    vision::files::{Kind, Purpose},
    wire::Part,
    workbench::protocol::photos::Ask,
};
use js_sys::Reflect;
use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DataTransfer, File, FileList, HtmlInputElement};

/// The largest photo file in bytes.
const MOST: f64 = 200e6;
/// The longest side of a photo that the browser decodes.
const LONGEST: u32 = 4096;
/// The longest side of a camera's frame.
const FRAME: u32 = 640;

/// What the lab takes.
const TAKES: &str =
    "a photo (PNG, JPEG, WebP, GIF, BMP or AVIF), weights (safetensors or PyTorch's) or names of classes (text, one a line)";

/// Photos, weights and names of classes, told apart by their content.
pub fn take_files(photos: Photos, files: Option<FileList>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        photos.connection.scope.spawn(async move {
            let name = file.name();
            match browser::purpose(&name, &file, TAKES).await {
                Ok(Purpose::Weights) => take_weights(photos, file),
                Ok(Purpose::Photo) => take_photo(photos, file),
                Ok(Purpose::Classes) => take_names(photos, file),
                Ok(other) => photos.tell(misplaced(&name, TAKES, other)),
                Err(error) => photos.tell(error),
            }
        });
    }
}

/// Takes files that were chosen in an input. The same file may be chosen again.
pub fn chosen(photos: Photos) -> Box<dyn FnMut(ev::Event)> {
    on_event(move |event: ev::Event| {
        let input = event_target::<HtmlInputElement>(&event);
        take_files(photos, input.files());
        input.set_value("");
    })
}

/// Takes files from the clipboard.
pub fn paste(photos: Photos, event: &JsValue) {
    let data = Reflect::get(event, &"clipboardData".into()).ok().and_then(|data| data.dyn_into::<DataTransfer>().ok());
    take_files(photos, data.and_then(|data| data.files()));
}

fn take_photo(photos: Photos, file: File) {
    let name = file.name();
    if file.size() > MOST {
        return photos.tell(format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
    }
    stop_film(photos);
    show_own(photos, file);
}

fn show_own(photos: Photos, file: File) {
    let wish = Wish { key: chosen_photo(photos), file: Some((file.clone(), clock())) };
    photos.connection.scope.spawn(async move {
        let name = file.name();
        match browser::kind(&name, &file).await {
            Ok(_) if !is_wanted(photos, &wish) => {}
            Ok(kind) if is_decoded_by_the_worker(kind) => {
                photos.ask(Topic::Own, wish, Ask::Photo { file: name }, vec![Part::File(file.into())])
            }
            // A photo that the browser decodes.
            Ok(_) => match decoded(&name, &file, LONGEST).await {
                Ok(pixels) => show_pixels(photos, Topic::Own, wish, name, pixels),
                Err(error) => photos.tell(error),
            },
            Err(error) => photos.tell(error),
        }
    });
}

/// Whether the reader has chosen no other photo since this file arrived.
fn is_wanted(photos: Photos, wish: &Wish) -> bool {
    let photo = chosen_photo(photos);
    photo == wish.key || photo == OWN
}

/// The photo in the settings.
fn chosen_photo(photos: Photos) -> String {
    photos.photo_setting().value.get_untracked()
}

/// All but AVIF, for which the worker would have to be larger; what is no picture, too, for it says best what was expected.
fn is_decoded_by_the_worker(kind: Option<Kind>) -> bool {
    kind != Some(Kind::Boxes)
}

/// Sends the worker a photo that is already decoded.
fn show_pixels(photos: Photos, topic: Topic, wish: Wish, name: String, Pixels { height, width, bytes }: Pixels) {
    photos.ask(topic, wish, Ask::Frame { file: name, height, width }, vec![bytes.into()]);
}

/// A reader's file turned out to be a photo. Now the settings name it, and the reader can return to it.
pub fn arrived(photos: Photos, wish: Wish) {
    if !is_wanted(photos, &wish) {
        return;
    }
    let Some((file, _)) = wish.file else { return };
    photos.own_photo.set_value(Some(file));
    photos.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
    if chosen_photo(photos) != OWN {
        (photos.photo_setting().commit)(OWN.into());
    }
}

/// Fetches the photo that the settings name, unless it was fetched last.
pub fn bring_photo(photos: Photos, key: &str) {
    if key != LIVE {
        stop_film(photos);
    } else if photos.film.with_untracked(Option::is_some) {
        return;
    }
    let wish = Wish::from(key);
    // What the reader brought is being read: this one is fetched only if that turns out to be no photo. The worker keeps the photo that comes last.
    let is_read = photos.wishes.with_untracked(|wishes| wishes.is_under_way(&Topic::Own) || wishes.latest(&Topic::Photo) == Some(&wish));
    if is_read {
        return;
    }
    if key == OWN || key == LIVE {
        match photos.own_photo.get_value().filter(|_| key == OWN) {
            // The reader returns to it.
            Some(file) => {
                photos.wish(|wishes| wishes.mark_done(Topic::Photo, wish));
                show_own(photos, file);
            }
            None => {
                (photos.photo_setting().replace)(SAMPLES[0].key.into());
                photos.tell("Your photo is in no address, and what the camera saw is not kept: choose it again. This is a sample.");
            }
        }
        return;
    }
    photos.wish(|wishes| wishes.seek(Topic::Photo, wish.clone()));
    photos.connection.scope.spawn(async move {
        let file = format!("{}.png", wish.key);
        let fetched = fetch::file(&format!("data/photos/{file}"), |_| {}).await;
        // The reader may have chosen or brought another one meanwhile.
        if photos.wishes.with_untracked(|wishes| wishes.is_under_way(&Topic::Own)) {
            photos.wish(|wishes| wishes.give_up(&Topic::Photo));
        }
        let is_sought = photos.wishes.with_untracked(|wishes| wishes.is_sought(&Topic::Photo, &wish));
        match fetched {
            Ok(photo) if is_sought => photos.ask(Topic::Photo, wish, Ask::Photo { file }, vec![Part::File(photo)]),
            Ok(_) => {}
            Err(error) => {
                if is_sought {
                    photos.wish(|wishes| wishes.mark_done(Topic::Photo, wish));
                }
                photos.tell(format!("{error} Your own photos need no file of the site; script/data fetches the samples."));
            }
        }
    });
}

/// Opens the camera, and films until it is stopped.
pub fn start_film(photos: Photos) {
    photos.connection.scope.spawn(async move {
        match Camera::open().await {
            Ok(camera) => {
                photos.film.set(Some(camera));
                photos.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
                (photos.photo_setting().commit)(LIVE.into());
                film(photos);
            }
            Err(error) => photos.tell(error),
        }
    });
}

/// Sends a frame whenever everything about the last one is answered. The last frame stays as the reader's own photo.
fn film(photos: Photos) {
    let Some(camera) = photos.film.get_untracked() else { return };
    if photos.is_idle()
        && let Some(frame) = camera.frame(FRAME)
    {
        match frame {
            Ok(pixels) => show_pixels(photos, Topic::Photo, OWN.into(), "camera".into(), pixels),
            Err(error) => {
                photos.tell(error);
                return stop_film(photos);
            }
        }
    }
    photos.connection.scope.at_next_frame(move || film(photos));
}

/// Stops the camera. The last frame stays.
pub fn stop_film(photos: Photos) {
    let Some(camera) = photos.film.get_untracked() else { return };
    camera.stop();
    photos.film.set(None);
    if chosen_photo(photos) == LIVE {
        (photos.photo_setting().replace)(OWN.into());
    }
}
