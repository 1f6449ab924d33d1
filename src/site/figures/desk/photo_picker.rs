//! A patch of the reader's own photo as input: a file, a square on it, and the mean of its pixels under each cell. Nothing leaves the machine.
use super::{
    edits::Editable,
    photo::{self, Patch},
    presets,
    state::Desk,
};
use crate::site::{
    scope::Scope,
    widgets::{
        canvas::{Pixels, draw},
        decode::decoded,
        erased,
    },
};
use leptos::{html, prelude::*};

/// The largest side of the photo while it is used, in pixels.
const LARGEST: u32 = 512;

/// Pixels as red, green, blue and opacity, row by row.
#[derive(Clone, Default)]
struct Photo {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Photo {
    /// The mean of each of rows × columns fields of a rectangle, for three channels or one grey channel.
    fn patch(&self, [top, left, high, wide]: [f64; 4], [channels, rows, columns]: [usize; 3]) -> Patch {
        let span = |start: f64, length: f64, at: usize, of: usize, most: usize| {
            let edge = |at: usize| start + length * at as f64 / of as f64;
            let first = (edge(at) as usize).min(most.saturating_sub(1));
            first..(edge(at + 1).ceil() as usize).clamp(first + 1, most.max(first + 1))
        };
        let mean = |channel: usize, row: usize, column: usize| {
            let (ys, xs) = (span(top, high, row, rows, self.height), span(left, wide, column, columns, self.width));
            let count = ys.len() * xs.len();
            let sum: u32 = ys
                .flat_map(|y| xs.clone().map(move |x| (y, x)))
                .map(|(y, x)| u32::from(self.pixels[(y * self.width + x) * 4 + channel]))
                .sum();
            sum as f32 / (255 * count) as f32
        };
        let value = |at: usize| {
            let (channel, row, column) = (at / (rows * columns), at / columns % rows, at % columns);
            // Grey by the weights of Rec. 601.
            if channels == 1 {
                0.299 * mean(0, row, column) + 0.587 * mean(1, row, column) + 0.114 * mean(2, row, column)
            } else {
                mean(channel, row, column)
            }
        };
        Patch { shape: [channels, rows, columns], values: (0..channels * rows * columns).map(value).collect() }
    }
}

pub fn picker(desk: Desk) -> AnyView {
    let scope = Scope::here();
    let file = NodeRef::<html::Input>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let photo = StoredValue::new(Photo::default());
    let shown = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    // The centre of the square, in shares of the photo, and its side, in shares of the shorter side.
    let square = RwSignal::new([0.5, 0.5, 0.4]);

    let rectangle = move || {
        let [y, x, side] = square.get_untracked();
        let [rows, columns] = desk.settings.with_untracked(|s| s.input.0);
        photo.with_value(|photo| {
            let (height, width) = (photo.height as f64, photo.width as f64);
            let cell = side * height.min(width) / rows.max(columns) as f64;
            let (high, wide) = (cell * rows as f64, cell * columns as f64);
            let start = |centre: f64, length: f64, whole: f64| (centre * whole - length / 2.0).clamp(0.0, (whole - length).max(0.0));
            [start(y, high, height), start(x, wide, width), high, wide]
        })
    };
    let take = move |keep: bool| {
        let [channels, rows, columns] = desk.settings.with_untracked(|s| s.input_shape());
        let text = photo.with_value(|photo| photo::write(&photo.patch(rectangle(), [if channels == 1 { 1 } else { 3 }, rows, columns])));
        let change = move |s: &mut super::settings::Settings| {
            s.edits.forget(Editable::Input);
            s.picture = presets::PHOTO.into();
            s.photo = text.clone();
        };
        if keep { desk.settings.commit(change) } else { desk.settings.preview(change) }
    };
    let load = move |_: web_sys::Event| {
        let Some(input) = file.get_untracked() else { return };
        let Some(chosen) = input.files().and_then(|files| files.get(0)) else { return };
        input.set_value("");
        scope.spawn(async move {
            match decoded(&chosen.name(), &chosen, LARGEST).await {
                Ok(Pixels { height, width, bytes }) => {
                    shown.set(true);
                    canvas.get_untracked().iter().for_each(|canvas| draw(canvas, height, width, &bytes));
                    photo.set_value(Photo { width, height, pixels: bytes });
                    trouble.set(None);
                    take(true);
                }
                Err(error) => trouble.set(Some(error)),
            }
        });
    };
    let point = move |event: &web_sys::PointerEvent| {
        let Some(canvas) = canvas.get_untracked() else { return };
        let share = |at: i32, of: i32| (f64::from(at) / f64::from(of.max(1))).clamp(0.0, 1.0);
        let [y, x] = [share(event.offset_y(), canvas.client_height()), share(event.offset_x(), canvas.client_width())];
        square.update(|square| (square[0], square[1]) = (y, x));
    };
    let down = move |event: web_sys::PointerEvent| {
        if let Some(canvas) = canvas.get_untracked() {
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        point(&event);
        take(false);
    };
    let drag = move |event: web_sys::PointerEvent| {
        if event.buttons() & 1 == 1 {
            point(&event);
            take(false);
        }
    };
    let walk = move |event: web_sys::KeyboardEvent| {
        let [down, right] = match event.key().as_str() {
            "ArrowUp" => [-0.02, 0.0],
            "ArrowDown" => [0.02, 0.0],
            "ArrowLeft" => [0.0, -0.02],
            "ArrowRight" => [0.0, 0.02],
            _ => return,
        };
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        event.prevent_default();
        square.update(|square| (square[0], square[1]) = ((square[0] + down).clamp(0.0, 1.0), (square[1] + right).clamp(0.0, 1.0)));
        take(true);
    };
    let frame = move || {
        square.track();
        desk.read(|s| s.input);
        let [top, left, high, wide] = rectangle();
        let (height, width) = photo.with_value(|photo| (photo.height.max(1) as f64, photo.width.max(1) as f64));
        format!(
            "top:{}%;left:{}%;height:{}%;width:{}%",
            100.0 * top / height,
            100.0 * left / width,
            100.0 * high / height,
            100.0 * wide / width
        )
    };
    view! {
        <label class="photo-file">
            <input type="file" accept="image/*" class="visually-hidden" data-control="photo" node_ref=file on:change=erased::on_event(load) />
            <span class="button">"A patch of my photo"</span>
        </label>
        <p class="message error" role="alert" hidden=erased::flag(move || trouble.with(Option::is_none))>{erased::display(move || (trouble.get()).unwrap_or_default())}</p>
        <div class="photo" hidden=erased::flag(move || !shown.get())>
            <div class="picture">
                <canvas
                    node_ref=canvas
                    tabindex="0"
                    role="img"
                    aria-label="Your photo; the arrow keys move the patch that is read"
                    on:pointerdown=erased::on_event(down)
                    on:pointermove=erased::on_event(drag)
                    on:pointerup=erased::on_event(move |_: web_sys::PointerEvent| take(true))
                    on:keydown=erased::on_event(walk)></canvas>
                <span class="patch" aria-hidden="true" style=frame></span>
            </div>
            <label class="control">
                <span>"Size of the patch"</span>
                <input
                    type="range"
                    min="0.02"
                    max="1"
                    step="0.01"
                    data-control="patch"
                    prop:value=erased::display(move || square.get()[2].to_string())
                    on:input=erased::on_event(move |event: web_sys::Event| {
                        square.update(|square| square[2] = event_target_value(&event).parse().unwrap_or(square[2]));
                        take(false);
                    })
                    on:change=erased::on_event(move |_: web_sys::Event| take(true))
                />
            </label>
            <p class="note">"The photo stays on this machine; only the patch's numbers stand in the address."</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_the_mean_of_its_pixels() {
        // 4 × 2 pixels, in which red rises from left to right.
        let pixels = (0..8).flat_map(|at| [(at % 4) as u8 * 85, 0, 255, 255]).collect();
        let photo = Photo { width: 4, height: 2, pixels };
        let patch = photo.patch([0.0, 0.0, 2.0, 4.0], [3, 1, 2]);
        assert_eq!(patch.values.iter().map(|v| (v * 60.0).round()).collect::<Vec<_>>(), [10.0, 50.0, 0.0, 0.0, 60.0, 60.0]);
        // A patch that is smaller than a pixel has that pixel's value.
        assert_eq!(photo.patch([0.0, 3.2, 0.5, 0.5], [3, 1, 1]).values[0], 1.0);
    }
}
