//! The errors of the gradient check over the step, both with logarithmic axes: two curves that fall with the step and rise again.
use super::check::{self, Check, Row};
use std::fmt::Write;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 108.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// The power of ten of the smallest error that is drawn.
const FLOOR: i32 = -10;
const CEILING: i32 = 2;

fn x(decimals: usize) -> f64 {
    LEFT + (WIDTH - LEFT - RIGHT) * decimals as f64 / check::DECIMALS as f64
}

fn y(error: f64) -> f64 {
    let power = error.max(10f64.powi(FLOOR)).log10().min(f64::from(CEILING));
    TOP + (HEIGHT - TOP - BOTTOM) * (f64::from(CEILING) - power) / f64::from(CEILING - FLOOR)
}

fn power(exponent: i32) -> String {
    let digits = exponent.to_string();
    let raised = digits.chars().map(|c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
    });
    if exponent == 0 { "1".into() } else { format!("10{}", raised.collect::<String>()) }
}

/// The curves as SVG, with a line at the chosen step.
pub fn draw(check: &Check, chosen: usize) -> String {
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" data-part=\"errors\" role=\"img\" aria-label=\"Error of the difference against the step, by powers of ten; the table below has the numbers\">"
    );
    for exponent in (FLOOR..=CEILING).step_by(2) {
        let at = y(10f64.powi(exponent));
        let name = if exponent == FLOOR { format!("≤ {}", power(exponent)) } else { power(exponent) };
        let _ = write!(svg, "<path class=\"level\" d=\"M{LEFT} {at:.1}H{:.1}\"/>", WIDTH - RIGHT);
        let _ = write!(svg, "<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>", LEFT - 8.0, at + 4.0);
    }
    for decimals in 0..=check::DECIMALS {
        let _ = write!(svg, "<text class=\"mid\" x=\"{:.1}\" y=\"{:.1}\">{}</text>", x(decimals), HEIGHT - 22.0, power(-(decimals as i32)));
    }
    let _ = write!(svg, "<text class=\"mid\" x=\"{:.1}\" y=\"{:.1}\">step h</text>", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 4.0);
    let _ = write!(svg, "<path class=\"rule\" d=\"M{:.1} {TOP}V{:.1}\"/>", x(chosen), HEIGHT - BOTTOM);
    let difference: [fn(&Row) -> f64; 2] = [|row| row.single, |row| row.double];
    let curves = [("single", "single precision", difference[0]), ("double", "double precision", difference[1])];
    let ends = curves.map(|(_, _, of)| check.rows.last().map_or(TOP, |row| y(check::error(check.gradient, of(row)))));
    for (at, (class, name, of)) in curves.into_iter().enumerate() {
        let points: Vec<[f64; 2]> =
            check.rows.iter().enumerate().map(|(step, row)| [x(step), y(check::error(check.gradient, of(row)))]).collect();
        let line = points.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
        let _ = write!(svg, "<polyline class=\"{class}\" points=\"{line}\"/>");
        for [x, y] in points {
            let mark = if at == 0 {
                format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"")
            } else {
                format!("<rect x=\"{:.1}\" y=\"{:.1}\" width=\"6\" height=\"6\"", x - 3.0, y - 3.0)
            };
            let _ = write!(svg, "{mark} class=\"{class}\"/>");
        }
        // Labels that would overlap are moved apart.
        let apart = if (ends[0] - ends[1]).abs() < 15.0 { if at == 0 { -9.0 } else { 9.0 } } else { 0.0 };
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{name}</text>", WIDTH - RIGHT + 9.0, ends[at] + 4.0 + apart);
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_have_a_point_for_every_step_and_stay_inside() {
        let rows =
            (0..=check::DECIMALS).map(|at| Row { step: 10f64.powi(-(at as i32)), double: 1.0 + 10f64.powi(-30), single: 1e9 }).collect();
        let svg = draw(&Check { gradient: 1.0, rows }, 2);
        assert_eq!(svg.matches("<circle").count(), check::DECIMALS + 1);
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!([y(0.0), y(1e9)], [HEIGHT - BOTTOM, TOP]);
        assert_eq!([power(-4), power(0), power(2)], ["10⁻⁴", "1", "10²"]);
    }
}
