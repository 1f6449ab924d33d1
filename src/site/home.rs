//! The start page: what the book is, a figure that computes, and the contents.
use super::{browser, contents::Contents, early, figures};
use leptos::prelude::*;

/// The page `/`.
#[component]
pub fn Home() -> impl IntoView {
    browser::title("");
    early::give_way();
    view! {
        <article id="home">
            <h1>"A textbook of convolutional networks in which every figure computes"</h1>
            <p class="lead">
                "Receptive shows networks as they run: forward and backward, in your own browser, on compute shaders that the book itself explains. "
                "Change a number and see what it changes. Nothing is drawn beforehand, and nothing leaves your machine."
            </p>
            <p>
                "All of it is made of one operation. A small table of weights, the " <em>"kernel"</em> ", is laid on the picture; the numbers under it are multiplied "
                "with it, one by one, and summed; the sum is one cell of the output. Then the kernel moves on. Point at a cell of the output to see its sum, "
                "and put your own numbers into the kernel."
            </p>
            {figures::show(&figures::convolution::FIGURE)}
            <p>
                "Nobody has to choose the kernel's numbers by hand. A network finds them: it starts from noise, sees digits, and follows the gradient of "
                "its mistakes. You can watch it do so."
            </p>
            <section aria-labelledby="contents">
                <h2 id="contents">"Contents"</h2>
                <Contents under=2 />
            </section>
        </article>
    }
}
