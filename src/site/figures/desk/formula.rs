//! The formula of the chosen cell: in symbols, with the numbers of its place, and product by product.
use super::{
    edits::place,
    stack::running,
    state::{Desk, Sum},
    symbols::{Piece, name_of, pieces},
    terms::{Factor, Part, Subject, Term},
};
use crate::site::widgets::erased;
use crate::site::widgets::number::{factor, number};
use leptos::prelude::*;

/// The largest number of products that are written out. The others are counted.
const WRITTEN: usize = 64;

fn written(desk: Desk, pieces: Vec<Piece>) -> AnyView {
    // The indices of a sum stand below its sign.
    let sums = |text: String| {
        let mut parts = text.split('Σ');
        let first = parts.next().unwrap_or_default().to_string();
        let sum = |part: &str| {
            let (over, rest) = part.split_at(part.char_indices().nth(1).map_or(part.len(), |(at, _)| at));
            view! { "Σ" <sub>{over.to_string()}</sub> {rest.to_string()} }
        };
        view! { <span>{first} {parts.map(sum).collect_view()}</span> }.into_any()
    };
    let piece = |(text, key): Piece| match key {
        None => sums(text),
        Some(key) => view! {
            <span
                class="symbol"
                data-part=key
                class:lit-part=erased::flag(move || desk.symbol.get() == Some(key))
                on:pointerenter=erased::on_event(move |_: web_sys::PointerEvent| desk.symbol.set(Some(key)))
                on:pointerleave=erased::on_event(move |_: web_sys::PointerEvent| desk.symbol.set(None))
            >
                {text}
            </span>
        }
        .into_any(),
    };
    pieces.into_iter().map(piece).collect_view().into_any()
}

fn product(desk: Desk, at: usize, term: &Term, sum: &Sum) -> AnyView {
    let first = at == 0 || sum.moments.channels.contains(&at);
    let text = format!("{}\u{202f}·\u{202f}{}", factor(term.left.value), factor(term.right.value));
    let value = term.product();
    let named = |factor: &Factor| factor.spot;
    let (left, right) = (named(&term.left), named(&term.right));
    let lit = move || {
        let spot = desk.pointed.get().or(desk.pinned.get());
        desk.term.get() == Some(at) || spot.is_some() && (spot == left || spot == right)
    };
    view! {
        {if first { "" } else { " + " }}
        <span
            class="term"
            class:nothing=value == 0.0
            class:now=sum.now() == Some(at)
            class:lit=lit
            title=format!("= {}", number(value, 3))
            on:pointerenter=erased::on_event(move |_: web_sys::PointerEvent| desk.term.set(Some(at)))
            on:pointerleave=erased::on_event(move |_: web_sys::PointerEvent| desk.term.set(None))
        >
            {text}
        </span>
    }
    .into_any()
}

/// The lines of the sum: one for each channel, then the sum over them, then the bias.
fn lines(desk: Desk, subject: &Subject, sum: &Sum) -> AnyView {
    let settings = &subject.settings;
    let done = sum.products();
    let largest = settings.op.takes_the_largest() && sum.target.part == Part::Output;
    let across = match sum.target.part {
        Part::InputGrad => "o",
        _ => "c",
    };
    // The present product, or the channel in front.
    let front = desk.channels.get();
    let near = sum.now().or(sum.terms.iter().position(|term| term.link.channels == front)).unwrap_or(0);
    let all = sum.terms.len() <= WRITTEN;
    let mut rows = vec![];
    let mut start = 0;
    for &end in &sum.moments.channels {
        if start >= done {
            break;
        }
        let until = end.min(done);
        let total: f32 = sum.terms[start..until].iter().map(Term::product).sum();
        let channel = sum.terms[start].channel;
        // For a long sum only the present channel is written out, and only the products around the present one.
        let here = (start..end).contains(&near);
        let from =
            if until - start > WRITTEN && (start..until).contains(&near) { near.saturating_sub(WRITTEN / 2).max(start) } else { start };
        let to = if all || here { until.min(from + WRITTEN) } else { from };
        let skipped = (until - start) - (to - from);
        let terms = (from..to).map(|at| product(desk, at, &sum.terms[at], sum)).collect_view();
        let label = (sum.moments.sums_channels() && sum.target.part != Part::KernelGrad).then(|| format!("{across} {channel}: "));
        let open = if largest { "max of " } else { "" };
        let more = match (skipped, to > from) {
            (0, _) => None,
            (_, true) => Some(format!(" + … {skipped} more")),
            (_, false) => Some(format!("{skipped} products")),
        };
        let result = if until < end { format!(" = {} so far", number(total, 3)) } else { format!(" = {}", number(total, 3)) };
        rows.push(
            view! { <p class="line"><span class="where">{label}{open}</span>{terms}{more}<span class="result">{result}</span></p> }
                .into_any(),
        );
        start = end;
    }
    if sum.moments.sums_channels() && sum.done > sum.moments.products() {
        let mut start = 0;
        let parts: Vec<String> = sum
            .moments
            .channels
            .iter()
            .map(|&end| {
                let total: f32 = sum.terms[start..end].iter().map(Term::product).sum();
                start = end;
                factor(total)
            })
            .collect();
        let total: f32 = sum.terms.iter().map(Term::product).sum();
        let text = format!("{} = {}", parts.join(" + "), number(total, 3));
        rows.push(view! { <p class="line"><span class="where">"over the channels: "</span>{text}</p> }.into_any());
    }
    if let Some(bias) = subject.bias_of(sum.target).filter(|_| sum.is_whole()) {
        let products: f32 = sum.terms.iter().map(Term::product).sum();
        let text = format!("{} + {} = {}", number(products, 3), factor(bias.value), number(products + bias.value, 3));
        rows.push(view! { <p class="line"><span class="where">"with the bias: "</span>{text}</p> }.into_any());
    }
    rows.into_iter().collect_view().into_any()
}

