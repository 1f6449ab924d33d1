//! A grid of cells with numbers. Only cells that differ from before are painted, so that a thousand cells follow the pointer. A grid is one
//! tab stop. Arrow keys move, Enter pins or writes, and typing a number on a writable cell begins to write it.
pub use super::marks::Marks;
use super::{brush, erased};
use crate::site::scope::Scope;
use leptos::{ev, html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// The content of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// The number as it is written, or a sign for an empty cell.
    pub text: String,
    /// The marks of the cell.
    pub marks: Marks,
    /// The strength of its colour in percent. The sign decides which colour.
    pub share: u8,
}

/// The content of a grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// The number of cells in a row.
    pub columns: usize,
    /// The cells, row by row.
    pub cells: Vec<Cell>,
    /// A frame around some cells: first row and column, number of rows and columns.
    pub frame: Option<[isize; 4]>,
    /// The cell that is pinned.
    pub chosen: Option<usize>,
}

/// Grids with more cells change at once, without a transition.
const FEW: usize = 100;

/// What has been painted on the page.
#[derive(Default)]
struct Painted {
    /// The number of columns and of cells.
    shape: [usize; 2],
    cells: Vec<Option<Cell>>,
    chosen: Option<usize>,
    /// Whether the rest waits for the next frame.
    waits: bool,
}

impl Painted {
    /// Changes the cells that differ, as many as this frame allows. Returns whether these were all.
    fn cells(&mut self, body: &Element, now: &Grid, kind: &str) -> bool {
        let differ = self.cells.iter().zip(&now.cells).filter(|(old, cell)| old.as_ref() != Some(cell)).count();
        let mut left = brush::share(differ);
        let done = left == differ;
        let spans = body.get_elements_by_class_name("cell");
        for (at, (old, cell)) in self.cells.iter_mut().zip(&now.cells).enumerate() {
            if left == 0 {
                break;
            }
            if old.as_ref() == Some(cell) {
                continue;
            }
            left -= 1;
            let Some(span) = spans.item(at as u32) else { continue };
            let before = old.as_ref();
            if before.is_none_or(|old| old.text != cell.text) {
                span.set_text_content(Some(&cell.text));
            }
            if before.is_none_or(|old| old.share != cell.share) {
                let _ = span.set_attribute("style", &format!("--share:{}%", cell.share));
            }
            if before.is_none_or(|old| old.marks != cell.marks) {
                span.set_class_name(&cell.marks.classes(kind));
            }
            *old = Some(cell.clone());
        }
        done
    }
}

/// Paints now and in the next frames until everything is painted. `paint` gives None if the grid is not on the page yet.
fn go_on(scope: Scope, paint: Arc<dyn Fn() -> Option<bool>>, painted: StoredValue<Painted>) {
    if painted.with_value(|painted| painted.waits) {
        return;
    }
    if paint() == Some(false) {
        painted.update_value(|painted| painted.waits = true);
        brush::later(scope, move || {
            painted.update_value(|painted| painted.waits = false);
            go_on(scope, paint.clone(), painted);
        });
    }
}

/// What the reader did with a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    /// Points at a cell, with the pointer or the focus. None if at no cell.
    Point(Option<usize>),
    /// Clicks a cell, or presses Enter or Space on it.
    Pin(usize),
    /// Writes a number into a cell.
    Write(usize, f32),
}

/// A typed number, with a comma or a point, and with either minus sign.
pub fn typed(text: &str) -> Option<f32> {
    text.trim().replace(',', ".").replace('\u{2212}', "-").parse().ok().filter(|value: &f32| value.is_finite())
}

/// The cell under an event.
fn cell_of(event: &web_sys::Event) -> Option<usize> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest("[data-at]").ok()??.get_attribute("data-at")?.parse().ok()
}

fn cell_at(grid: &Element, at: usize) -> Option<HtmlElement> {
    grid.query_selector(&format!("[data-at='{at}']")).ok()??.dyn_into().ok()
}

/// The HTML of empty cells in rows.
fn skeleton(columns: usize, cells: usize) -> String {
    let cell = |at: usize| format!("<span class=\"cell\" role=\"gridcell\" tabindex=\"-1\" data-at=\"{at}\"></span>");
    let rows = (0..cells).step_by(columns.max(1));
    rows.map(|first| format!("<div role=\"row\">{}</div>", (first..(first + columns).min(cells)).map(cell).collect::<String>())).collect()
}

