//! The stage: the sheets of the present computation, from the inputs to the result.
use super::{
    following::Next,
    geometry::Role,
    products::{maps, products, share},
    settings::{Settings, Tab, Wrt},
    sheets,
    stack::{Which, sheet, stack},
    state::Desk,
    terms::Part,
};
use crate::site::widgets::erased;
use leptos::prelude::*;

/// A stack with the sign before it, which stay on one line.
fn after(sign: &'static str, stack: AnyView) -> AnyView {
    view! { <div class="joined"><span class="sign" aria-hidden="true">{sign}</span>{stack}</div> }.into_any()
}

/// All channels of the input or of the output.
fn channels(desk: Desk, role: Role) -> Memo<Vec<usize>> {
    Memo::new(move |_| desk.read(|s| (0..if role == Role::Input { s.channels } else { s.out }).collect()))
}

/// A remark on a sheet that contains a stride's zeros.
fn zeros(desk: Desk, part: Part) -> Signal<String> {
    let spread = move || desk.read(|s| sheets::lying(s, part) == sheets::Lying::Spread && s.stride.0 != [1, 1]);
    Signal::derive(move || if spread() { "with the stride's zeros".into() } else { String::new() })
}

fn input(desk: Desk, part: Part) -> AnyView {
    stack(desk, part, Signal::stored(part.name().to_string()), zeros(desk, part), Role::Input, channels(desk, Role::Input))
}

fn output(desk: Desk, part: Part) -> AnyView {
    stack(desk, part, Signal::stored(part.name().to_string()), zeros(desk, part), Role::Output, channels(desk, Role::Output))
}

/// The kernels that the target's sum uses: of one output channel, or backwards of one input channel.
fn kernel(desk: Desk, part: Part) -> AnyView {
    let back = move || desk.read(|s| s.tab == Tab::Backward && s.wrt == Wrt::Input);
    let role = if desk.settings.with_untracked(|s| s.tab == Tab::Backward && s.wrt == Wrt::Input) { Role::Output } else { Role::Input };
    let all = Memo::new(move |_| {
        let [channel, out] = desk.channels.get();
        desk.numbers(|subject| {
            if role == Role::Output { subject.geometry.feeds(channel).collect() } else { subject.geometry.reads(out).collect::<Vec<_>>() }
        })
    });
    let name = Signal::derive(move || {
        let turned = if part == Part::Kernel && desk.read(sheets::turned) { ", turned" } else { "" };
        format!("{}{turned}", part.name())
    });
    let more = Signal::derive(move || {
        let [channel, out] = desk.channels.get();
        if back() { format!("from channel {channel}") } else { format!("for output {out}") }
    });
    stack(desk, part, name, more, role, all)
}

fn bias(desk: Desk, part: Part) -> AnyView {
    let which = Memo::new(move |_| Which { part, channels: desk.channels.get() });
    view! {
        <section role="group" class="sheet stack" data-part=part.key() aria-label=part.name() hidden=erased::flag(move || desk.read(|s| !s.bias)) class:lit-part=erased::flag(move || desk.symbol.get() == Some(part.key()))>
            <p class="name">{part.name()} <span class="shape">{erased::display(move || desk.read(|s| s.out.to_string()))}</span></p>
            <div class="chips" hidden></div>
            <div class="inside">{sheet(desk, which)}</div>
        </section>
    }
    .into_any()
}

/// The size of cells, so that the whole computation fits in one row if there is room: the number of cells across it.
pub fn size(settings: &Settings) -> String {
    let ([high, wide], [rows, columns], [kh, kw]) = (settings.input.0, settings.output(), settings.kernel.0);
    let [left, right] = settings.borders()[1];
    let reach = 2 * (settings.reach(1) - 1);
    let spread = |part: Part, cells: usize| match sheets::lying(settings, part) {
        sheets::Lying::Spread => (cells - 1) * settings.stride[1] + 1 + reach,
        sheets::Lying::Padded => cells + left + right,
        sheets::Lying::Plain => cells,
    };
    let (input, upstream) = (spread(Part::Input, wide), spread(Part::Upstream, columns));
    // A name is as wide as three cells.
    let (kw, columns) = (kw.max(3), columns.max(3));
    // The content of the first row if there is only room for a part of the computation, and the whole.
    let (first, across) = match (settings.tab, settings.wrt) {
        (Tab::Backward, Wrt::Kernel) => (input + columns, input + 2 * columns + kw),
        (Tab::Backward, Wrt::Bias) => (columns + 1, columns + 4),
        (Tab::Backward, Wrt::Input) if settings.op.has_weights() => (upstream + 2 * kw, upstream + 2 * kw + wide),
        (Tab::Backward, Wrt::Input) => (input + columns, input + 2 * columns + wide),
        _ => (input + 2 * kw, input + 2 * kw + columns * (1 + usize::from(settings.group()[0] > 1)) + 2),
    };
    let several = [settings.channels, settings.out].into_iter().max().unwrap_or(1);
    // Sheets side by side need a row of their own.
    let across = if settings.spread { across.max(several * wide.max(kw)) } else { across };
    format!("--across:{across};--first:{first};--widest:{}", input.max(upstream).max(high).max(rows).max(kh))
}

pub fn forward(desk: Desk) -> AnyView {
    let weights = Memo::new(move |_| desk.read(|s| s.op.has_weights()));
    let kernels = move || after("∗", if weights.get() { kernel(desk, Part::Kernel) } else { share(desk) });
    view! {
        <div class="stage" style=erased::display(move || desk.read(size))>
            {input(desk, Part::Input)} {erased::part(kernels)} {after("→", products(desk))} {maps(desk)} {bias(desk, Part::Bias)} {after("=", output(desk, Part::Output))}
        </div>
    }
    .into_any()
}

pub fn backward(desk: Desk) -> AnyView {
    let wrt = Memo::new(move |_| desk.read(|s| (s.wrt, s.op.has_weights())));
    let stage = move || match wrt.get() {
        (Wrt::Input, true) => vec![
            output(desk, Part::Upstream),
            after("∗", kernel(desk, Part::Kernel)),
            after("→", products(desk)),
            after("=", input(desk, Part::InputGrad)),
            aside(desk, Part::Input),
        ],
        (Wrt::Input, false) => {
            vec![
                input(desk, Part::Input),
                output(desk, Part::Output),
                output(desk, Part::Upstream),
                after("→", input(desk, Part::InputGrad)),
            ]
        }
        (Wrt::Kernel, _) => vec![
            input(desk, Part::Input),
            after("∗", output(desk, Part::Upstream)),
            after("→", products(desk)),
            after("=", kernel(desk, Part::KernelGrad)),
            aside(desk, Part::Kernel),
        ],
        (Wrt::Bias, _) => {
            vec![output(desk, Part::Upstream), after("→", bias(desk, Part::BiasGrad)), bias(desk, Part::Bias), aside(desk, Part::Output)]
        }
    };
    view! { <div class="stage" style=erased::display(move || desk.read(size))>{erased::part(move || stage().into_any())}</div> }.into_any()
}

/// The tensor whose gradient is shown, for comparison and for writing. If the upstream gradient follows from the output, the output, too.
fn aside(desk: Desk, part: Part) -> AnyView {
    let followed = Memo::new(move |_| desk.read(|s| Next::of(&s.upstream).is_some()));
    let own = match part {
        Part::Input => input(desk, part),
        Part::Kernel => kernel(desk, part),
        _ => ().into_any(),
    };
    let before = move || followed.get().then(|| output(desk, Part::Output)).into_any();
    view! { <div class="aside">{own} {erased::part(before)}</div> }.into_any()
}
