//! The effect of the following operation on the gradient, in words and numbers.
use super::{
    following::{Next, window},
    state::Desk,
    symbols::name_of,
    terms::{Part, Spot, Subject},
};
use crate::site::widgets::{erased, number::number};
use leptos::prelude::*;

/// How the upstream gradient of one cell comes about, with its numbers.
fn sentence(subject: &Subject, next: Next, index: usize) -> String {
    let settings = &subject.settings;
    let [channels, rows, columns] = settings.output_shape();
    let name = |part: Part, index: usize| name_of(settings, Spot { part, index });
    let y = subject.numbers.of(Part::Output);
    let (own, value) =
        (y.get(index).copied().unwrap_or_default(), subject.numbers.of(Part::Upstream).get(index).copied().unwrap_or_default());
    let (dy, at, shown, result) = (name(Part::Upstream, index), name(Part::Output, index), number(own, 3), number(value, 3));
    let place = index % (rows * columns);
    match next {
        Next::Relu if own > 0.0 => format!("{at} = {shown} is above zero: the gradient passes, {dy} = {result}."),
        Next::Relu => format!("{at} = {shown} is not above zero: the ReLU makes 0 of it whatever it is, so {dy} = {result}."),
        Next::MaxPool => {
            let [high, wide] = window(settings);
            let (row, column) = (place / columns / high, place % columns / wide);
            if row >= rows / high || column >= columns / wide {
                return format!("{at} lies in no window, so {dy} = {result}.");
            }
            let won = if value == 0.0 { "is not the first of the largest" } else { "is the largest" };
            format!("{at} = {shown} {won} in its window at row {row}, column {column} of the pool: {dy} = {result}.")
        }
        Next::CrossEntropy => {
            let scores: Vec<f32> = (0..channels).map(|channel| y[channel * rows * columns + place]).collect();
            let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let total: f32 = scores.iter().map(|score| (score - most).exp()).sum();
            let channel = index / (rows * columns);
            let probability = number((own - most).exp() / total, 4);
            let less = if channel == 0 { " − 1, for class 0 is right" } else { "" };
            let others = scores.iter().map(|score| format!("e^{}", number(*score, 2))).collect::<Vec<_>>().join(" + ");
            format!("p = e^{} / ({others}) = {probability}; {dy} = {probability}{less} = {}.", number(own, 2), number(value, 4))
        }
    }
}

/// The effect of the following operation on the gradient, for the chosen cell, too.
pub fn panel(desk: Desk) -> AnyView {
    let next = Memo::new(move |_| desk.read(|s| Next::of(&s.upstream)));
    let index = move || {
        let looked_at = desk.pointed.get().or(desk.pinned.get()).filter(|spot| matches!(spot.part, Part::Upstream | Part::Output));
        let of_sum =
            || desk.sum.with(|sum| sum.as_ref().and_then(|sum| sum.terms.get(sum.now().unwrap_or(0)).map(|term| term.link.output)));
        looked_at.map(|spot| spot.index).or_else(of_sum).unwrap_or(0)
    };
    let rule = move || match next.get() {
        None => "",
        Some(Next::Relu) => "A ReLU follows, z = max(y, 0), and L is the sum of all z: dy = 1 where y > 0, and 0 elsewhere.",
        Some(Next::MaxPool) => {
            "Max pooling of 2 follows, and L is the sum of what it keeps: dy = 1 for the largest of each window, and 0 elsewhere."
        }
        Some(Next::CrossEntropy) => {
            "Softmax with cross-entropy follows: at each place the channels of y are scores, p = softmax(y) over them, class 0 is right, and L is the sum of −log p₀: dy = p, less 1 for the right class."
        }
    };
    let own = move || next.get().map(|next| (next, index())).map(|(next, index)| desk.numbers(|subject| sentence(subject, next, index)));
    view! {
        <div class="following" data-control="following" hidden=erased::flag(move || next.get().is_none())>
            <p>{erased::display(rule)}</p>
            <p>{erased::display(move || own().unwrap_or_default())}</p>
        </div>
    }
    .into_any()
}
