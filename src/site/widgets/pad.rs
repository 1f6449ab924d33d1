//! A pad to draw on with mouse, pen or finger, or to lay a photo's ink on, and beside it the drawing as a network sees it: fitted and centred as MNIST was.
use super::{
    canvas,
    centre::{SIDE, centre, whole},
    sheets::{Palette, SheetView, Sheets},
};
use crate::site::{scope::Scope, theme::Dark};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, PointerEvent};

/// The number of pixels of the pad along each side, whatever its size on the screen.
pub const PIXELS: u32 = 280;
const STROKE: f64 = 22.0;

type Stroke = Vec<(f64, f64)>;

fn context(canvas: &web_sys::HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// The colour of ink in the dark theme and in the light one.
const INK: [[u8; 3]; 2] = [[0xec, 0xe9, 0xe4], [0x18, 0x18, 0x1b]];

/// The pad as a view. `drawn` gets the 28 × 28 ink after every change, or None after clearing. The ink is fitted and centred if `centred` is true.
#[component]
pub fn Pad(
    /// Called with the ink, 28 × 28 numbers row by row.
    drawn: impl Fn(Option<Vec<f32>>) + Clone + 'static,
    /// Whether the ink is fitted and centred like MNIST's digits.
    centred: Signal<bool>,
    /// Ink that lies under the strokes, a pixel of the pad a number: a photo's. It takes the place of what was drawn.
    laid: RwSignal<Option<Vec<f32>>>,
) -> impl IntoView {
    let scope = Scope::here();
    let canvas = NodeRef::<html::Canvas>::new();
    let strokes = RwSignal::new(Vec::<Stroke>::new());
    let (down, set_down) = signal(false);
    let (ink, set_ink) = signal(None::<Vec<f32>>);
    let dark = use_context::<Dark>().map(|d| d.0);
    // Opaque pixels are ink, so the colour may follow the theme.
    Effect::new(move |_| {
        let [red, green, blue] = INK[usize::from(!dark.is_some_and(|d| d.get()))];
        let Some(element) = canvas.get() else { return };
        let Some(context) = context(&element) else { return };
        context.clear_rect(0.0, 0.0, PIXELS.into(), PIXELS.into());
        laid.with(|laid| {
            let pixels = laid.iter().flatten().flat_map(|ink| [red, green, blue, (255.0 * ink).round() as u8]).collect::<Vec<_>>();
            if !pixels.is_empty() {
                canvas::draw(&element, PIXELS as usize, PIXELS as usize, &pixels);
            }
        });
        context.set_stroke_style_str(&format!("rgb({red}, {green}, {blue})"));
        context.set_line_width(STROKE);
        context.set_line_cap("round");
        context.set_line_join("round");
        strokes.with(|strokes| {
            for stroke in strokes {
                context.begin_path();
                for (i, (x, y)) in stroke.iter().enumerate() {
                    if i == 0 { context.move_to(*x, *y) } else { context.line_to(*x, *y) }
                }
                if let [(x, y)] = stroke[..] {
                    context.line_to(x + 0.1, y);
                }
                context.stroke();
            }
        });
    });
    let read = {
        let drawn = drawn.clone();
        move || {
            let Some(image) = canvas
                .get_untracked()
                .as_ref()
                .and_then(context)
                .and_then(|c| c.get_image_data(0.0, 0.0, PIXELS.into(), PIXELS.into()).ok())
            else {
                return;
            };
            let alpha: Vec<f32> = image.data().0.chunks_exact(4).map(|p| f32::from(p[3]) / 255.0).collect();
            let found = if centred.get_untracked() { centre(&alpha, PIXELS as usize) } else { whole(&alpha, PIXELS as usize) };
            set_ink.set(found.clone());
            drawn(found);
        }
    };
    Effect::new({
        let read = read.clone();
        move |before: Option<bool>| {
            let centred = centred.get();
            if before.is_some_and(|before| before != centred) {
                read();
            }
            centred
        }
    });
    Effect::new({
        let read = read.clone();
        move |_| {
            if laid.with(Option::is_some) {
                strokes.set(vec![]);
                scope.at_next_frame(read.clone());
            }
        }
    });
    let place = move |event: &PointerEvent| {
        let scale = canvas.get_untracked().map_or(1.0, |c| f64::from(PIXELS) / f64::from(c.client_width().max(1)));
        (f64::from(event.offset_x()) * scale, f64::from(event.offset_y()) * scale)
    };
    let begin = {
        let read = read.clone();
        move |event: PointerEvent| {
            event.prevent_default();
            if let Some(canvas) = canvas.get_untracked() {
                // Without pointer capture a stroke ends at the edge, which does no harm.
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
            set_down.set(true);
            strokes.update(|s| s.push(vec![place(&event)]));
            scope.at_next_frame(read.clone());
        }
    };
    let go_on = {
        let read = read.clone();
        move |event: PointerEvent| {
            if !down.get_untracked() {
                return;
            }
            strokes.update(|s| {
                if let Some(stroke) = s.last_mut() {
                    stroke.push(place(&event));
                }
            });
            scope.at_next_frame(read.clone());
        }
    };
    let end = move |_: PointerEvent| set_down.set(false);
    let clear = move |_| {
        strokes.set(vec![]);
        laid.set(None);
        set_ink.set(None);
        drawn(None);
    };
    let seen = Signal::derive(move || Sheets {
        sheets: 1,
        height: SIDE,
        width: SIDE,
        values: ink.get().unwrap_or_else(|| vec![0.0; SIDE * SIDE]),
    });
    view! {
        <div class="pad-row">
            <div class="pad-frame">
                <canvas id="pad" node_ref=canvas width=PIXELS height=PIXELS role="img" aria-label="Pad: draw a digit here with mouse, pen or finger"
                    on:pointerdown=begin on:pointermove=go_on on:pointerup=end on:pointercancel=end></canvas>
                <button id="pad-clear" class="quiet" on:click=clear>"Clear the pad"</button>
            </div>
            <div class="pad-seen">
                <div class="pad-box"><SheetView sheets=seen palette=Palette::Ink label="The drawing as the network sees it, 28 by 28" cell=5.0 /></div>
                <p class="note">
                    {move || match centred.get() {
                        true => "As the network sees it: fitted into the 20 × 20 box, then moved so that its centre of mass lies in the middle of 28 × 28, as MNIST's digits were.",
                        false => "As the network sees it: as large as it was drawn, and where it was drawn. It has learned from no such digits.",
                    }}
                </p>
            </div>
        </div>
    }
}
