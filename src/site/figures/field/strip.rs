//! The stack as a drawing: a row of units for every layer, the cone of the chosen unit, and below the input its gradient.
use super::{bench::Bench, compute::Answer, settings::Settings};
use crate::site::widgets::{
    erased::{on_event, text},
    number::number,
};
use leptos::{ev, html, prelude::*};
use std::fmt::Write;

/// The width of the drawing, in its own units.
const WIDTH: f64 = 960.0;
const SPACE: f64 = 44.0;
const TOP: f64 = 14.0;
const UNIT: f64 = 15.0;
/// The height of the largest bar.
const BARS: f64 = 74.0;

/// The positions of everything in the drawing.
struct Sheet {
    pitch: f64,
    rows: usize,
}

impl Sheet {
    fn of(settings: &Settings) -> Sheet {
        Sheet { pitch: WIDTH / settings.input as f64, rows: settings.stack.0.len() + 1 }
    }
    /// The height of the middle of a row. The input is the lowest row.
    fn y(&self, row: usize) -> f64 {
        TOP + UNIT / 2.0 + SPACE * (self.rows - 1 - row) as f64
    }
    fn floor(&self) -> f64 {
        self.y(0) + UNIT / 2.0 + 30.0 + BARS
    }
    fn height(&self) -> f64 {
        self.floor() + 22.0
    }
}

/// The middle of a unit's field, in cells of the input.
fn middle(settings: &Settings, row: usize, unit: usize) -> f64 {
    let [first, end] = settings.rows()[row].field.of(unit);
    (first + end) as f64 / 2.0
}

fn draw(settings: &Settings, answer: Option<&Answer>) -> String {
    let sheet = Sheet::of(settings);
    let rows = settings.rows();
    let [asked_row, asked] = settings.unit();
    let cone = settings.cone([asked_row, asked]);
    let x = |row: usize, unit: usize| sheet.pitch * middle(settings, row, unit);
    let mut svg = String::new();
    let [first, end] = rows[asked_row].field.of(asked).map(|cell| sheet.pitch * cell as f64);
    let (top, bottom) = (sheet.y(0) - UNIT / 2.0 - 5.0, sheet.floor());
    let _ = write!(
        svg,
        "<rect class=\"box\" data-part=\"field\" x=\"{first:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
        end - first,
        bottom - top
    );
    for row in 1..=asked_row {
        let (above, below) = (sheet.y(row) + UNIT / 2.0, sheet.y(row - 1) - UNIT / 2.0);
        let mut path = String::new();
        for unit in (0..rows[row].units).filter(|unit| cone[row][*unit]) {
            for read in settings.read(settings.stack.0[row - 1], unit, rows[row - 1].units) {
                let _ = write!(path, "M{:.1} {above:.1}L{:.1} {below:.1}", x(row, unit), x(row - 1, read));
            }
        }
        let _ = write!(svg, "<path class=\"reads\" d=\"{path}\"/>");
    }
    for (at, row) in rows.iter().enumerate() {
        let width = (sheet.pitch * row.field.jump as f64 - 1.5).clamp(2.0, 30.0);
        let part = if at == 0 { "input" } else { "units" };
        let _ = write!(svg, "<g data-part=\"{part}\">");
        for unit in 0..row.units {
            let class = match cone.get(at) {
                Some(units) if at == asked_row && units[unit] => "unit asked",
                Some(units) if units[unit] => "unit read",
                _ => "unit",
            };
            let (x, y) = (x(at, unit) - width / 2.0, sheet.y(at) - UNIT / 2.0);
            let _ = write!(svg, "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{UNIT}\"/>");
        }
        svg.push_str("</g>");
    }
    if let Some(answer) = answer {
        let largest = answer.gradient.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        svg.push_str("<g data-part=\"gradient\">");
        for (cell, g) in answer.gradient.iter().enumerate().filter(|(_, g)| **g > 0.0) {
            let height = (BARS * f64::from(g / largest)).max(0.7);
            let _ = write!(
                svg,
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
                sheet.pitch * cell as f64 + 0.5,
                sheet.floor() - height,
                (sheet.pitch - 1.0).max(1.0)
            );
        }
        svg.push_str("</g>");
        if let Some([first, end]) = answer.used {
            let (from, to, y) = (sheet.pitch * first as f64, sheet.pitch * end as f64, sheet.floor() + 9.0);
            let _ = write!(svg, "<path class=\"used\" data-part=\"used\" d=\"M{from:.1} {:.1}V{y:.1}H{to:.1}V{:.1}\"/>", y - 6.0, y - 6.0);
        }
    }
    svg
}

