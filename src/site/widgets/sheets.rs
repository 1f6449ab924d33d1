//! Arrays as sheets of coloured cells, with a sheet for each channel. The pointer and the arrow keys read the numbers of cells.
use crate::site::theme::Dark;
use leptos::{html, prelude::*};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, ImageData};

/// The palette: what the colours mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Signed values: blue, neutral, orange.
    Value,
    /// Weights: teal, neutral, brown.
    Weight,
    /// Gradients: violet, neutral, magenta.
    Gradient,
    /// Ink on paper, from 0 to 1.
    Ink,
}

/// The sheets: `values` holds `sheets` pictures of `height` × `width`, one after another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheets {
    /// The number of pictures.
    pub sheets: usize,
    /// The number of rows of each picture.
    pub height: usize,
    /// The number of columns of each picture.
    pub width: usize,
    /// sheets × height × width numbers. NaN leaves a cell empty.
    pub values: Vec<f32>,
}

impl Sheets {
    /// Sheets for an array with PyTorch's dims: a sheet for each channel, or a vector as rows of 20 cells.
    pub fn of(dims: &[usize], values: Vec<f32>) -> Sheets {
        match dims {
            [height, width] => Sheets { sheets: 1, height: *height, width: *width, values },
            [] => Sheets { sheets: 1, height: 1, width: values.len(), values },
            [n] => {
                let width = (*n).min(20);
                let height = n.div_ceil(width.max(1));
                let mut values = values;
                values.resize(height * width, f32::NAN);
                Sheets { sheets: 1, height, width, values }
            }
            [outer @ .., height, width] => Sheets { sheets: outer.iter().product(), height: *height, width: *width, values },
        }
    }
    /// The number of sheets in a row, so that the whole is about three times as wide as high.
    fn columns(&self) -> usize {
        let ratio = self.height as f32 / self.width.max(1) as f32;
        let wanted = ((self.sheets as f32 * 3.0 * ratio).sqrt().ceil() as usize).clamp(1, self.sheets.max(1));
        // Up to twice as many, if that fills every row.
        (wanted..=2 * wanted).find(|columns| self.sheets.is_multiple_of(*columns)).unwrap_or(wanted)
    }
    /// The size of the whole in cells, with one empty line between sheets.
    fn size(&self) -> (usize, usize) {
        if self.sheets == 0 {
            return (0, 0);
        }
        let columns = self.columns();
        (self.sheets.div_ceil(columns) * (self.height + 1) - 1, columns * (self.width + 1) - 1)
    }
    /// The sheet, row, column and value at a cell of the whole.
    fn at(&self, row: usize, column: usize) -> Option<(usize, usize, usize, f32)> {
        let (down, across) = (row / (self.height + 1), column / (self.width + 1));
        let (y, x) = (row % (self.height + 1), column % (self.width + 1));
        let sheet = down * self.columns() + across;
        let inside = y < self.height && x < self.width && across < self.columns() && sheet < self.sheets;
        let value = *self.values.get((sheet * self.height + y) * self.width + x)?;
        (inside && !value.is_nan()).then_some((sheet, y, x, value))
    }
    /// The largest absolute value, which gets the full colour.
    pub fn scale(&self) -> f32 {
        self.values.iter().filter(|v| v.is_finite()).fold(0.0f32, |m, v| m.max(v.abs()))
    }
}

/// The colours of both ends and of the middle of each palette, light and dark.
fn ends(palette: Palette, dark: bool) -> [[f32; 3]; 3] {
    let middle = if dark { [34.0, 35.0, 38.0] } else { [246.0, 245.0, 242.0] };
    match palette {
        Palette::Value => [[31.0, 95.0, 191.0], middle, [217.0, 98.0, 16.0]],
        Palette::Weight => [[0.0, 122.0, 122.0], middle, [140.0, 82.0, 30.0]],
        Palette::Gradient => [[98.0, 62.0, 190.0], middle, [205.0, 25.0, 130.0]],
        Palette::Ink => [middle, middle, if dark { [236.0, 234.0, 228.0] } else { [24.0, 24.0, 27.0] }],
    }
}

fn pixels(sheets: &Sheets, palette: Palette, dark: bool) -> (u32, u32, Vec<u8>) {
    let (height, width) = sheets.size();
    let [low, middle, high] = ends(palette, dark);
    let scale = if palette == Palette::Ink { 1.0 } else { sheets.scale().max(f32::MIN_POSITIVE) };
    let mut bytes = vec![0; 4 * height * width];
    for (i, pixel) in bytes.chunks_exact_mut(4).enumerate() {
        let Some((.., value)) = sheets.at(i / width, i % width) else { continue };
        // The square root makes small values visible, too.
        let share = (value / scale).clamp(-1.0, 1.0);
        let (end, share) = if share < 0.0 { (low, (-share).sqrt()) } else { (high, share.sqrt()) };
        (0..3).for_each(|c| pixel[c] = (middle[c] + (end[c] - middle[c]) * share) as u8);
        pixel[3] = 255;
    }
    (width as u32, height as u32, bytes)
}

