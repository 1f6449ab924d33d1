//! The formula of the cell that is looked at: in symbols, in the numbers of its place, and product by product.
use super::{
    edits::place,
    settings::{Operation, Settings},
    stack::running,
    state::{Desk, Sum},
    terms::{Factor, Part, Spot, Subject, Term},
};
use crate::site::widgets::number::{factor, number};
use leptos::prelude::*;

/// A piece of a formula, and the part of the desk it names.
type Piece = (String, Option<&'static str>);

/// Products written out at most; the others are counted.
const WRITTEN: usize = 64;

/// Indices of a place: letters, or the numbers at hand.
struct Names {
    flat: bool,
    numbers: Option<Vec<usize>>,
}

impl Names {
    fn name(&self, at: usize, letter: &str) -> String {
        self.numbers.as_ref().and_then(|numbers| numbers.get(at)).map_or_else(|| letter.to_string(), usize::to_string)
    }
    /// Letters or numbers of the axes of space, of which the first is left out in one dimension.
    fn space(&self, from: usize, letters: [&str; 2]) -> Vec<String> {
        let both = [self.name(from, letters[0]), self.name(from + 1, letters[1])];
        both.into_iter().skip(usize::from(self.flat)).collect()
    }
}

/// `i·s + u·d − p` with the numbers of the settings.
fn walk(settings: &Settings, axis: usize, place: &str, tap: &str) -> String {
    let [before, _] = settings.borders()[axis];
    let times = |name: &str, by: usize| if by == 1 { name.to_string() } else { format!("{name}·{by}") };
    let less = if before > 0 { format!(" − {before}") } else { String::new() };
    format!("{} + {}{less}", times(place, settings.stride[axis]), times(tap, settings.dilation[axis]))
}

fn list(indices: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", indices.into_iter().collect::<Vec<_>>().join(", "))
}

/// The definition of the target, in letters or for one place.
fn pieces(settings: &Settings, part: Part, at: Option<Vec<usize>>) -> Vec<Piece> {
    let flat = settings.dims == 1;
    let names = Names { flat, numbers: at };
    let axes: Vec<usize> = (usize::from(flat)..2).collect();
    let letters = |letters: [&str; 2]| letters.into_iter().skip(usize::from(flat)).map(String::from).collect::<Vec<_>>();
    let mut all: Vec<Piece> = vec![];
    let say = |all: &mut Vec<Piece>, text: &str| all.push((text.into(), None));
    let cell = |all: &mut Vec<Piece>, name: &str, key: &'static str, indices: Vec<String>| {
        all.push((format!("{name}{}", list(indices)), Some(key)))
    };
    let over = |letters: &[String]| letters.iter().map(|letter| format!("Σ{letter} ")).collect::<String>();
    let joined = |first: String, rest: Vec<String>| std::iter::once(first).chain(rest).collect::<Vec<_>>();
    let (taps, spots) = (letters(["u", "v"]), letters(["i", "j"]));
    let tap = |axis: usize| ["u", "v"][axis];
    let walked =
        |places: &[String]| axes.iter().zip(places).map(|(axis, place)| walk(settings, *axis, place, tap(*axis))).collect::<Vec<_>>();
    let laid: Vec<String> = match settings.flip {
        true => axes.iter().map(|axis| format!("{} − {}", settings.kernel[*axis] - 1, tap(*axis))).collect(),
        false => taps.clone(),
    };
    let kernel = |out: String, channel: String, taps: Vec<String>| {
        let [first, second] = if settings.op == Operation::Transposed { [channel, out] } else { [out, channel] };
        joined(first, joined(second, taps))
    };
    let transposed = settings.op == Operation::Transposed;
    match (part, settings.op.has_weights()) {
        (Part::Output, true) => {
            let (out, spot) = (names.name(0, "o"), names.space(1, ["i", "j"]));
            cell(&mut all, "y", "output", joined(out.clone(), spot.clone()));
            say(&mut all, " = ");
            if settings.bias {
                cell(&mut all, "b", "bias", vec![out.clone()]);
                say(&mut all, " + ");
            }
            say(&mut all, &format!("Σc {}", over(&taps)));
            if transposed {
                let from = letters(["y", "x"]);
                cell(&mut all, "x", "input", joined("c".into(), from.clone()));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel(out, "c".into(), taps.clone()));
                say(&mut all, &format!("   where {}", conditions(&walked(&from), &spot)));
            } else {
                cell(&mut all, "x", "input", joined("c".into(), walked(&spot)));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel(out, "c".into(), laid));
            }
        }
        (Part::InputGrad, true) => {
            let (channel, spot) = (names.name(0, "c"), names.space(1, ["y", "x"]));
            cell(&mut all, "dx", "input-grad", joined(channel.clone(), spot.clone()));
            say(&mut all, &format!(" = Σo {}", over(&taps)));
            if transposed {
                cell(&mut all, "dy", "upstream", joined("o".into(), walked(&spot)));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel("o".into(), channel, taps.clone()));
            } else {
                cell(&mut all, "dy", "upstream", joined("o".into(), spots.clone()));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel("o".into(), channel, laid));
                say(&mut all, &format!("   where {}", conditions(&walked(&spots), &spot)));
            }
        }
        (Part::KernelGrad, _) => {
            let (first, second, spot) = (
                names.name(0, if transposed { "c" } else { "o" }),
                names.name(1, if transposed { "o" } else { "c" }),
                names.space(2, ["u", "v"]),
            );
            cell(&mut all, "dk", "kernel-grad", joined(first.clone(), joined(second.clone(), spot)));
            say(&mut all, &format!(" = {}", over(&spots)));
            let [out, channel] = if transposed { [second, first] } else { [first, second] };
            let [plain, moved] = if transposed {
                [("x", "input", channel), ("dy", "upstream", out)]
            } else {
                [("dy", "upstream", out), ("x", "input", channel)]
            };
            cell(&mut all, plain.0, plain.1, joined(plain.2, spots.clone()));
            say(&mut all, " · ");
            cell(&mut all, moved.0, moved.1, joined(moved.2, walked(&spots)));
        }
        (Part::BiasGrad, _) => {
            cell(&mut all, "db", "bias-grad", vec![names.name(0, "o")]);
            say(&mut all, &format!(" = {}", over(&spots)));
            cell(&mut all, "dy", "upstream", joined(names.name(0, "o"), spots.clone()));
        }
        (Part::InputGrad, false) => {
            cell(&mut all, "dx", "input-grad", joined(names.name(0, "c"), names.space(1, ["y", "x"])));
            say(&mut all, if settings.op.takes_the_largest() { " = the sum of every " } else { " = the sum of every share of " });
            cell(&mut all, "dy", "upstream", joined(names.name(0, "c"), spots.clone()));
            say(&mut all, if settings.op.takes_the_largest() { " whose window it won" } else { " whose window it lies in" });
        }
        (_, _) => {
            let (channel, spot) = (names.name(0, "c"), names.space(1, ["i", "j"]));
            cell(&mut all, "y", "output", joined(channel.clone(), spot.clone()));
            let sign = if settings.op.takes_the_largest() { " = the largest of " } else { " = the mean of " };
            say(&mut all, sign);
            let read = if settings.op.is_adaptive() { taps.clone() } else { walked(&spot) };
            cell(&mut all, "x", "input", joined(channel, read));
            say(&mut all, " under the window");
        }
    }
    all
}