/// The text alternative of the drawing.
fn words(settings: &Settings) -> String {
    let ([row, unit], rows) = (settings.unit(), settings.rows());
    let [first, end] = rows[row].field.of(unit);
    format!(
        "Unit {unit} of {} in layer {row} sees {} of the input. The arrow keys move to its neighbours and to other layers.",
        rows[row].units,
        cells(first, end)
    )
}

/// The number of cells, and which they are.
fn cells(first: isize, end: isize) -> String {
    let name = |cell: isize| number(cell as f32, 0);
    if end - first == 1 {
        format!("1 cell, {}", name(first))
    } else {
        format!("{} cells, {} to {}", end - first, name(first), name(end - 1))
    }
}

/// The sentence under the drawing: what the unit can see, and what it uses.
pub fn verdict(settings: &Settings, answer: &Answer) -> String {
    let ([row, unit], rows) = (settings.unit(), settings.rows());
    let field = rows[row].field;
    let [first, end] = field.of(unit);
    let sees = format!("Unit {unit} of layer {row} can see {}", cells(first, end));
    let outside = (first..end).filter(|cell| !(0..settings.input as isize).contains(cell)).count();
    let padding = if outside > 0 { format!(", {outside} of them outside the input") } else { String::new() };
    match answer.used {
        Some([first, end]) => {
            let share = 100.0 * (end - first) as f64 / field.size as f64;
            format!(
                "{sees}{padding}. 95 % of its gradient fall on {}: {share:.0} % of what it can see.",
                cells(first as isize, end as isize)
            )
        }
        None => format!("{sees}{padding}. Its gradient is zero everywhere: in these networks it does not fire."),
    }
}

/// The unit under the pointer.
fn under(bench: Bench, svg: NodeRef<html::Div>, event: &ev::PointerEvent) -> Option<[usize; 2]> {
    let bounds = svg.get_untracked()?.get_bounding_client_rect();
    let settings = bench.settings.get_untracked();
    let sheet = Sheet::of(&settings);
    let x = (f64::from(event.client_x()) - bounds.left()) / bounds.width() * WIDTH / sheet.pitch;
    let y = (f64::from(event.client_y()) - bounds.top()) / bounds.height() * sheet.height();
    let rows = settings.rows();
    let row = (1..rows.len()).find(|row| (y - sheet.y(*row)).abs() < SPACE / 2.0)?;
    let distance = |unit: &usize| (middle(&settings, row, *unit) - x).abs();
    let unit = (0..rows[row].units).min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    (distance(&unit) <= rows[row].field.jump as f64).then_some([row, unit])
}

pub fn strip(bench: Bench) -> AnyView {
    let frame = NodeRef::<html::Div>::new();
    let markup = move || {
        bench.asked.with(|settings| {
            let inside = bench.answer.with(|answer| draw(settings, answer.as_ref().ok()));
            let height = Sheet::of(settings).height();
            format!("<svg viewBox=\"0 0 {WIDTH} {height:.0}\" aria-hidden=\"true\" preserveAspectRatio=\"none\">{inside}</svg>")
        })
    };
    let point = move |event: ev::PointerEvent| {
        let unit = under(bench, frame, &event);
        if bench.pointed.get_untracked() != unit {
            bench.pointed.set(unit);
        }
    };
    let pin = move |event: ev::PointerEvent| {
        if let Some(unit) = under(bench, frame, &event) {
            bench.pointed.set(None);
            bench.settings.commit(|s| s.ask(unit));
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        let (along, up) = match event.key().as_str() {
            "ArrowLeft" => (-1, 0),
            "ArrowRight" => (1, 0),
            "ArrowUp" => (0, 1),
            "ArrowDown" => (0, -1),
            _ => return,
        };
        if !(event.ctrl_key() || event.alt_key() || event.meta_key()) {
            event.prevent_default();
            bench.walk(along, up);
        }
    };
    view! {
        <div
            class="strip"
            node_ref=frame
            tabindex="0"
            role="img"
            aria-label=text(move || bench.asked.with(words))
            inner_html=text(markup)
            on:pointermove=on_event(point)
            on:pointerdown=on_event(pin)
            on:pointerleave=on_event(move |_: ev::PointerEvent| bench.pointed.set(None))
            on:keydown=on_event(walk)
        ></div>
    }
    .into_any()
}