fn number(value: f32) -> String {
    if value != 0.0 && value.abs() < 0.001 { format!("{value:+.2e}") } else { format!("{value:+.4}") }
}

/// The sheets as a view. `cell` is the size of a cell in CSS pixels if there is room. When a cell is clicked, or left with Enter, `choose`
/// gets the number of its sheet, and `pick` the index of its value.
#[component]
pub fn SheetView(
    /// The sheets to show.
    #[prop(into)]
    sheets: Signal<Sheets>,
    /// The palette.
    palette: Palette,
    /// The text alternative.
    #[prop(into)]
    label: Signal<String>,
    /// The side of a cell in CSS pixels.
    #[prop(default = 3.0)]
    cell: f32,
    /// Called with the number of the sheet.
    #[prop(optional)]
    choose: Option<Callback<usize>>,
    /// Called with the index of the number in `values`.
    #[prop(optional)]
    pick: Option<Callback<usize>>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let dark = use_context::<Dark>().map(|d| d.0);
    let (cursor, set_cursor) = signal(None::<(usize, usize)>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let (width, height, bytes) = sheets.with(|s| pixels(s, palette, dark.is_some_and(|d| d.get())));
        if width == 0 || height == 0 {
            return;
        }
        canvas.set_width(width);
        canvas.set_height(height);
        let context = canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
        if let (Some(context), Ok(image)) = (context, ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bytes), width, height)) {
            // A canvas without memory stays empty, but the numbers below can still be read.
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    });
    let style = move || {
        sheets.with(|s| format!("width: min(100%, {:.0}px); aspect-ratio: {} / {}", s.size().1 as f32 * cell, s.size().1, s.size().0))
    };
    let point = move |event: web_sys::PointerEvent| {
        let Some(canvas) = canvas.get_untracked() else { return };
        let (height, width) = sheets.with_untracked(Sheets::size);
        let share = |at: i32, of: i32, cells: usize| (at.max(0) as usize * cells / of.max(1) as usize).min(cells.saturating_sub(1));
        set_cursor
            .set(Some((share(event.offset_y(), canvas.client_height(), height), share(event.offset_x(), canvas.client_width(), width))));
    };
    let chosen = move || {
        let found = cursor.get_untracked().and_then(|(row, column)| sheets.with_untracked(|s| s.at(row, column)));
        let Some((sheet, row, column, _)) = found else { return };
        if let Some(choose) = choose {
            choose.run(sheet);
        }
        if let Some(pick) = pick {
            pick.run(sheets.with_untracked(|s| (sheet * s.height + row) * s.width + column));
        }
    };
    let walk = move |event: web_sys::KeyboardEvent| {
        let (height, width) = sheets.with_untracked(Sheets::size);
        let (row, column) = cursor.get_untracked().unwrap_or((0, 0));
        let next = match event.key().as_str() {
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => ((row + 1).min(height.saturating_sub(1)), column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, (column + 1).min(width.saturating_sub(1))),
            "Enter" => return chosen(),
            _ => return,
        };
        event.prevent_default();
        set_cursor.set(Some(next));
    };
    let reading = move || {
        let found = cursor.get().and_then(|(row, column)| sheets.with(|s| s.at(row, column)));
        match found {
            Some((sheet, row, column, value)) if sheets.with(|s| s.sheets > 1) => format!("[{sheet}, {row}, {column}] = {}", number(value)),
            Some((_, row, column, value)) => format!("[{row}, {column}] = {}", number(value)),
            None => match sheets.with(Sheets::scale) {
                0.0 => "all zero".into(),
                scale if scale < 0.001 => format!("largest ±{scale:.1e}"),
                scale => format!("largest ±{scale:.3}"),
            },
        }
    };
    view! {
        <div class="sheets">
            <canvas node_ref=canvas style=style tabindex="0" role="img" aria-label=label on:pointermove=point on:pointerdown=point on:click=move |_| chosen() on:pointerleave=move |_| set_cursor.set(None) on:keydown=walk></canvas>
            <output class="reading" aria-live="polite">{reading}</output>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_cell_and_gaps_have_none() {
        let sheets = Sheets::of(&[6, 2, 3], (0..36).map(|i| i as f32).collect());
        let (height, width) = sheets.size();
        let mut seen: Vec<f32> =
            (0..height).flat_map(|r| (0..width).map(move |c| (r, c))).filter_map(|(r, c)| sheets.at(r, c)).map(|f| f.3).collect();
        seen.sort_by(f32::total_cmp);
        assert_eq!(seen, (0..36).map(|i| i as f32).collect::<Vec<_>>());
    }

    #[test]
    fn a_vector_folds_and_its_padding_is_empty() {
        let sheets = Sheets::of(&[84], vec![1.0; 84]);
        assert_eq!((sheets.height, sheets.width), (5, 20));
        assert_eq!((0..5).flat_map(|r| (0..20).map(move |c| (r, c))).filter(|(r, c)| sheets.at(*r, *c).is_some()).count(), 84);
        let (width, height, bytes) = pixels(&sheets, Palette::Value, false);
        assert_eq!(bytes.len() as u32, 4 * width * height);
    }
}