fn conditions(walked: &[String], spot: &[String]) -> String {
    walked.iter().zip(spot).map(|(left, right)| format!("{left} = {right}")).collect::<Vec<_>>().join(", ")
}

/// As plain text, for whoever copies it.
pub fn plain(settings: &Settings, part: Part) -> String {
    pieces(settings, part, None).into_iter().map(|(text, _)| text).collect()
}

fn written(desk: Desk, pieces: Vec<Piece>) -> AnyView {
    let piece = |(text, key): Piece| match key {
        None => view! { <span>{text}</span> }.into_any(),
        Some(key) => view! {
            <span
                class="symbol"
                data-part=key
                class:lit-part=move || desk.symbol.get() == Some(key)
                on:pointerenter=move |_| desk.symbol.set(Some(key))
                on:pointerleave=move |_| desk.symbol.set(None)
            >
                {text}
            </span>
        }
        .into_any(),
    };
    pieces.into_iter().map(piece).collect_view().into_any()
}

/// A cell by its name and place: `x[0, 1, 2]`; in one dimension without its row.
pub fn name_of(settings: &Settings, spot: Spot) -> String {
    let shape = spot.part.shape(settings);
    let at = place(&shape, spot.index);
    let row = shape.len().checked_sub(2).filter(|_| settings.dims == 1 && shape.len() > 1);
    let shown = at.iter().enumerate().filter(|(axis, _)| Some(*axis) != row).map(|(_, at)| at.to_string());
    format!("{}{}", spot.part.letter(), list(shown))
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
            on:pointerenter=move |_| desk.term.set(Some(at))
            on:pointerleave=move |_| desk.term.set(None)
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
    let near = sum.now().unwrap_or(0);
    let mut rows = vec![];
    let mut start = 0;
    let mut left = WRITTEN;
    for &end in &sum.moments.channels {
        if start >= done {
            break;
        }
        let until = end.min(done);
        let total: f32 = sum.terms[start..until].iter().map(Term::product).sum();
        let channel = sum.terms[start].channel;
        // Long sums are written from the product at hand on.
        let from = if until - start > left && near > start { near.saturating_sub(left / 2).max(start) } else { start };
        let to = until.min(from + left);
        left -= (to - from).min(left);
        let skipped = (until - start) - (to - from);
        let terms = (from..to).map(|at| product(desk, at, &sum.terms[at], sum)).collect_view();
        let label = (sum.moments.sums_channels() && sum.target.part != Part::KernelGrad).then(|| format!("{across} {channel}: "));
        let open = if largest { "max of " } else { "" };
        let more = (skipped > 0).then(|| format!(" + … {skipped} more"));
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

/// What is happening, in one sentence: for those who listen.
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

/// What the pointer or a pin is on, if that is not the sum itself.
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
    let noted = Memo::new(move |_| desk.numbers(|subject| remark(desk, subject)));
    view! {
        <div class="formula">
            <p class="symbols">{symbols}</p>
            <p class="symbols here">{here}</p>
            <div class="sum">{sum}</div>
            <p class="total"><span>{name} " = "</span><strong data-control="value" data-value=move || value.get()>{move || number(value.get(), 3)}</strong></p>
            <p class="visually-hidden" aria-live=move || if desk.playing.get() { "off" } else { "polite" }>{move || said.get()}</p>
            <p class="remark">{move || noted.get().or(said.get())}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, settings::from_query},
        *,
    };

    fn text(query: &str) -> String {
        let settings = from_query(query);
        plain(&settings, settings.target_part())
    }

    #[test]
    fn formulas_say_what_is_set() {
        assert_eq!(text(""), "y[o, i, j] = b[o] + Σc Σu Σv x[c, i + u, j + v] · k[o, c, u, v]");
        assert_eq!(text("dims=1&input=1x8&kernel=1x3&stride=1x2&padding=0x1&bias=false"), "y[o, j] = Σc Σv x[c, j·2 + v − 1] · k[o, c, v]");
        assert_eq!(text("flip=true&bias=false&kernel=2"), "y[o, i, j] = Σc Σu Σv x[c, i + u, j + v] · k[o, c, 1 − u, 1 − v]");
        assert_eq!(
            text("tab=backward&stride=2&bias=false"),
            "dx[c, y, x] = Σo Σu Σv dy[o, i, j] · k[o, c, u, v]   where i·2 + u = y, j·2 + v = x"
        );
        assert_eq!(text("op=transposed&tab=backward&wrt=kernel"), "dk[c, o, u, v] = Σi Σj x[c, i, j] · dy[o, i + u, j + v]");
        assert_eq!(text("op=max-pool&kernel=2&stride=2"), "y[c, i, j] = the largest of x[c, i·2 + u, j·2 + v] under the window");
    }

    #[test]
    fn a_place_has_its_numbers() {
        let settings = from_query("padding=1");
        let here: String = pieces(&settings, Part::Output, Some(vec![1, 2, 3])).into_iter().map(|(text, _)| text).collect();
        assert_eq!(here, "y[1, 2, 3] = b[1] + Σc Σu Σv x[c, 2 + u − 1, 3 + v − 1] · k[1, c, u, v]");
    }

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
