//! The source of a photo: a file that was chosen, dropped or pasted, a sample of the site, or the camera. The worker decodes it.
use super::{
    controls::{LIVE, OWN, SAMPLES, Settings},
    networks::take_weights,
    state::{Topic, Wish},
    store::Store,
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
pub fn take_files(store: Store, settings: UrlState<Settings>, files: Option<FileList>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        store.connection.scope.spawn(async move {
            let name = file.name();
            match browser::purpose(&name, &file, TAKES).await {
                Ok(Purpose::Weights) => take_weights(store, file),
                Ok(Purpose::Photo) => take_photo(store, settings, file),
                Ok(other) => store.tell(misplaced(&name, TAKES, other)),
                Err(error) => store.tell(error),
            }
        });
    }
}

/// Takes files that were chosen in an input. The same file may be chosen again.
pub fn chosen(store: Store, settings: UrlState<Settings>) -> Box<dyn FnMut(ev::Event)> {
    on_event(move |event: ev::Event| {
        let input = event_target::<HtmlInputElement>(&event);
        take_files(store, settings, input.files());
        input.set_value("");
    })
}

/// Takes files from the clipboard.
pub fn paste(store: Store, settings: UrlState<Settings>, event: &JsValue) {
    let data = Reflect::get(event, &"clipboardData".into()).ok().and_then(|data| data.dyn_into::<DataTransfer>().ok());
    take_files(store, settings, data.and_then(|data| data.files()));
}

fn take_photo(store: Store, settings: UrlState<Settings>, file: File) {
    let name = file.name();
    if file.size() > MOST {
        return store.tell(format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
    }
    stop_film(store, settings);
    show_own(store, settings, file);
}

fn show_own(store: Store, settings: UrlState<Settings>, file: File) {
    let wish = Wish { key: settings.with_untracked(|s| s.photo.clone()), file: Some((file.clone(), clock())) };
    store.connection.scope.spawn(async move {
        let name = file.name();
        match browser::kind(&name, &file).await {
            Ok(_) if !is_wanted(settings, &wish) => {}
            Ok(kind) if is_decoded_by_the_worker(kind) => {
                store.ask(Topic::Own, wish, Ask::Photo { file: name }, vec![Part::File(file.into())])
            }
            // A photo that the browser decodes.
            Ok(_) => match decoded(&name, &file, LONGEST).await {
                Ok(pixels) => show_pixels(store, Topic::Own, wish, name, pixels),
                Err(error) => store.tell(error),
            },
            Err(error) => store.tell(error),
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
fn show_pixels(store: Store, topic: Topic, wish: Wish, name: String, Pixels { height, width, bytes }: Pixels) {
    store.ask(topic, wish, Ask::Frame { file: name, height, width }, vec![bytes.into()]);
}

/// A reader's file turned out to be a photo. Now the settings name it, and the reader can return to it.
pub fn arrived(store: Store, settings: UrlState<Settings>, wish: Wish) {
    if !is_wanted(settings, &wish) {
        return;
    }
    let Some((file, _)) = wish.file else { return };
    store.own_photo.set_value(Some(file));
    store.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
    if settings.with_untracked(|s| s.photo != OWN) {
        settings.commit(|s| s.photo = OWN.into());
    }
}

/// Fetches the photo that the settings name, unless it was fetched last.
pub fn bring_photo(store: Store, settings: UrlState<Settings>, key: &str) {
    if key != LIVE {
        stop_film(store, settings);
    } else if store.film.with_untracked(Option::is_some) {
        return;
    }
    let wish = Wish::from(key);
    if store.wishes.with_untracked(|wishes| wishes.latest(&Topic::Photo) == Some(&wish)) {
        return;
    }
    if key == OWN || key == LIVE {
        match store.own_photo.get_value().filter(|_| key == OWN) {
            // The reader returns to it.
            Some(file) => {
                store.wish(|wishes| wishes.mark_done(Topic::Photo, wish));
                show_own(store, settings, file);
            }
            None => {
                settings.replace(|s| s.photo = SAMPLES[0].key.into());
                store.tell("Your photo is in no address, and what the camera saw is not kept: choose it again. This is a sample.");
            }
        }
        return;
    }
    store.wish(|wishes| wishes.seek(Topic::Photo, wish.clone()));
    store.connection.scope.spawn(async move {
        let file = format!("{}.png", wish.key);
        let fetched = fetch::file(&format!("data/photos/{file}"), |_| {}).await;
        // The reader may have chosen another one meanwhile.
        let is_sought = store.wishes.with_untracked(|wishes| wishes.is_sought(&Topic::Photo, &wish));
        match fetched {
            Ok(photo) if is_sought => store.ask(Topic::Photo, wish, Ask::Photo { file }, vec![Part::File(photo)]),
            Ok(_) => {}
            Err(error) => {
                if is_sought {
                    store.wish(|wishes| wishes.mark_done(Topic::Photo, wish));
                }
                store.tell(format!("{error} Your own photos need no file of the site; script/data fetches the samples."));
            }
        }
    });
}

/// Opens the camera, and films until it is stopped.
pub fn start_film(store: Store, settings: UrlState<Settings>) {
    store.connection.scope.spawn(async move {
        match Camera::open().await {
            Ok(camera) => {
                store.film.set(Some(camera));
                store.wish(|wishes| wishes.mark_done(Topic::Photo, OWN.into()));
                settings.commit(|s| s.photo = LIVE.into());
                film(store, settings);
            }
            Err(error) => store.tell(error),
        }
    });
}

/// Sends a frame whenever everything about the last one is answered. The last frame stays as the reader's own photo.
fn film(store: Store, settings: UrlState<Settings>) {
    let Some(camera) = store.film.get_untracked() else { return };
    if store.is_idle()
        && let Some(frame) = camera.frame(FRAME)
    {
        match frame {
            Ok(pixels) => show_pixels(store, Topic::Photo, OWN.into(), "camera".into(), pixels),
            Err(error) => {
                store.tell(error);
                return stop_film(store, settings);
            }
        }
    }
    store.connection.scope.at_next_frame(move || film(store, settings));
}

/// Stops the camera. The last frame stays.
pub fn stop_film(store: Store, settings: UrlState<Settings>) {
    let Some(camera) = store.film.get_untracked() else { return };
    camera.stop();
    store.film.set(None);
    if settings.with_untracked(|s| s.photo == LIVE) {
        settings.replace(|s| s.photo = OWN.into());
    }
}