/// The cell to which an arrow key, Home or End leads. None for any other key.
fn walked(key: &str, at: usize, columns: usize, cells: usize) -> Option<usize> {
    let next = match key {
        "ArrowRight" if !(at + 1).is_multiple_of(columns) && at + 1 < cells => at + 1,
        "ArrowLeft" if !at.is_multiple_of(columns) => at - 1,
        "ArrowDown" if at + columns < cells => at + columns,
        "ArrowUp" if at >= columns => at - columns,
        "Home" => at - at % columns,
        "End" => (at - at % columns + columns - 1).min(cells - 1),
        "ArrowRight" | "ArrowLeft" | "ArrowDown" | "ArrowUp" => at,
        _ => return None,
    };
    Some(next)
}

/// The grid as a view. `kind` is the class for the colours of the cells: value, weight, gradient or pixel.
pub fn cells(
    kind: &'static str,
    label: Signal<String>,
    grid: Memo<Grid>,
    editable: Arc<dyn Fn(usize) -> bool + Send + Sync>,
    act: Arc<dyn Fn(Act) + Send + Sync>,
) -> AnyView {
    let (editable, act) = (StoredValue::new(editable), StoredValue::new(act));
    let tell = move |what: Act| act.with_value(|act| act(what));
    let body = NodeRef::<html::Div>::new();
    let editor = NodeRef::<html::Input>::new();
    let writing = RwSignal::new(None::<usize>);
    let stop = StoredValue::new(0usize);

    // The painted content. During a large change it is partly that of the grid before.
    let painted = StoredValue::new(Painted::default());
    let scope = Scope::here();
    let paint = move || {
        let body = body.get_untracked()?;
        grid.with_untracked(|now| {
            painted.try_update_value(|painted| {
                if painted.shape != [now.columns, now.cells.len()] {
                    if !brush::whole(now.cells.len()) {
                        return false;
                    }
                    *painted = Painted { shape: [now.columns, now.cells.len()], ..Painted::default() };
                    painted.cells.resize(now.cells.len(), None);
                    body.set_inner_html(&skeleton(now.columns, now.cells.len()));
                    let _ = body.class_list().toggle_with_force("many", now.cells.len() > FEW);
                    stop.set_value(now.chosen.unwrap_or(0));
                } else if let Some(chosen) = now.chosen.filter(|_| now.chosen != painted.chosen) {
                    stop.set_value(chosen);
                }
                let done = painted.cells(&body, now, kind);
                for (at, chosen) in [(painted.chosen, "false"), (now.chosen, "true")] {
                    if let Some(span) = at.and_then(|at| cell_at(&body, at)) {
                        let _ = span.set_attribute("aria-selected", chosen);
                    }
                }
                painted.chosen = now.chosen;
                if let Ok(Some(old)) = body.query_selector("[tabindex='0']") {
                    let _ = old.set_attribute("tabindex", "-1");
                }
                if let Some(span) = cell_at(&body, stop.get_value().min(now.cells.len().saturating_sub(1))) {
                    let _ = span.set_attribute("tabindex", "0");
                }
                done
            })
        })
    };
    Effect::new(move |_| {
        grid.track();
        body.track();
        go_on(scope, Arc::new(paint), painted);
    });

    let focus = move |at: usize| {
        let Some(body) = body.get_untracked() else { return };
        if let Ok(Some(old)) = body.query_selector("[tabindex='0']") {
            let _ = old.set_attribute("tabindex", "-1");
        }
        stop.set_value(at);
        if let Some(span) = cell_at(&body, at) {
            let _ = span.set_attribute("tabindex", "0");
            let _ = span.focus();
        }
    };
    // Opens the editor over a cell, with what was typed on it, or with its own number.
    let open = move |at: usize, first: Option<String>| {
        if !editable.with_value(|editable| editable(at)) {
            return;
        }
        writing.set(Some(at));
        if let Some(editor) = editor.get_untracked() {
            let own = grid.with_untracked(|grid| grid.cells.get(at).map(|cell| cell.text.replace('\u{2212}', "-")).unwrap_or_default());
            // The element is shown at once, since a hidden element cannot be focused.
            let _ = editor.remove_attribute("hidden");
            editor.set_value(first.as_deref().unwrap_or(&own));
            let _ = editor.focus();
            if first.is_none() {
                editor.select();
            }
        }
    };
    let close = move |keep: bool, back: bool| {
        let Some(at) = writing.get_untracked() else { return };
        writing.set(None);
        let value = editor.get_untracked().and_then(|editor: HtmlInputElement| typed(&editor.value()));
        if let Some(value) = value.filter(|_| keep) {
            tell(Act::Write(at, value));
        }
        if back {
            focus(at);
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || writing.with_untracked(Option::is_some) {
            return;
        }
        let Some(at) = cell_of(&event) else { return };
        let key = event.key();
        let (columns, cells) = grid.with_untracked(|grid| (grid.columns.max(1), grid.cells.len()));
        let writable = editable.with_value(|editable| editable(at));
        match key.as_str() {
            "Enter" | "F2" if writable => open(at, None),
            "Enter" | " " => tell(Act::Pin(at)),
            "Delete" | "Backspace" if writable => tell(Act::Write(at, 0.0)),
            text if writable && text.len() == 1 && "0123456789-.,".contains(text) => open(at, Some(key.clone())),
            other => match walked(other, at, columns, cells) {
                Some(next) => {
                    focus(next);
                    tell(Act::Point(Some(next)));
                }
                None => return,
            },
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let editor_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => close(true, true),
            "Escape" => close(false, true),
            _ => return event.stop_propagation(),
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let click = move |event: ev::MouseEvent| {
        let Some(at) = cell_of(&event) else { return };
        let again = grid.with_untracked(|grid| grid.chosen == Some(at)) && editable.with_value(|editable| editable(at));
        focus(at);
        if again { open(at, None) } else { tell(Act::Pin(at)) }
    };
    let place = move |at: usize| {
        let columns = grid.with(|grid| grid.columns.max(1));
        format!("--row:{};--column:{}", at / columns, at % columns)
    };
    let measures =
        move || grid.with(|grid| format!("--columns:{};--lines:{}", grid.columns, grid.cells.len().div_ceil(grid.columns.max(1))));
    let frame = move || {
        grid.with(|grid| grid.frame).map(|[row, column, rows, columns]| {
            let style = format!("--row:{row};--column:{column};--rows:{rows};--side:{columns}");
            view! { <span class="frame" aria-hidden="true" style=style></span> }
        })
    };
    view! {
        <div class="grid" style=erased::display(measures)>
            <div
                class="cells"
                role="grid"
                aria-label=label
                node_ref=body
                on:pointerover=erased::on_event(move |event: web_sys::PointerEvent| tell(Act::Point(cell_of(&event))))
                on:pointerleave=erased::on_event(move |_: web_sys::PointerEvent| tell(Act::Point(None)))
                on:focusin=erased::on_event(move |event: web_sys::FocusEvent| tell(Act::Point(cell_of(&event))))
                on:focusout=erased::on_event(move |_: web_sys::FocusEvent| tell(Act::Point(None)))
                on:click=erased::on_event(click)
                on:dblclick=erased::on_event(move |event: web_sys::MouseEvent| cell_of(&event).into_iter().for_each(|at| open(at, None)))
                on:keydown=erased::on_event(key)></div>
            {erased::part(move || frame().into_any())}
            <input
                class="cell editor"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                aria-label="New value of the cell"
                node_ref=editor
                hidden=erased::flag(move || writing.get().is_none())
                style=erased::display(move || writing.get().map(place).unwrap_or_default())
                on:keydown=erased::on_event(editor_key)
                on:blur=erased::on_event(move |_: web_sys::FocusEvent| close(true, false))
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_stay_in_the_grid() {
        for (key, from, to) in
            [("ArrowRight", 0, 1), ("ArrowRight", 2, 2), ("ArrowDown", 4, 4), ("ArrowUp", 4, 1), ("Home", 5, 3), ("End", 3, 5)]
        {
            assert_eq!(walked(key, from, 3, 6), Some(to), "{key} from {from}");
        }
        assert_eq!(walked("Tab", 0, 3, 6), None);
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(typed(" −1,5 "), Some(-1.5));
        assert_eq!(typed("cat"), None);
        assert_eq!(typed("inf"), None);
    }
}