/// One sentence about what is happening, for screen readers.
fn sentence(subject: &Subject, sum: &Sum) -> String {
    let name = name_of(&subject.settings, sum.target);
    let so_far = running(subject, sum);
    match sum.now().and_then(|at| sum.terms.get(at).map(|term| (at, term))) {
        Some((at, term)) => format!(
            "{name}: product {} of {}, {} times {} is {}; the sum so far is {}.",
            at + 1,
            sum.terms.len(),
            number(term.left.value, 3),
            number(term.right.value, 3),
            number(term.product(), 3),
            number(so_far, 3)
        ),
        None if !sum.is_whole() => format!("{name}: the sum over the channels is {}; the bias comes next.", number(so_far, 3)),
        None if sum.terms.is_empty() => format!("{name} is 0: nothing reads this cell."),
        None => format!("{name} is {}.", number(subject.value(sum.target).unwrap_or(so_far), 3)),
    }
}

/// What the pointer or a pin is on, unless it is the sum itself.
fn remark(desk: Desk, subject: &Subject) -> Option<String> {
    let spot = desk.pointed.get().or(desk.pinned.get())?;
    let settings = &subject.settings;
    let lit = |role| desk.lit.with(|lit| lit.count(role));
    let cells = |count: usize| if count == 1 { "1 cell".to_string() } else { format!("{count} cells") };
    use super::geometry::Role;
    let value = number(subject.value(spot)?, 3);
    let name = name_of(settings, spot);
    (spot.part != settings.target_part()).then(|| match spot.part.role() {
        Role::Input if lit(Role::Output) == 0 => format!("{name} = {value}: no cell of the output reads it."),
        Role::Input => format!("{name} = {value} is read by {} of the output.", cells(lit(Role::Output))),
        Role::Kernel => format!(
            "{name} = {value} serves {} of the output and meets {} of the input.",
            cells(lit(Role::Output)),
            cells(lit(Role::Input))
        ),
        Role::Bias => format!("{name} = {value} is added to all {} of output channel {}.", cells(lit(Role::Output)), spot.index),
        Role::Output => {
            format!("{name} = {value} belongs to {} of the input and {} of the kernel.", cells(lit(Role::Input)), cells(lit(Role::Kernel)))
        }
    })
}

/// Formula, numbers and sentence.
pub fn panel(desk: Desk) -> AnyView {
    let part = Memo::new(move |_| desk.read(|s| s.target_part()));
    let symbols = move || {
        let part = part.get();
        desk.numbers(|subject| Some(pieces(&subject.settings, part, None))).map(|pieces| written(desk, pieces))
    };
    let here = move || {
        let target = desk.sum.with(|sum| sum.as_ref().map(|sum| sum.target))?;
        desk.numbers(|subject| {
            Some(pieces(&subject.settings, target.part, Some(place(&target.part.shape(&subject.settings), target.index))))
        })
        .map(|pieces| written(desk, pieces))
    };
    let sum = move || desk.sum.with(|sum| sum.as_ref().and_then(|sum| desk.numbers(|subject| Some(lines(desk, subject, sum)))));
    let value = Memo::new(move |_| desk.sum.with(|sum| sum.as_ref().map_or(0.0, |sum| desk.numbers(|subject| running(subject, sum)))));
    let name = move || desk.sum.with(|sum| sum.as_ref().map(|sum| desk.numbers(|subject| name_of(&subject.settings, sum.target))));
    let said = Memo::new(move |_| desk.sum.with(|sum| sum.as_ref().map(|sum| desk.numbers(|subject| sentence(subject, sum)))));
    let under_way = Memo::new(move |_| desk.sum.with(|sum| sum.as_ref().is_some_and(|sum| !sum.is_whole() || sum.terms.is_empty())));
    let noted = Memo::new(move |_| desk.numbers(|subject| remark(desk, subject)));
    view! {
        <div class="formula">
            <p class="symbols">{erased::part(move || symbols().into_any())}</p>
            <p class="symbols here">{erased::part(move || here().into_any())}</p>
            <p class="total"><span>{erased::display(move || name().unwrap_or_default())} " = "</span><strong data-control="value" data-value=erased::display(move || value.get())>{erased::display(move || number(value.get(), 3))}</strong></p>
            <div class="sum">{erased::part(move || sum().into_any())}</div>
            <p class="visually-hidden" aria-live=erased::display(move || if desk.playing.get() { "off" } else { "polite" })>{erased::display(move || (said.get()).unwrap_or_default())}</p>
            <p class="remark">{erased::display(move || (noted.get().or_else(|| said.get().filter(|_| under_way.get()))).unwrap_or_default())}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, settings::from_query, terms::Spot},
        *,
    };

    #[test]
    fn the_sentence_follows_the_sum() {
        let query = "channels=1&out=1&bias=false&input=3&kernel=2&picture=counting&weights=counting";
        let subject = subject(&from_query(query)).unwrap();
        let target = Spot { part: Part::Output, index: 0 };
        let moments = super::super::timeline::Moments::of(&subject.settings, &subject.geometry, target);
        let sum = |done| Sum { target, terms: subject.terms(target), moments: moments.clone(), done };
        assert_eq!(sentence(&subject, &sum(2)), "y[0, 0, 0]: product 2 of 4, 1 times 1 is 1; the sum so far is 1.");
        assert_eq!(sentence(&subject, &sum(4)), "y[0, 0, 0] is 19.");
    }
}
