//! Line charts over steps. plotters draws the SVG, the style sheet colours it, the pointer reads values, and a table holds the numbers.
use super::{
    data_table::{Cell, DataTable, Row},
    tables::folded,
};
use leptos::{ev, html, prelude::*};
use plotters::prelude::*;
use std::sync::Arc;

/// One line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The name in the legend and in the table.
    pub name: String,
    /// The colour: a custom property of the style sheet, such as `--accent`.
    pub colour: &'static str,
    /// Whether the line is drawn faintly, with its centred mean over it.
    pub noisy: bool,
    /// The points: step and value.
    pub points: Vec<(f64, f64)>,
}

/// A vertical axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// From 0 to the largest value.
    FromZero,
    /// Shares, from a lower end that depends on the lines, up to 1.
    Share,
    /// Error rates from 0 to 1, which should become 0.
    Errors,
    /// Correlations, from 0 or the smallest value up to 1.
    Likeness,
}

impl Range {
    fn is_share(self) -> bool {
        matches!(self, Range::Share | Range::Errors)
    }
}

const LEFT: u32 = 48;
const BELOW: u32 = 34;
const MARGIN: u32 = 10;
/// The number of points that are drawn for a line. More would not be visible.
pub const POINTS: usize = 300;

/// At most this number of points: each is the mean of neighbours, and the last point is kept.
fn thinned(mut points: impl ExactSizeIterator<Item = (f64, f64)>, most: usize) -> Vec<(f64, f64)> {
    let count = points.len();
    if count <= most {
        return points.collect();
    }
    let length = (count - 1).div_ceil(most - 1);
    let mut thin = Vec::with_capacity(most);
    for first in (0..count - 1).step_by(length) {
        let few = length.min(count - 1 - first);
        let (step, sum) = points.by_ref().take(few).fold((0.0, 0.0), |(_, sum), (step, value)| (step, sum + value));
        thin.push((step, sum / few as f64));
    }
    thin.extend(points);
    thin
}

impl Line {
    /// A line over a history of any length, with as many points as are visible (`POINTS`) or with all of them (`usize::MAX`).
    pub fn over(
        name: impl Into<String>,
        colour: &'static str,
        noisy: bool,
        points: impl ExactSizeIterator<Item = (f64, f64)>,
        most: usize,
    ) -> Line {
        Line { name: name.into(), colour, noisy, points: thinned(points, most) }
    }
}

/// The centred mean: the mean of each point and of as many before it as after it, so that it is never late. Towards both ends there are fewer.
fn smooth(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let reach = (points.len() / 40).clamp(1, 10);
    (0..points.len())
        .map(|i| {
            let reach = reach.min(i).min(points.len() - 1 - i);
            let part = &points[i - reach..=i + reach];
            (points[i].0, part.iter().map(|p| p.1).sum::<f64>() / part.len() as f64)
        })
        .collect()
}

fn bounds(lines: &[Line], range: Range) -> ([f64; 2], [f64; 2]) {
    let all = || lines.iter().flat_map(|l| &l.points).filter(|p| p.1.is_finite());
    let right = all().fold(10.0f64, |m, p| m.max(p.0));
    let vertical = match range {
        Range::FromZero => [0.0, all().fold(0.1f64, |m, p| m.max(p.1)) * 1.05],
        Range::Errors => [0.0, 1.0],
        Range::Likeness => [(all().fold(0.0f64, |m, p| m.min(p.1)) * 5.0).floor() / 5.0, 1.0],
        Range::Share => [(all().fold(1.0f64, |m, p| m.min(p.1)) * 10.0).floor() / 10.0, 1.0],
    };
    ([0.0, right], if vertical[0] < vertical[1] { vertical } else { [0.0, 1.0] })
}

