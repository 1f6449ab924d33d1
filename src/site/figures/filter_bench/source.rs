//! Sources of a picture besides the drawn scene: a file, a sample of the site, the camera.
use super::table::Table;
use crate::{
    site::{
        browser::text,
        fetch,
        widgets::{camera::Camera, canvas::Pixels, decode},
    },
    workbench::protocol::vision::Target,
};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::Blob;

/// The longest side of a picture on the bench, in pixels.
const SIDE: u32 = 512;
/// The key of the reader's target among the pictures.
const TARGET: &str = "target";

/// The pixels of an image file, whose kind the browser finds out.
async fn decoded(name: &str, file: &Blob) -> Result<Pixels, String> {
    decode::decoded(name, file, SIDE).await
}

/// Puts pixels onto the bench.
fn lay(table: Table, kind: &str, pixels: Result<Pixels, String>) {
    match pixels {
        Ok(pixels) => {
            table.keep(kind, pixels);
            table.settings.commit(|s| s.picture = kind.into());
            table.look_again();
        }
        Err(error) => {
            table.message.set(Some(error));
        }
    }
}

/// Fetches the picture that the settings name, if it is not there yet.
pub fn bring(table: Table, key: &str) {
    if key != "live" {
        stop_camera(table);
    }
    let there = table.sources.with_value(|sources| sources.contains_key(key));
    match key {
        "scene" => {}
        _ if there => {}
        // Such pictures are never in an address.
        "own" | "live" => table.settings.replace(|s| s.picture = "scene".into()),
        sample => fetch_sample(table, sample.into()),
    }
}

/// Takes the first of the files that were chosen or dropped.
pub fn take_files(table: Table, files: Option<web_sys::FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    stop_camera(table);
    table.scope.spawn(async move {
        lay(table, "own", decoded(&file.name(), &file).await);
    });
}

/// Takes a file as the target of a learned kernel.
pub fn take_target(table: Table, files: Option<web_sys::FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    table.scope.spawn(async move {
        match decoded(&file.name(), &file).await {
            Ok(pixels) => {
                table.keep(TARGET, pixels);
                table.message.set(None);
                table.settings.commit(|s| s.target = Target::Own);
            }
            Err(error) => table.message.set(Some(error)),
        }
    });
}

/// The reader's target, if it has the size of the picture.
pub fn target(table: Table) -> Result<Vec<u8>, String> {
    let found = table.sources.with_value(|sources| sources.get(TARGET).cloned());
    let Pixels { height, width, bytes } = found.ok_or("Open a target first: what you wish the kernel to make of this picture.")?;
    let wanted = table.picture.with_untracked(|p| [p.height, p.width]);
    if [height, width] != wanted {
        let [rows, columns] = wanted;
        return Err(format!("The target has {height} × {width} pixels, the picture {rows} × {columns}: they must lie on each other."));
    }
    Ok(bytes)
}

/// Fetches a sample of the site.
pub fn fetch_sample(table: Table, key: String) {
    table.scope.spawn(async move {
        let path = format!("data/photos/{key}.png");
        let pixels = match fetch::bytes(&path, |_| {}).await {
            Ok(bytes) => match Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(&bytes[..]))) {
                Ok(blob) => decoded(&key, &blob).await,
                Err(error) => Err(text(&error)),
            },
            Err(error) => Err(format!("{error} The drawn scene and your own pictures need no file; script/data fetches the samples.")),
        };
        // The reader may have chosen another one meanwhile.
        if table.settings.with_untracked(|s| s.picture == key) {
            lay(table, &key, pixels);
        }
    });
}

/// Opens the camera, and films until it is stopped.
pub fn start_camera(table: Table) {
    table.scope.spawn(async move {
        match Camera::open().await {
            Ok(camera) => {
                table.camera.set(Some(camera));
                table.settings.commit(|s| s.picture = "live".into());
                film(table);
            }
            Err(error) => {
                table.message.set(Some(error));
                table.settings.commit(|s| s.picture = "scene".into());
            }
        }
    });
}

/// Takes a picture whenever the last frame is done, until the camera is stopped.
fn film(table: Table) {
    let Some(camera) = table.camera.get_untracked() else { return };
    if !table.is_waiting()
        && let Some(pixels) = camera.frame(SIDE)
    {
        match pixels {
            Ok(pixels) => {
                table.keep("live", pixels);
                table.look_again();
            }
            Err(error) => {
                table.message.set(Some(error));
                return stop_camera(table);
            }
        }
    }
    table.scope.at_next_frame(move || film(table));
}

/// Stops the camera. The last picture stays on the bench.
pub fn stop_camera(table: Table) {
    let Some(camera) = table.camera.get_untracked() else { return };
    camera.stop();
    table.camera.set(None);
    if table.settings.with_untracked(|s| s.picture == "live") {
        table.sources.update_value(|sources| {
            if let Some(last) = sources.remove("live") {
                sources.insert("own".into(), last);
            }
        });
        table.settings.replace(|s| s.picture = "own".into());
    }
}
