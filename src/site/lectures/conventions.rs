//! The conventions: the words of this book, and the order of axes, which the reader can change for all pages.
use crate::site::axes::{self, Axes};
use leptos::prelude::*;

const WORDS: [(&str, &str); 5] = [
    ("Convolution", "is cross-correlation, as in every framework, unless a page says “true convolution”: the kernel is not turned."),
    ("A multiply-add", "is one product added to a sum. Papers that count FLOPs often mean two for it, and sometimes one."),
    ("Parameters", "are those that training changes; running statistics of a normalisation are not among them."),
    ("Accuracy", "is that of a single centre crop where nothing else is said."),
    ("Axes", "are N images, C channels, H rows, W columns."),
];

pub fn show() -> AnyView {
    let axes = axes::here();
    let choice = move |order: Axes| {
        view! {
            <button type="button" aria-pressed=move || (axes.get() == order).to_string() on:click=move |_| axes.set(order)>
                {order.name()}
            </button>
        }
    };
    view! {
        <aside class="conventions" aria-label="Conventions">
            <dl>{WORDS.iter().map(|(word, meaning)| view! { <div><dt>{*word}</dt> <dd>{*meaning}</dd></div> }).collect_view()}</dl>
            <p class="axes">
                "Shapes on all pages are written " {Axes::ALL.map(choice).collect_view()} " – an image batch of this book is "
                <span class="shape" data-shape="N2 C3 H4 W5">{move || axes.get().shape(&[('N', 2), ('C', 3), ('H', 4), ('W', 5)])}</span> "."
            </p>
        </aside>
    }
    .into_any()
}
