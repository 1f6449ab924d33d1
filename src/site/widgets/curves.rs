//! A small chart of curves between two axes, for data that is not over steps.
use leptos::prelude::*;

/// The size of the drawing in its own units, and its margins at the left, top, right and bottom.
const SIZE: [f64; 2] = [440.0, 240.0];
const MARGIN: [f64; 4] = [48.0, 8.0, 8.0, 38.0];

/// A line through points.
pub struct Curve {
    /// A custom property of the style sheet, such as `--accent`.
    pub colour: &'static str,
    /// Whether it is a curve of the past, which is drawn dashed and without points.
    pub past: bool,
    /// Pairs of x and y in the axes' numbers. A point whose y is not finite is left out.
    pub points: Vec<(f64, f64)>,
}

/// An axis: its ends, and its ticks.
pub struct Axis {
    /// The numbers at both ends.
    pub ends: [f64; 2],
    /// Ticks: a number, and its label.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    fn place(&self, value: f64, from: f64, to: f64) -> f64 {
        let [first, last] = self.ends;
        from + (value - first) / (last - first).max(f64::MIN_POSITIVE) * (to - from)
    }
}

const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// 10 to this power, as text.
pub fn power(exponent: i32) -> String {
    let digits =
        exponent.unsigned_abs().to_string().chars().filter_map(|d| d.to_digit(10)).map(|d| SUPERSCRIPTS[d as usize]).collect::<String>();
    format!("10{}{digits}", if exponent < 0 { "⁻" } else { "" })
}

/// A number with two significant digits. Very small and very large ones are written with a power of ten.
pub fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".into() } else { "no number".into() };
    }
    if value < 0.0 {
        return format!("−{}", short(-value));
    }
    // After rounding, because 9.99 is written as 10.
    let rounded = format!("{value:.1e}");
    let (digits, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let exponent = exponent.parse::<i32>().unwrap_or(0);
    match exponent {
        -2..=-1 => format!("{value:.0$}", (1 - exponent) as usize),
        0 => format!("{value:.1}"),
        1..=4 => format!("{value:.0}"),
        _ => format!("{digits}·{}", power(exponent)),
    }
}

/// The chart as a view. `across` is the title of the horizontal axis.
pub fn curves(curves: &[Curve], x: &Axis, y: &Axis, across: &str) -> AnyView {
    let [width, height] = SIZE;
    let (left, right, top, bottom) = (MARGIN[0], width - MARGIN[2], MARGIN[1], height - MARGIN[3]);
    let (at_x, at_y) = (|v: f64| x.place(v, left, right), |v: f64| y.place(v, bottom, top));
    let up = y.ticks.iter().map(|(v, name)| {
        let at = at_y(*v);
        view! { <line x1=left x2=right y1=at y2=at></line><text class="tick" x=left - 6.0 y=at + 4.0 text-anchor="end">{name.clone()}</text> }
    });
    let along = x.ticks.iter().map(|(v, name)| {
        let at = at_x(*v);
        view! { <line x1=at x2=at y1=bottom y2=bottom + 4.0></line><text class="tick" x=at y=bottom + 18.0 text-anchor="middle">{name.clone()}</text> }
    });
    let curve = |curve: &Curve| {
        let places: Vec<(f64, f64)> =
            curve.points.iter().filter(|p| p.1.is_finite()).map(|p| (at_x(p.0), at_y(p.1).clamp(top, bottom))).collect();
        let line = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
        let dots: &[(f64, f64)] = if curve.past { &[] } else { &places };
        let dots = dots.iter().map(|(x, y)| view! { <circle cx=*x cy=*y r="2.4"></circle> }).collect_view();
        view! { <g class="curve" class:past=curve.past style=format!("--key: var({})", curve.colour)><polyline points=line></polyline>{dots}</g> }
    };
    view! {
        <div class="curves">
            <svg viewBox=format!("0 0 {width} {height}") aria-hidden="true">
                {up.collect_view()}{along.collect_view()}
                <text class="tick" x=right y=height - 2.0 text-anchor="end">{across.to_string()}</text>
                {curves.iter().map(curve).collect_view()}
            </svg>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size_are_short() {
        let written = [0.0, 9.9999e-6, 9.96, 3.2e-9, 0.012, 0.25, 1.26, 42.3, 1234.4, 2.5e7, -1e30, f64::INFINITY].map(short);
        assert_eq!(written, ["0", "1.0·10⁻⁵", "10", "3.2·10⁻⁹", "0.012", "0.25", "1.3", "42", "1234", "2.5·10⁷", "−1.0·10³⁰", "no number"]);
        assert_eq!((power(-12), power(0)), ("10⁻¹²".into(), "10⁰".into()));
    }
}
