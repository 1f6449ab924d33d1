//! Where a photo comes from: a file that was chosen, dropped or pasted, a sample of the site, the camera. The worker decodes it.
use super::{
    controls::{LIVE, OWN, SAMPLES},
    room::{Room, Topic},
};
use crate::{
    site::{
        browser::{self, clock},
        fetch,
        widgets::{camera::Camera, canvas::Pixels, decode::decoded},
    },
    vision::files::Kind,
    wire::Part,
    workbench::protocol::photos::Ask,
};
use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DataTransfer, File, FileList};

/// The largest photo file.
const MOST: f64 = 200e6;
/// The longest side of a photo that the browser decodes.
const LONGEST: u32 = 4096;
/// The longest side of a camera's frame.
const FRAME: u32 = 640;

/// The camera that is looked through.
pub type Film = Camera;

/// Photos and weights, told apart by their names.
pub fn take_files(room: Room, files: Option<FileList>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        let name = file.name().to_lowercase();
        match [".safetensors", ".pth", ".pt", ".th", ".bin", ".ckpt"].iter().any(|ending| name.ends_with(ending)) {
            true => super::networks::take_file(room, file),
            false => take_photo(room, file),
        }
    }
}

fn take_photo(room: Room, file: File) {
    let name = file.name();
    if file.size() > MOST {
        return room.tell(format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
    }
    stop_film(room);
    show_own(room, file);
}

fn show_own(room: Room, file: File) {
    room.scope.spawn(async move {
        room.came.set_value(Some(clock()));
        // What the photo before it was stays until this one is decoded: it may be none.
        room.taken.set_value(Some(file.clone()));
        let name = file.name();
        match browser::kind(&name, &file).await {
            // The reader may have chosen another one meanwhile.
            Ok(_) if room.taken.with_value(Option::is_none) => {}
            Ok(kind) if is_decoded_by_the_worker(kind) => show(room, OWN, name, file.into()),
            Ok(_) => show_decoded(room, name, &file).await,
            Err(error) => room.tell(error),
        }
    });
}

/// A photo was decoded: what was said of the one before does not hold any more.
pub fn came(room: Room, key: &str) {
    room.verdicts.update(|verdicts| verdicts.values_mut().for_each(|verdict| verdict.from_file = None));
    // A photo of the reader's that comes after another was chosen is not what is asked for any more.
    if key == OWN
        && let Some(file) = room.taken.try_update_value(Option::take).flatten()
    {
        room.own_photo.set_value(Some(file));
        room.shown.set_value(OWN.into());
        if untrack(|| room.settings.with(|s| s.photo != OWN)) {
            room.settings.commit(|s| s.photo = OWN.into());
        }
    }
}

/// PNG and JPEG, as Pillow decodes them, and what is no picture, for it says best what was expected. The browser knows more kinds, which the worker would have
/// to be larger for.
fn is_decoded_by_the_worker(kind: Option<Kind>) -> bool {
    !matches!(kind, Some(Kind::WebP | Kind::Gif | Kind::Bmp | Kind::Boxes))
}

/// A photo that the browser decodes.
async fn show_decoded(room: Room, name: String, file: &File) {
    match decoded(&name, file, LONGEST).await {
        Ok(Pixels { height, width, bytes }) => {
            room.ask(Topic::Photo, OWN.into(), Ask::Frame { file: name, height, width }, vec![bytes.into()])
        }
        Err(error) => room.tell(error),
    }
}

/// Hands a photo's file to the worker.
fn show(room: Room, key: &str, name: String, file: Blob) {
    room.ask(Topic::Photo, key.into(), Ask::Photo { file: name }, vec![Part::File(file)]);
}

/// What the clipboard holds.
pub fn paste(room: Room, event: &JsValue) {
    let data = Reflect::get(event, &"clipboardData".into()).ok().and_then(|data| data.dyn_into::<DataTransfer>().ok());
    take_files(room, data.and_then(|data| data.files()));
}

/// Brings the photo that the settings name, unless it was brought last.
pub fn bring_photo(room: Room, key: &str) {
    if key != LIVE {
        stop_film(room);
    }
    if room.shown.with_value(|shown| shown == key) {
        return;
    }
    if key == OWN || key == LIVE {
        match room.own_photo.get_value().filter(|_| key == OWN) {
            // Back to it.
            Some(file) => {
                room.shown.set_value(OWN.into());
                show_own(room, file);
            }
            None if key == LIVE && room.film.with_untracked(Option::is_some) => {}
            None => {
                room.settings.replace(|s| s.photo = SAMPLES[0].key.into());
                room.tell("Your photo is in no address, and what the camera saw is not kept: choose it again. This is a sample.");
            }
        }
        return;
    }
    room.shown.set_value(key.into());
    room.taken.set_value(None);
    let key = key.to_string();
    room.scope.spawn(async move {
        let file = format!("{key}.png");
        let path = format!("data/photos/{file}");
        match fetch::file(&path, |_| {}).await {
            // The reader may have chosen another one meanwhile.
            Ok(photo) if room.shown.with_value(|shown| *shown == key) => show(room, &key, file, photo),
            Ok(_) => {}
            Err(error) => room.tell(format!("{error} Your own photos need no file of the site; script/data fetches the samples.")),
        }
    });
}

/// Asks for the camera, and then films until it is stopped.
pub fn start_film(room: Room) {
    room.scope.spawn(async move {
        match Camera::open().await {
            Ok(camera) => {
                room.film.set(Some(camera));
                room.shown.set_value(LIVE.into());
                room.taken.set_value(None);
                room.settings.commit(|s| s.photo = LIVE.into());
                film(room);
            }
            Err(error) => room.tell(error),
        }
    });
}

/// A frame whenever everything about the last one is answered.
fn film(room: Room) {
    let Some(camera) = room.film.get_untracked() else { return };
    if room.is_idle()
        && let Some(frame) = camera.frame(FRAME)
    {
        match frame {
            Ok(pixels) => {
                let ask = Ask::Frame { file: "camera".into(), height: pixels.height, width: pixels.width };
                room.ask(Topic::Photo, LIVE.into(), ask, vec![pixels.bytes.into()]);
            }
            Err(error) => {
                room.tell(error);
                return stop_film(room);
            }
        }
    }
    room.scope.at_next_frame(move || film(room));
}

/// The last frame stays.
pub fn stop_film(room: Room) {
    let Some(camera) = room.film.get_untracked() else { return };
    camera.stop();
    room.film.set(None);
    if room.settings.with_untracked(|s| s.photo == LIVE) {
        room.shown.set_value(OWN.into());
        room.settings.replace(|s| s.photo = OWN.into());
    }
}
