//! What a lab that trains can be made to survive, to try it.
use super::training::{Training, Trains};
use crate::{site::widgets::erased::on_click, workbench::protocol::Request};
use leptos::prelude::*;

/// The buttons, folded.
pub fn experiments<S: Trains>(training: Training<S>) -> AnyView {
    let connection = training.connection;
    let lose = move || {
        connection.send(Request::Lose);
    };
    view! {
        <details class="experiments">
            <summary>"What if something breaks?"</summary>
            <p>
                "A driver that is reset takes the GPU's memory with it. The workbench keeps a copy of the parameters that is at most a few seconds old and goes on "
                "from there; so does the page, should the worker end. Try it: the first button destroys the device, the second ends the worker."
            </p>
            <div class="bar">
                <button id="lose" on:click=on_click(lose)>"Lose the GPU"</button>
                <button id="kill" on:click=on_click(move || connection.kill())>"End the worker"</button>
            </div>
        </details>
    }
    .into_any()
}