/// The whole chart as SVG, as a function of its numbers.
pub fn draw(lines: &[Line], range: Range, size: (u32, u32), horizontal: &str) -> Result<String, String> {
    let (x, y) = bounds(lines, range);
    // A colour that stands for a token. It is replaced by `var(--…)` below.
    let stand_in = |i: usize| RGBColor(1, 2, i as u8);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(MARGIN)
            .x_label_area_size(BELOW)
            .y_label_area_size(LEFT)
            .build_cartesian_2d(x[0]..x[1], y[0]..y[1])
            .map_err(|e| e.to_string())?;
        let ink = RGBColor(0, 0, 0);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels((size.0 / 110).max(2) as usize)
            .y_labels(5)
            .light_line_style(RGBColor(1, 1, 1).mix(0.0))
            .bold_line_style(RGBColor(1, 1, 1))
            .axis_style(RGBColor(1, 1, 1))
            // On the screen 13 units are 10.5 pixels.
            .label_style(("Inter, sans-serif", 13, &ink))
            .x_desc(horizontal)
            .x_label_formatter(&|v| format!("{v:.0}"))
            .y_label_formatter(&|v| if range.is_share() { format!("{:.0} %", 100.0 * v) } else { format!("{v:.2}") })
            .draw()
            .map_err(|e| e.to_string())?;
        for (i, line) in lines.iter().enumerate() {
            let points: Vec<(f64, f64)> = thinned(line.points.iter().copied(), POINTS).into_iter().filter(|p| p.1.is_finite()).collect();
            let colour = stand_in(i);
            if line.noisy {
                chart.draw_series(LineSeries::new(points.iter().copied(), colour.mix(0.25).stroke_width(1))).map_err(|e| e.to_string())?;
                chart.draw_series(LineSeries::new(smooth(&points), colour.stroke_width(2))).map_err(|e| e.to_string())?;
            } else {
                chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2))).map_err(|e| e.to_string())?;
                chart.draw_series(points.iter().map(|p| Circle::new(*p, 3, colour.filled()))).map_err(|e| e.to_string())?;
            }
        }
        area.present().map_err(|e| e.to_string())?;
    }
    let tokens =
        lines.iter().enumerate().fold(svg, |svg, (i, line)| svg.replace(&format!("#0102{i:02X}"), &format!("var({})", line.colour)));
    Ok(tokens.replace("#010101", "var(--hairline)").replace("#000000", "currentColor"))
}

/// The value of each line at or just before `x`: name, step and value.
pub fn read(lines: &[Line], x: f64) -> Vec<(String, f64, f64)> {
    let at = |line: &Line| line.points.iter().rev().find(|p| p.0 <= x).or(line.points.first()).map(|p| (line.name.clone(), p.0, p.1));
    lines.iter().filter_map(at).collect()
}

/// The largest number of steps in a table.
const ROWS: usize = 50;

/// The steps of all lines in rising order, thinned out, and for each line its value at or before the step.
fn rows(lines: &[Line]) -> Vec<(f64, Vec<Option<f64>>)> {
    let mut steps: Vec<f64> = lines.iter().flat_map(|line| line.points.iter().map(|p| p.0)).collect();
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    let length = steps.len().div_ceil(ROWS).max(1);
    let at = |line: &Line, step: f64| line.points.partition_point(|p| p.0 <= step).checked_sub(1).map(|last| line.points[last].1);
    // The last step of each group is kept, so that the end is in the table.
    steps.chunks(length).map(|few| few[few.len() - 1]).map(|step| (step, lines.iter().map(|line| at(line, step)).collect())).collect()
}

fn table(title: &str, lines: &[Line], range: Range) -> DataTable {
    let row = |(step, values): (f64, Vec<Option<f64>>)| {
        Row::headed(Cell::text(step), values.into_iter().map(|value| Cell::maybe(value, |value| show(value, range))))
    };
    DataTable {
        name: format!("{title}: the numbers"),
        caption: format!("{title}: at the step, or at the last one before it that has a value; {ROWS} steps at most"),
        columns: std::iter::once("step".into()).chain(lines.iter().map(|line| line.name.clone())).collect(),
        rows: rows(lines).into_iter().map(row).collect(),
        ..DataTable::default()
    }
}

fn show(value: f64, range: Range) -> String {
    if !value.is_finite() {
        "no number".into()
    } else if range.is_share() {
        format!("{:.1} %", 100.0 * value)
    } else {
        format!("{value:.4}")
    }
}

/// Gives all points of a chart's lines.
pub type Whole = Arc<dyn Fn() -> Vec<Line> + Send + Sync>;

