//! The two pictures with the kernel's window over them. The pointer shows a place, and a click or the arrow keys pin it.
use super::{ids::id, table::Table};
use crate::site::widgets::erased::{on_event, text};
use leptos::{ev, html, prelude::*};

/// The row and column of the picture under the pointer.
fn under(table: Table, canvas: NodeRef<html::Canvas>, event: &ev::PointerEvent) -> Option<[usize; 2]> {
    let frame = canvas.get_untracked()?.get_bounding_client_rect();
    let [height, width] = table.picture.with_untracked(|p| [p.height, p.width]);
    let share = |at: f64, length: f64, pixels: usize| {
        let pixel = (at / length.max(1.0) * pixels as f64).floor();
        (pixel.max(0.0) as usize).min(pixels.saturating_sub(1))
    };
    let row = share(f64::from(event.client_y()) - frame.top(), frame.height(), height);
    Some([row, share(f64::from(event.client_x()) - frame.left(), frame.width(), width)])
}

fn pin(table: Table, [row, column]: [usize; 2]) {
    table.settings.replace(move |s| (s.row, s.column) = (row, column));
}

fn walk(table: Table, event: ev::KeyboardEvent) {
    let step = if event.shift_key() { 10 } else { 1 };
    let [row, column] = table.place();
    let [height, width] = table.picture.with_untracked(|p| [p.height, p.width]);
    let [row, column] = match event.key().as_str() {
        "ArrowUp" => [row.saturating_sub(step), column],
        "ArrowDown" => [(row + step).min(height.saturating_sub(1)), column],
        "ArrowLeft" => [row, column.saturating_sub(step)],
        "ArrowRight" => [row, (column + step).min(width.saturating_sub(1))],
        _ => return,
    };
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    event.prevent_default();
    table.pointed.set(None);
    table.settings.preview(|s| (s.row, s.column) = (row, column));
}

/// One picture with its title. `side` is the side of the window over it, in pixels.
pub fn picture(
    table: Table,
    own: &'static str,
    name: &'static str,
    canvas: NodeRef<html::Canvas>,
    label: &'static str,
    side: fn(Table) -> usize,
) -> AnyView {
    let size = move || table.picture.with(|p| [p.height.max(1), p.width.max(1)]);
    let frame = move || {
        // Before the picture has arrived there is no place on it.
        if table.picture.with(|p| p.height == 0) {
            return "display:none".to_string();
        }
        let ([row, column], [height, width], side) = (table.place(), size(), side(table));
        let percent = |at: f64, of: usize| 100.0 * at / of as f64;
        let start = |at: usize| at as f64 - (side / 2) as f64;
        format!(
            "top:{:.3}%;left:{:.3}%;height:{:.3}%;width:{:.3}%",
            percent(start(row), height),
            percent(start(column), width),
            percent(side as f64, height),
            percent(side as f64, width)
        )
    };
    let look = move |event: ev::PointerEvent| table.pointed.set(under(table, canvas, &event));
    let press = move |event: ev::PointerEvent| {
        if let Some(place) = under(table, canvas, &event) {
            pin(table, place);
        }
    };
    let words = move || format!("{} × {}", size()[0], size()[1]);
    let shape = move || format!("aspect-ratio:{1}/{0};max-width:calc(70vh*{1}/{0})", size()[0], size()[1]);
    let keep = move |_: ev::FocusEvent| pin(table, table.settings.with_untracked(|s| [s.row, s.column]));
    view! {
        <div class="sheet plane" data-part=own>
            <p class="name">{name} " " <span class="shape">{text(words)}</span></p>
            <div class="glass" style=text(shape)>
                <canvas
                    id=id(own)
                    node_ref=canvas
                    height="1"
                    width="1"
                    tabindex="0"
                    role="img"
                    aria-label=label
                    on:pointermove=on_event(look)
                    on:pointerleave=on_event(move |_: ev::PointerEvent| table.pointed.set(None))
                    on:pointerdown=on_event(press)
                    on:keydown=on_event(move |event| walk(table, event))
                    on:blur=on_event(keep)
                ></canvas>
                <span class="window" aria-hidden="true" style=text(frame)></span>
            </div>
        </div>
    }
    .into_any()
}
