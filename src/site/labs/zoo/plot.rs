//! Accuracy against cost: a point for each network, with a logarithmic horizontal axis.
use super::{controls::Settings, store::Store};
use crate::{
    site::{
        url::UrlState,
        widgets::erased::{flag, part, text},
    },
    workbench::protocol::photos::Entry,
};
use leptos::{ev, prelude::*};

/// The size of the drawing in its own units, and its margins at the left, top, right and bottom.
const SIZE: [f64; 2] = [480.0, 330.0];
const MARGIN: [f64; 4] = [34.0, 10.0, 12.0, 34.0];
/// The width of a letter and the height of a line, for labels.
const LETTER: f64 = 5.9;
const LINE: f64 = 13.0;

/// Well-known networks, which get their labels first.
const LANDMARKS: [&str; 12] = [
    "alexnet",
    "vgg16",
    "googlenet",
    "resnet18",
    "resnet50",
    "resnet152",
    "densenet121",
    "squeezenet1_0",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "efficientnet_b0",
    "efficientnet_b7",
];

/// The quantity on the horizontal axis.
#[derive(Clone, Copy)]
pub struct Cost {
    pub id: &'static str,
    pub title: &'static str,
    /// The value in millions.
    pub of: fn(&Entry) -> f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub name: String,
    pub title: String,
    /// The position in the drawing.
    pub at: [f64; 2],
    pub cost: f64,
    pub top1: f64,
    pub label: Label,
}

/// The position of a point's label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Whether it is at the left of the point, and not at its right.
    pub left: bool,
    /// Whether there is room for it even if nobody points at the point.
    pub stays: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plot {
    pub points: Vec<Point>,
    /// Powers of ten, and their positions.
    pub across: Vec<(f64, f64)>,
    pub up: Vec<(f64, f64)>,
}

/// The plot of all networks for ImageNet with a published accuracy. Accuracies on other data sets cannot be compared.
pub fn plot(zoo: &[Entry], cost: fn(&Entry) -> f64) -> Plot {
    let compared = |entry: &Entry| entry.accuracy.as_ref().filter(|_| entry.classes == 1000).map(|a| f64::from(a.top1));
    let mut found: Vec<(&Entry, f64)> = zoo.iter().filter_map(|entry| Some((entry, compared(entry)?))).collect();
    if found.is_empty() {
        return Plot::default();
    }
    let ends = |values: Vec<f64>| values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], v| [least.min(*v), most.max(*v)]);
    let [left, right] = ends(found.iter().map(|(entry, _)| cost(entry).max(1e-6).log10()).collect());
    let (left, right) = (left - 0.08, right + 0.08);
    let [low, high] = ends(found.iter().map(|(_, top1)| *top1).collect());
    // No point lies on an edge, because its label needs half a line below it.
    let (low, high) = (((low - 1.0) / 5.0).floor() * 5.0, ((high + 1.0) / 5.0).ceil() * 5.0);
    let x = |cost: f64| MARGIN[0] + (cost.log10() - left) / (right - left) * (SIZE[0] - MARGIN[0] - MARGIN[2]);
    let y = |top1: f64| SIZE[1] - MARGIN[3] - (top1 - low) / (high - low).max(1.0) * (SIZE[1] - MARGIN[1] - MARGIN[3]);
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let places: Vec<[f64; 2]> = found.iter().map(|(entry, top1)| [x(cost(entry)), y(*top1)]).collect();
    let mut points: Vec<Point> = found
        .iter()
        .zip(&places)
        .map(|((entry, top1), at)| Point {
            name: entry.name.clone(),
            title: entry.title.clone(),
            at: *at,
            cost: cost(entry),
            top1: *top1,
            label: Label { left: right_of(*at, &entry.title)[2] > SIZE[0], stays: false },
        })
        .collect();
    let mut taken: Vec<[f64; 4]> = places.iter().map(|[x, y]| [x - 4.0, y - 4.0, x + 4.0, y + 4.0]).collect();
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by_key(|i| !LANDMARKS.contains(&points[*i].name.as_str()));
    for point in order {
        let point = &mut points[point];
        let right = right_of(point.at, &point.title);
        let left = [2.0 * point.at[0] - right[2], right[1], 2.0 * point.at[0] - right[0], right[3]];
        let free = |place: &[f64; 4]| {
            let inside = place[0] > MARGIN[0] && place[2] < SIZE[0] && place[1] > 0.0 && place[3] < SIZE[1] - MARGIN[3];
            inside && taken.iter().all(|[l, t, r, b]| place[0] >= *r || place[2] <= *l || place[1] >= *b || place[3] <= *t)
        };
        if let Some(at_left) = [false, true].into_iter().find(|at_left| free(if *at_left { &left } else { &right })) {
            taken.push(if at_left { left } else { right });
            point.label = Label { left: at_left, stays: true };
        }
    }
    let powers = (left.floor() as i32..=right.ceil() as i32).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power)));
    let across = powers.filter(|v| (left..=right).contains(&v.log10())).map(|v| (v, x(v))).collect();
    let up = (0..=20).map(|i| low + 5.0 * f64::from(i)).filter(|v| *v <= high).map(|v| (v, y(v))).collect();
    Plot { points, across, up }
}

