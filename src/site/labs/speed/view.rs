//! The page of the lab: the bar, the settings, the results, and how to read them.
use super::{
    controls::Settings,
    panel::{bar, panel},
    store::{State, Store},
    table::results,
};
use crate::site::{
    browser,
    shortcuts::{PLAY, typing},
    url::UrlState,
    widgets::{erased::display, fold::fold},
};
use leptos::{ev, prelude::*};

pub fn lab(title: &'static str) -> AnyView {
    browser::title(title);
    let settings = UrlState::<Settings>::here();
    let store = Store::new();
    if settings.with_untracked(|s| s.start == 1) {
        store.start(&settings.get_untracked());
    } else {
        store.look_around();
    }
    let keys = window_event_listener(ev::keydown, move |event| {
        if typing() || !PLAY.pressed(&event) {
            return;
        }
        match store.state.get_untracked() {
            State::Running => store.stop(),
            _ => store.start(&settings.get_untracked()),
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    view! {
        <article id="speed" class="lab tool" data-state=display(move || store.state.get().name())>
            <h1>{title}</h1>
            <p class="lead">"The kernels that this book computes with, timed here, on your machine. Press start."</p>
            {bar(store, settings)}
            {fold(panel(store, settings))}
            {results(store)}
            <section aria-labelledby="reading">
                <h2 id="reading">"How to read it"</h2>
                <p>
                    "Every figure of this book computes with the same kernels. They are timed in single convolutions, three networks, and one step of training. "
                    "Each case on each device gets a worker of its own. Its first run makes weights and image, takes memory and, on a GPU, compiles shaders; from the worker's start "
                    "to the end of that run is what somebody waits for who opens the page. Two runs warm up; of the timed ones the median counts. A convolution is queued five times in each timed run, "
                    "then waited for once; the answers of networks, and the loss of a step, are read every time. All weights are fresh, from one seed."
                </p>
                <p>
                    "A multiply-add counts as two operations; GFLOP/s are thousand millions of them a second. A training step counts its forward pass and both gradients of every layer. "
                    "The last columns tell which way was chosen and how long the plainest takes: of a convolution one output at a time, as the formula is written, and of a network layer by layer instead of fused; "
                    "of a network every layer by itself, where the chosen way runs a convolution with the batch norm, the sum and the activation after it as one. The factor in parentheses is what the choice gains."
                </p>
            </section>
        </article>
    }
    .into_any()
}
