//! The source of a photo: a file that was chosen, dropped or pasted, a sample of the site, or the camera. The worker decodes it.
use super::{
    controls::{LIVE, OWN, SAMPLES, Settings},
    networks::take_weights,
    room::Room,
    state::{Topic, Wish},
};
use crate::{
    site::{
        browser::{self, clock},
        fetch,
        labs::kit::files::misplaced,
        url::UrlState,
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
const TAKES: &str = "a photo (PNG, JPEG, WebP, GIF, BMP or AVIF) or weights (safetensors or PyTorch's)";

/// Photos and weights, told apart by their content.
pub fn take_files(room: Room, settings: UrlState<Settings>, files: Option<FileList>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        room.connection.scope.spawn(async move {
            let name = file.name();
            match browser::purpose(&name, &file, TAKES).await {
                Ok(Purpose::Weights) => take_weights(room, file),
                Ok(Purpose::Photo) => take_photo(room, settings, file),
                Ok(other) => room.tell(misplaced(&name, TAKES, other)),
                Err(error) => room.tell(error),
            }
        });
    }
}

/// Takes files that were chosen in an input. The same file may be chosen again.
pub fn chosen(room: Room, settings: UrlState<Settings>) -> Box<dyn FnMut(ev::Event)> {
    on_event(move |event: ev::Event| {
        let input = event_target::<HtmlInputElement>(&event);
        take_files(room, settings, input.files());
        input.set_value("");
    })
}

/// Takes files from the clipboard.
pub fn paste(room: Room, settings: UrlState<Settings>, event: &JsValue) {
    let data = Reflect::get(event, &"clipboardData".into()).ok().and_then(|data| data.dyn_into::<DataTransfer>().ok());
    take_files(room, settings, data.and_then(|data| data.files()));
}

fn take_photo(room: Room, settings: UrlState<Settings>, file: File) {
    let name = file.name();
    if file.size() > MOST {
        return room.tell(format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
    }
    stop_film(room, settings);
    show_own(room, settings, file);
}

fn show_own(room: Room, settings: UrlState<Settings>, file: File) {
    let wish = Wish { key: settings.with_untracked(|s| s.photo.clone()), file: Some((file.clone(), clock())) };
    room.connection.scope.spawn(async move {
        let name = file.name();
        match browser::kind(&name, &file).await {
            Ok(_) if !is_wanted(settings, &wish) => {}
            Ok(kind) if is_decoded_by_the_worker(kind) => {
                room.ask(Topic::Own, wish, Ask::Photo { file: name }, vec![Part::File(file.into())])
            }
            // A photo that the browser decodes.
            Ok(_) => match decoded(&name, &file, LONGEST).await {
                Ok(pixels) => show_pixels(room, Topic::Own, wish, name, pixels),
                Err(error) => room.tell(error),
            },
            Err(error) => room.tell(error),
        }
    });
}

/// Whether the reader has chosen no other photo since this file arrived.
fn is_wanted(settings: UrlState<Settings>, wish: &Wish) -> bool {
    settings.with_untracked(|s| s.photo == wish.key || s.photo == OWN)
}

/// All but AVIF, for which the worker would have to be larger; what is no picture, too, for it says best what was expected.
fn is_decoded_by_the_worker(kind: Option<Kind>) -> bool {
    kind != Some(Kind::Boxes)
}

/// Sends the worker a photo that is already decoded.
fn show_pixels(room: Room, topic: Topic, wish: Wish, name: String, Pixels { height, width, bytes }: Pixels) {
    room.ask(topic, wish, Ask::Frame { file: name, height, width }, vec![bytes.into()]);
}

/// A reader's file turned out to be a photo. Now the settings name it, and the reader can return to it.
pub fn arrived(room: Room, settings: UrlState<Settings>, wish: Wish) {
    if !is_wanted(settings, &wish) {
        return;
    }
    let Some((file, _)) = wish.file else { return };
    room.own_photo.set_value(Some(file));
    room.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
    if settings.with_untracked(|s| s.photo != OWN) {
        settings.commit(|s| s.photo = OWN.into());
    }
}

/// Fetches the photo that the settings name, unless it was fetched last.
pub fn bring_photo(room: Room, settings: UrlState<Settings>, key: &str) {
    if key != LIVE {
        stop_film(room, settings);
    } else if room.film.with_untracked(Option::is_some) {
        return;
    }
    let wish = Wish::from(key);
    if room.wishes.with_untracked(|wishes| wishes.latest(&Topic::Photo) == Some(&wish)) {
        return;
    }
    if key == OWN || key == LIVE {
        match room.own_photo.get_value().filter(|_| key == OWN) {
            // The reader returns to it.
            Some(file) => {
                room.wish(|wishes| wishes.mark_done(Topic::Photo, wish));
                show_own(room, settings, file);
            }
            None => {
                settings.replace(|s| s.photo = SAMPLES[0].key.into());
                room.tell("Your photo is in no address, and what the camera saw is not kept: choose it again. This is a sample.");
            }
        }
        return;
    }
    room.wish(|wishes| wishes.seek(Topic::Photo, wish.clone()));
    room.connection.scope.spawn(async move {
        let file = format!("{}.png", wish.key);
        let fetched = fetch::file(&format!("data/photos/{file}"), |_| {}).await;
        // The reader may have chosen another one meanwhile.
        let is_sought = room.wishes.with_untracked(|wishes| wishes.is_sought(&Topic::Photo, &wish));
        match fetched {
            Ok(photo) if is_sought => room.ask(Topic::Photo, wish, Ask::Photo { file }, vec![Part::File(photo)]),
            Ok(_) => {}
            Err(error) => {
                if is_sought {
                    room.wish(|wishes| wishes.mark_done(Topic::Photo, wish));
                }
                room.tell(format!("{error} Your own photos need no file of the site; script/data fetches the samples."));
            }
        }
    });
}

/// Opens the camera, and films until it is stopped.
pub fn start_film(room: Room, settings: UrlState<Settings>) {
    room.connection.scope.spawn(async move {
        match Camera::open().await {
            Ok(camera) => {
                room.film.set(Some(camera));
                room.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
                settings.commit(|s| s.photo = LIVE.into());
                film(room, settings);
            }
            Err(error) => room.tell(error),
        }
    });
}

/// Sends a frame whenever everything about the last one is answered. The last frame stays as the reader's own photo.
fn film(room: Room, settings: UrlState<Settings>) {
    let Some(camera) = room.film.get_untracked() else { return };
    if room.is_idle()
        && let Some(frame) = camera.frame(FRAME)
    {
        match frame {
            Ok(pixels) => show_pixels(room, Topic::Photo, OWN.into(), "camera".into(), pixels),
            Err(error) => {
                room.tell(error);
                return stop_film(room, settings);
            }
        }
    }
    room.connection.scope.at_next_frame(move || film(room, settings));
}

/// Stops the camera. The last frame stays.
pub fn stop_film(room: Room, settings: UrlState<Settings>) {
    let Some(camera) = room.film.get_untracked() else { return };
    camera.stop();
    room.film.set(None);
    if settings.with_untracked(|s| s.photo == LIVE) {
        settings.replace(|s| s.photo = OWN.into());
    }
}
