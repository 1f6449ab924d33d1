//! The confusion matrix of the last test, whose cells open their digits, and the worst mistakes.
use super::{controls::Settings, state::Judged, store::Store};
use crate::{
    site::{
        url::UrlState,
        widgets::{
            erased::{display, flag, on_click, part, text},
            thumbnail::Thumbnail,
        },
    },
    workbench::protocol::Verdict,
};
use leptos::prelude::*;

const CLASSES: usize = 10;
/// The number of worst mistakes that are shown.
const WORST: usize = 24;

/// A count in the matrix, as a button that opens its digits.
fn cell(store: Store, settings: UrlState<Settings>, label: usize, answer: usize) -> AnyView {
    let count = Memo::new(move |_| store.confusion.with(|matrix| matrix.get(label).and_then(|row| row.get(answer)).copied().unwrap_or(0)));
    // Only mistakes are coloured, since right answers are far more frequent.
    let most = move |matrix: &Vec<Vec<u32>>| {
        let wrong = matrix.iter().enumerate().flat_map(|(t, row)| row.iter().enumerate().filter(move |(a, _)| *a != t));
        wrong.map(|(_, n)| *n).max().unwrap_or(0)
    };
    let style = move || {
        let most = store.confusion.with(most);
        let share = if label == answer || most == 0 { 0.0 } else { f64::from(count.get()) / f64::from(most) };
        format!("--share: {share:.2}")
    };
    let name = move || match label == answer {
        true => format!("{} digits {label} read right: show them", count.get()),
        false => format!("{} digits {label} read as {answer}: show them", count.get()),
    };
    let open = Memo::new(move |_| settings.with(|s| s.opened() == Some([label, answer])));
    let choose = move || {
        settings.commit(|s| s.cell = if s.opened() == Some([label, answer]) { String::new() } else { format!("{label}-{answer}") });
    };
    view! {
        <td class:right=label == answer class:none=flag(move || count.get() == 0) class:open=flag(move || open.get()) style=text(style)>
            <button type="button" id=format!("cell-{label}-{answer}") aria-label=text(name) aria-pressed=display(move || open.get()) disabled=flag(move || count.get() == 0 && !open.get()) on:click=on_click(choose)>
                {display(move || count.get())}
            </button>
        </td>
    }
    .into_any()
}

/// A digit with its class and its answer. A click inspects it.
fn digit(settings: UrlState<Settings>, verdict: Verdict, ink: Vec<u8>) -> AnyView {
    let Verdict { index, label, answer, loss } = verdict;
    let what = if label == answer { format!("{label}, right") } else { format!("{label} read as {answer}") };
    view! {
        <li>
            <button type="button" on:click=on_click(move || settings.commit(|s| s.digit = index))>
                <Thumbnail ink side=28 />
                <span>{what}</span>
                <span class="loss">{format!("loss {loss:.2}")}</span>
                <span class="visually-hidden">{format!("Look inside at test digit {index}")}</span>
            </button>
        </li>
    }
    .into_any()
}

fn gallery(settings: UrlState<Settings>, judged: &Judged, most: usize) -> AnyView {
    let digits = judged.digits.iter().take(most).map(|(verdict, ink)| digit(settings, *verdict, ink.clone()));
    view! { <ul class="gallery">{digits.collect_view()}</ul> }.into_any()
}

fn opened(store: Store, settings: UrlState<Settings>) -> AnyView {
    let tested = move || match store.confusion.with(|matrix| matrix.is_empty()) {
        true => "It is counted in the first test, which training makes by itself after 20 steps.".to_string(),
        false => "Press a number to see its digits.".to_string(),
    };
    part(move || {
        let Some([label, answer]) = settings.with(Settings::opened) else {
            return view! { <p class="note">{text(tested)}</p> }.into_any();
        };
        store.opened.with(|judged| {
            let Some(judged) = judged.as_ref().filter(|judged| judged.cell == Some([label, answer])) else {
                return view! { <p class="note">"The digits stand here after the next test."</p> }.into_any();
            };
            let what = if label == answer { format!("{label} read right") } else { format!("{label} read as {answer}") };
            let shown = if judged.count > judged.digits.len() { format!(", the {} with the largest loss", judged.digits.len()) } else { String::new() };
            view! {
                <p aria-live="polite" id="opened" data-value=judged.count>{format!("{} digits {what} after step {}{shown}:", judged.count, judged.step)}</p>
                {gallery(settings, judged, usize::MAX)}
            }
            .into_any()
        })
    })
}

fn worst(store: Store, settings: UrlState<Settings>) -> AnyView {
    part(move || {
        store.mistakes.with(|mistakes| match mistakes {
            None => view! { <p class="note">"They stand here after the first test."</p> }.into_any(),
            Some(judged) if judged.count == 0 => view! { <p>"Every test digit is read right."</p> }.into_any(),
            Some(judged) => view! {
                <p id="wrong" data-value=judged.count>{format!("{} test digits are read wrong after step {}. Those it is wrong about most surely:", judged.count, judged.step)}</p>
                {gallery(settings, judged, WORST)}
            }
            .into_any(),
        })
    })
}

pub fn section(store: Store, settings: UrlState<Settings>) -> AnyView {
    // The table is made once, with the page. A test only changes its numbers, so that training is not slowed down and the focus stays.
    let row = |label: usize| {
        let cells = (0..CLASSES).map(|answer| cell(store, settings, label, answer)).collect_view();
        view! { <tr><th scope="row">{label}</th>{cells}</tr> }
    };
    let table = view! {
        <table class="confusion" id="confusion">
            <caption class="hidden-caption">"Rows: what the test digit is. Columns: what the network answers."</caption>
            <thead><tr><td></td>{(0..CLASSES).map(|class| view! { <th scope="col">{class}</th> }).collect_view()}</tr></thead>
            <tbody>{(0..CLASSES).map(row).collect_view()}</tbody>
        </table>
    };
    view! {
        <section class="mistakes" aria-labelledby="confusions">
            <h2 id="confusions">"What it confuses"</h2>
            <p>"Rows: what the test digit is. Columns: what the network answers."</p>
            <div class="scroll" tabindex="0" role="group" aria-label="Confusion matrix">{table}</div>
            {opened(store, settings)}
            <h3 id="worst">"The worst mistakes"</h3>
            {worst(store, settings)}
        </section>
    }
    .into_any()
}
