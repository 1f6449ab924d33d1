//! Learned kernels: components of the picture's patches, and a kernel that is learned from a pair of pictures.
use super::{
    controls::control,
    ids::id,
    source,
    table::{Table, Taught},
};
use crate::{
    site::widgets::{
        chart::{Chart, Line, Range},
        erased::{flag, on_click, on_event, part, text},
        number::number,
        sheets::{Palette, SheetView, Sheets},
    },
    vision::{
        Plane,
        kernels::{self, Gabor, radians},
    },
    workbench::protocol::vision::{Ask, Target},
};
use leptos::{ev, html, prelude::*};

/// The numbers of rows and columns of kernels that are learned from patches.
const SIDE: usize = 9;

/// Hand-made kernels of the same size and length 1, for comparison with the learned ones.
fn hand_made() -> Vec<Plane> {
    let gabor = |theta: f32, psi: f32| {
        kernels::gabor(SIDE, SIDE, Gabor { theta: radians(theta), lambda: 5.0, sigma: 2.0, gamma: 0.7, psi: radians(psi) })
    };
    let mut all = vec![
        kernels::sobel_x(3).within(SIDE, SIDE),
        kernels::sobel_y(3).within(SIDE, SIDE),
        kernels::laplace(3).within(SIDE, SIDE),
        kernels::gaussian(SIDE, 1.4),
        kernels::balanced_laplacian_of_gaussian(SIDE, 1.2),
        kernels::difference_of_gaussians(SIDE, 0.8, 1.6),
        kernels::sobel_x(SIDE),
        kernels::sobel_y(SIDE),
    ];
    all.extend((0..8).map(|i| gabor(f32::from(i as u8 / 2) * 45.0, if i % 2 == 0 { 0.0 } else { 90.0 })));
    let unit = |kernel: Plane| {
        let length = kernel.values.iter().map(|w| w * w).sum::<f32>().sqrt();
        kernel.map(|w| w / length)
    };
    all.into_iter().map(unit).collect()
}

fn sheets(side: usize, values: Vec<f32>) -> Sheets {
    Sheets { sheets: values.len() / (side * side).max(1), height: side, width: side, values }
}

/// Puts the kernel with this number onto the bench.
fn onto_the_bench(table: Table, from: Signal<Sheets>) -> Callback<usize> {
    Callback::new(move |number: usize| {
        let kernel = from.with_untracked(|sheets| {
            let area = sheets.height * sheets.width;
            sheets.values.get(number * area..(number + 1) * area).map(|values| Plane {
                height: sheets.height,
                width: sheets.width,
                values: values.to_vec(),
            })
        });
        if let Some(kernel) = kernel {
            table.settings.commit(|s| s.set_kernel(&kernel));
        }
    })
}

/// Kernels with a title. A click puts one onto the bench. A sentence while there are none.
fn gallery(table: Table, name: &'static str, shape: Signal<String>, kernels: Signal<Sheets>, cell: f32, none: &'static str) -> AnyView {
    let any = Memo::new(move |_| kernels.with(|k| k.sheets > 0));
    let label = Signal::stored(format!("{name}kernels: a click or Enter puts one onto the bench"));
    let shown = move || match any.get() {
        true => view! { <SheetView sheets=kernels palette=Palette::Weight label cell choose=onto_the_bench(table, kernels) /> }.into_any(),
        false => view! { <p class="note">{none}</p> }.into_any(),
    };
    view! { <div class="sheet"><p class="name">{name} <span class="shape">{shape}</span></p>{part(shown)}</div> }.into_any()
}

/// A button that starts, and stops while it runs.
fn switch(table: Table, own: &'static str, running: Signal<bool>, name: &'static str, start: fn(Table)) -> AnyView {
    let pressed = move || if running.get_untracked() { table.ask(Ask::Stop) } else { start(table) };
    view! { <button id=id(own) class="main" type="button" on:click=on_click(pressed)>{text(move || if running.get() { "Stop" } else { name }.into())}</button> }.into_any()
}

