//! The page of the lab: two plots, one network, and the table.
use super::{
    controls::Settings,
    details::details,
    plot::{Cost, chart},
    store::Store,
    table::table,
};
use crate::site::{
    browser,
    url::UrlState,
    widgets::erased::{part, text},
    worker_client::Status,
};
use leptos::prelude::*;

const PARAMETERS: Cost = Cost { id: "against-parameters", title: "parameters", of: |entry| entry.answering() as f64 / 1e6 };
const MACS: Cost = Cost { id: "against-macs", title: "multiply-adds", of: |entry| entry.macs as f64 / 1e6 };

pub fn lab(title: &'static str) -> AnyView {
    browser::title(title);
    let settings = UrlState::<Settings>::here();
    let store = Store::new();
    let dead = move || match store.status.get() {
        Status::Dead(why) => view! { <p class="message error" role="alert">{why}</p> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <article id="zoo" class="lab tool" data-done=text(move || store.is_done().to_string())>
            <h1>{title}</h1>
            <p class="lead">"From the five layers of 1998 to the families of 2019: what each costs and what it reached."</p>
            {part(dead)}
            <div class="plots wide" tabindex="0" role="group" aria-label="Plots">{chart(store, settings, PARAMETERS)}{chart(store, settings, MACS)}</div>
            {details(store, settings)}
            {table(store, settings)}
            <p class="note">
                "In the plots: networks for ImageNet, each with its published top-1 accuracy: some of one crop of each photo, those of the papers of several. Point at a dot for its name; press it for all about it. "
                "The counts are made here, by the same code that computes."
            </p>
        </article>
    }
    .into_any()
}