/// The rectangle (left, top, right, bottom) of a label at the right of its point.
fn right_of([x, y]: [f64; 2], title: &str) -> [f64; 4] {
    [x + 5.0, y - LINE / 2.0, x + 7.0 + LETTER * title.chars().count() as f64, y + LINE / 2.0]
}

fn point(
    store: Store,
    settings: UrlState<Settings>,
    Point { name, title, at: [x, y], cost, top1, label }: Point,
    unit: &'static str,
) -> AnyView {
    let own = name.clone();
    let lit = move || store.pointed.with(|p| p.as_deref() == Some(&own)) || settings.with(|s| s.network == own);
    let lit = flag(lit);
    let entered = name.clone();
    let enter = move |_: ev::PointerEvent| store.pointed.set(Some(entered.clone()));
    let leave = move |_: ev::PointerEvent| store.pointed.set(None);
    let pick = move |_: ev::MouseEvent| settings.commit(|s| s.network = name.clone());
    let words = format!("{title}: {cost:.1} million {unit}, {top1:.1} %");
    let (away, anchor) = if label.left { (-6.0, "end") } else { (6.0, "start") };
    let text = part(move || {
        if label.stays || lit.get() {
            view! { <text x=x + away y=y + 4.0 text-anchor=anchor class:lit=lit>{title.clone()}</text> }.into_any()
        } else {
            ().into_any()
        }
    });
    view! {
        <g class="point" class:lit=lit on:pointerenter=enter on:pointerleave=leave on:click=pick>
            <circle cx=x cy=y r="4"></circle><circle class="near" cx=x cy=y r="11"><title>{words}</title></circle>{text}
        </g>
    }
    .into_any()
}

pub fn chart(store: Store, settings: UrlState<Settings>, Cost { id, title, of }: Cost) -> AnyView {
    let [width, height] = SIZE;
    let body = move || {
        let plot = store.zoo.with(|zoo| plot(zoo, of));
        let bottom = height - MARGIN[3];
        let short = |v: f64| if v >= 1000.0 { format!("{:.0} 000", v / 1000.0) } else { v.to_string() };
        let across = plot.across.into_iter().map(|(v, x)| view! { <line x1=x x2=x y1=bottom y2=bottom + 4.0></line><text class="tick" x=x y=bottom + 16.0 text-anchor="middle">{short(v)}</text> });
        let up = plot.up.into_iter().map(|(v, y)| view! { <line x1=MARGIN[0] x2=width - MARGIN[2] y1=y y2=y></line><text class="tick" x=MARGIN[0] - 6.0 y=y + 4.0 text-anchor="end">{v.to_string()}</text> });
        let points = plot.points.into_iter().map(|p| point(store, settings, p, title)).collect_view();
        view! {
            <svg viewBox=format!("0 0 {width} {height}") aria-hidden="true">
                {across.collect_view()}{up.collect_view()}
                <text class="tick" x=width - MARGIN[2] y=height - 3.0 text-anchor="end">{format!("{title}, millions")}</text>
                {points}
            </svg>
        }
        .into_any()
    };
    let count =
        text(move || store.zoo.with(|zoo| format!("{} networks; the table below has the same numbers.", plot(zoo, of).points.len())));
    view! {
        <div class="plot" id=id role="group" aria-label=format!("Top-1 accuracy against {title}")>
            <p class="title">{format!("Top-1 accuracy, %, against {title}")}</p>
            {part(body)}
            <p class="visually-hidden">{count}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::controls::entry;
    use super::*;

    #[test]
    fn better_is_higher_and_larger_is_farther_right() {
        let zoo = [entry("small", 1_000_000, Some(60.0)), entry("large", 50_000_000, Some(80.0)), entry("unknown", 9, None)];
        let plot = plot(&zoo, |e| e.answering() as f64 / 1e6);
        let [large, small] = &plot.points[..] else { panic!("two points, found {:?}", plot.points) };
        assert_eq!((large.name.as_str(), small.label.stays), ("large", true));
        assert!(large.at[0] > small.at[0] && large.at[1] < small.at[1]);
        assert!(plot.across.iter().any(|(v, _)| *v == 10.0) && plot.up.iter().any(|(v, _)| *v == 75.0));
        assert_eq!(super::plot(&[], |_| 1.0), Plot::default());
    }
}