pub fn components(table: Table) -> AnyView {
    let made = Signal::stored(sheets(SIDE, hand_made().into_iter().flat_map(|k| k.values).collect()));
    let found = Signal::derive(move || table.found.with(|f| sheets(f.side.max(1), f.kernels.clone())));
    let start = |table: Table| {
        table.ask(table.settings.with_untracked(|s| s.components(SIDE)));
    };
    let sentence = move || {
        table.found.with(|f| match f.rounds {
            0 => "Nothing is learned yet.".to_string(),
            rounds => format!(
                "{} {rounds} rounds; the kernel that moves most turns by {}°; sparseness (mean excess kurtosis of the answers) {}; they tell apart {} % of the patches' variance.",
                if f.running { "Learning:" } else { "Learned in" },
                number((1.0 - f.change).clamp(-1.0, 1.0).acos().to_degrees(), 2),
                number(f.sparseness, 2),
                number(100.0 * f.kept, 1)
            ),
        })
    };
    let counted = move || found.with(|f| format!("{} × 9 × 9", f.sheets));
    view! {
        <div class="bar">
            {switch(table, "learn", flag(move || table.found.with(|f| f.running)), "Learn from this picture", start)}
            {control(table, "count")}
        </div>
        <p id=id("rounds") data-value=text(move || table.found.with(|f| f.rounds.to_string())) aria-live="polite">{text(sentence)}</p>
        <div class="beside">
            {gallery(table, "Hand-made ", Signal::stored("16 × 9 × 9".into()), made, 7.0, "")}
            {gallery(table, "Learned from the picture ", text(counted), found, 7.0, "They appear here as they form.")}
        </div>
        <p class="note">
            "12 000 patches of 9 × 9 are drawn from the picture, each less its mean; their strongest directions are stretched to equal variance (whitened), and then turned until "
            "the answers are as independent as a rotation can make them: FastICA with tanh (Hyvärinen 1999), after Bell and Sejnowski 1997. Click on a kernel to put it onto the bench."
        </p>
    }
    .into_any()
}

/// Opens the reader's target, if one is needed.
fn open_target(table: Table) -> AnyView {
    let file = NodeRef::<html::Input>::new();
    let opened = move |_: ev::Event| source::take_target(table, file.get_untracked().and_then(|file| file.files()));
    view! {
        <label class="file button" for=id("target-file") hidden=flag(move || table.settings.with(|s| s.target != Target::Own))>
            "Open the target …"
            <input id=id("target-file") node_ref=file class="visually-hidden" type="file" accept="image/*" on:change=on_event(opened) />
        </label>
    }
    .into_any()
}

pub fn lesson(table: Table) -> AnyView {
    let start = |table: Table| {
        let (target, ask) = table.settings.with_untracked(|s| (s.target, s.lesson()));
        let hidden = table.settings.with_untracked(|s| if s.flip { s.plane().turned() } else { s.plane() });
        let mut buffers = vec![bytemuck::cast_slice(&hidden.values).to_vec()];
        if target == Target::Own {
            match source::target(table) {
                Ok(pixels) => buffers.push(pixels),
                Err(why) => return table.message.set(Some(why)),
            }
        }
        table.message.set(None);
        table.taught.set(Taught { running: true, hidden: (target == Target::Kernel).then(|| hidden.clone()), ..Taught::default() });
        table.send(ask, buffers);
    };
    let kernel = Signal::derive(move || table.taught.with(|t| sheets(t.size.max(1), t.kernel.clone())));
    let lines = Signal::derive(move || {
        table.taught.with(|t| vec![Line { name: "error".into(), colour: "--accent", noisy: true, points: t.losses.clone() }])
    });
    let error = move || {
        table.taught.with(|t| {
            let recent = &t.losses[t.losses.len().saturating_sub(50)..];
            recent.iter().map(|(_, loss)| loss).sum::<f64>() / recent.len().max(1) as f64
        })
    };
    let sentence = move || {
        table.taught.with(|t| {
            if t.steps == 0 {
                return "Nothing is taught yet.".to_string();
            }
            let off = t.hidden.as_ref().filter(|hidden| hidden.values.len() == t.kernel.len()).map(|hidden| {
                let off = hidden.values.iter().zip(&t.kernel).fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
                format!(" No weight is further than {} from the hidden one.", number(off, 3))
            });
            format!(
                "{} steps of Adam: {} % of the target's variance is not explained.{}",
                t.steps,
                number(100.0 * error() as f32, 3),
                off.unwrap_or_default()
            )
        })
    };
    let size = move || table.taught.with(|t| format!("{0} × {0}", t.size));
    view! {
        <div class="bar">
            {switch(table, "teach", flag(move || table.taught.with(|t| t.running)), "Teach a kernel", start)}
            {control(table, "target")}
            {open_target(table)}
            {control(table, "rate")}
        </div>
        {part(move || table.message.get().map(|message| view! { <p class="message error">{message}</p> }).into_any())}
        <p id=id("taught") data-value=text(move || if table.taught.with(|t| t.losses.is_empty()) { String::new() } else { error().to_string() }) aria-live="polite">{text(sentence)}</p>
        <div class="beside">
            {gallery(table, "Learned ", text(size), kernel, 18.0, "It starts from noise, as large as the kernel on the bench.")}
            <Chart id=id("error") title="Error" lines range=Range::FromZero />
        </div>
        <p class="note">
            "The engine runs the kernel forward on crops of the picture, takes the mean squared difference to the target, follows the tape back to the weights, and lets Adam step. "
            "A median or a gradient's size is no weighted sum: whatever is learned, some error stays. A target of your own is any picture of the same size: the same photo after a filter of another program, say."
        </p>
    }
    .into_any()
}