/// A line chart, with a legend, a reading under the pointer, and a table.
#[component]
pub fn Chart(
    /// The element's id.
    #[prop(into)]
    id: String,
    /// The title above it.
    title: &'static str,
    /// The lines to draw.
    #[prop(into)]
    lines: Signal<Vec<Line>>,
    /// The same lines with every point, for reading values. Without it, only the drawn points can be read.
    #[prop(optional, into)]
    whole: Option<Whole>,
    /// The vertical axis.
    range: Range,
) -> impl IntoView {
    // It is called only while the reader points at the chart, or has the numbers open.
    let all = StoredValue::new(whole);
    let all = move || all.with_value(Clone::clone).map_or_else(|| lines.get_untracked(), |whole| whole());
    let frame = NodeRef::<html::Div>::new();
    // The style sheet decides both, depending on the window.
    let (size, set_size) = signal((560u32, 220u32));
    let (pointed, set_pointed) = signal(None::<f64>);
    let measure = move || {
        if let Some(frame) = frame.get_untracked() {
            set_size.set(((frame.client_width() as u32).clamp(260, 1200), (frame.client_height() as u32).clamp(120, 400)));
        }
    };
    Effect::new(move |_| {
        frame.track();
        measure();
    });
    let resized = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    let svg = move || {
        lines.with(|l| draw(l, range, size.get(), "training step")).unwrap_or_else(|e| format!("<p>The chart cannot be drawn: {e}</p>"))
    };
    let point = move |event: web_sys::PointerEvent| {
        let right = lines.with_untracked(|l| bounds(l, range).0[1]);
        let (left, wide) = (f64::from(LEFT + MARGIN), f64::from(size.get_untracked().0) - f64::from(LEFT + 2 * MARGIN));
        set_pointed.set(Some(((f64::from(event.offset_x()) - left) / wide * right).clamp(0.0, right)));
    };
    let reading = move || {
        let read = lines.with(|lines| match pointed.get() {
            Some(x) => read(&all(), x),
            None => read(lines, f64::INFINITY),
        });
        if read.is_empty() {
            return "Nothing yet: press play.".to_string();
        }
        let said = |(name, step, value): &(String, f64, f64)| format!("{name} {} (step {step:.0})", show(*value, range));
        read.iter().map(said).collect::<Vec<_>>().join(" · ")
    };
    let legend = move || {
        lines.with(|l| {
            l.iter()
                .map(|line| view! { <span class="key" style=format!("--key: var({})", line.colour)>{line.name.clone()}</span> })
                .collect_view()
        })
    };
    let numbers = move || {
        lines.track();
        vec![table(title, &all(), range)]
    };
    view! {
        <section role="group" class="chart" id=id aria-label=title>
            <header><p class="title">{title}</p><p class="legend">{legend}</p></header>
            <div class="plot" node_ref=frame inner_html=svg aria-hidden="true" on:pointermove=point on:pointerleave=move |_| set_pointed.set(None)></div>
            <p class="reading">{reading}</p>
            {folded("The numbers as a table", numbers)}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: Vec<(f64, f64)>) -> Line {
        Line { name: "training".into(), colour: "--accent", noisy: true, points }
    }

    #[test]
    fn a_long_history_is_thinned_to_what_can_be_seen_and_keeps_its_end() {
        let points: Vec<(f64, f64)> = (1..=10_000).map(|i| (f64::from(i), 1.0 / f64::from(i))).collect();
        let thin = thinned(points.iter().copied(), POINTS);
        assert!(thin.len() <= POINTS && thin.last() == points.last());
        assert_eq!(thinned(thin.iter().copied(), POINTS), thin, "once is enough");
        let before: f64 = points.iter().map(|p| p.1).sum::<f64>() / 10_000.0;
        assert!((thin.iter().map(|p| p.1).sum::<f64>() / thin.len() as f64 - before).abs() < 1e-3);
    }

    #[test]
    fn a_smoothed_line_is_not_late() {
        let fall: Vec<(f64, f64)> = (0..200).map(|i| (f64::from(i), 10.0 - f64::from(i) / 20.0)).collect();
        let late = fall.iter().zip(smooth(&fall)).map(|(raw, mean)| (raw.1 - mean.1).abs()).fold(0.0, f64::max);
        assert!(late < 1e-9, "a straight line is its own mean: {late}");
        let jumps: Vec<(f64, f64)> = (0..200).map(|i| (f64::from(i), f64::from(i % 2))).collect();
        assert!(smooth(&jumps)[50..150].iter().all(|p| (p.1 - 0.5).abs() < 0.1), "and noise is smoothed");
    }

    #[test]
    fn colours_are_tokens_and_nothing_but_numbers_is_drawn() {
        let svg = draw(&[line(vec![(1.0, 2.3), (2.0, f64::NAN), (3.0, 1.0)])], Range::FromZero, (560, 220), "step").unwrap();
        assert!(
            svg.contains("var(--accent)") && svg.contains("var(--hairline)") && !svg.contains("#0102") && !svg.contains("NaN"),
            "{svg}"
        );
        assert!(draw(&[], Range::Share, (300, 200), "step").is_ok());
    }

    #[test]
    fn a_table_has_the_last_step_and_for_each_line_its_last_value() {
        let often = line((1..=1000).map(|i| (f64::from(i), f64::from(i))).collect());
        let seldom = line(vec![(500.0, 0.5), (1000.0, f64::NAN)]);
        let rows = rows(&[often, seldom]);
        assert_eq!((rows.len(), rows[0].0, rows[49].0), (50, 20.0, 1000.0));
        assert_eq!((rows[0].1[1], rows[30].1[1], rows[49].1[0]), (None, Some(0.5), Some(1000.0)));
        assert_eq!(show(rows[49].1[1].unwrap(), Range::Share), "no number");
        assert!(super::rows(&[]).is_empty());
    }

    #[test]
    fn the_pointer_reads_the_value_before_it() {
        let lines = [line(vec![(10.0, 0.5), (20.0, 0.25)])];
        assert_eq!(read(&lines, 19.0), [("training".to_string(), 10.0, 0.5)]);
        assert_eq!(read(&lines, f64::INFINITY), [("training".to_string(), 20.0, 0.25)]);
        assert_eq!(read(&lines, 1.0), [("training".to_string(), 10.0, 0.5)]);
    }
}
