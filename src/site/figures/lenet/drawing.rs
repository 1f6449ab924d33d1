//! The stack as a drawing: maps as sheets one behind the other, drawn to scale, and vectors as bars.
use super::compute::Layer;
use std::fmt::Write;

pub const WIDTH: f64 = 960.0;
pub const HEIGHT: f64 = 190.0;
/// The height of the middle of all layers.
const MIDDLE: f64 = 78.0;
/// The side of the largest input.
const SIDE: f64 = 92.0;
/// The largest number of sheets that are drawn for a layer.
const SHEETS: usize = 8;
const BEHIND: f64 = 4.0;

fn label([channels, height, width]: [usize; 3]) -> String {
    if height * width == 1 { format!("{channels}") } else { format!("{channels} @ {height} × {width}") }
}

/// The drawing as SVG: the input, then the layers. The numbers are also in a table beside it.
pub fn draw(side: usize, rows: &[Layer]) -> String {
    let mut svg = String::new();
    let all: Vec<(&str, [usize; 3])> =
        std::iter::once(("input", [1, side, side])).chain(rows.iter().map(|row| (row.name, row.shape))).collect();
    let pitch = WIDTH / all.len() as f64;
    // A power less than 1, so that small maps are still visible.
    let length = |cells: usize| SIDE * (cells as f64 / side as f64).powf(0.8);
    for (at, (name, shape)) in all.iter().enumerate() {
        let x = pitch * (at as f64 + 0.5);
        let [channels, height, width] = *shape;
        if height * width == 1 {
            let tall = (22.0 * (channels as f64).sqrt()).clamp(20.0, 1.6 * SIDE) / 1.4;
            let _ = write!(
                svg,
                "<rect class=\"vector\" data-part=\"{name}\" x=\"{:.1}\" y=\"{:.1}\" width=\"12\" height=\"{tall:.1}\"/>",
                x - 6.0,
                MIDDLE - tall / 2.0
            );
        } else {
            let count = channels.min(SHEETS);
            let spread = BEHIND * (count - 1) as f64;
            for sheet in 0..count {
                let away = BEHIND * sheet as f64 - spread / 2.0;
                let (wide, high) = (length(width), length(height));
                let _ = write!(
                    svg,
                    "<rect class=\"sheet\" data-part=\"{name}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\"/>",
                    x + away - wide / 2.0,
                    MIDDLE + away - high / 2.0
                );
            }
        }
        let _ = write!(svg, "<text class=\"name\" x=\"{x:.1}\" y=\"{:.1}\">{name}</text>", HEIGHT - 30.0);
        let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\">{}</text>", HEIGHT - 12.0, label(*shape));
    }
    svg
}
