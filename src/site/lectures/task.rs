//! A task that a lecture sets for a lab: what is asked, the link to the lab, and whether it is solved. The lab judges it.
use crate::{
    book::page::Task,
    site::{browser, progress::Progress, widgets::erased::text},
};
use leptos::prelude::*;
use leptos_router::components::A;

pub fn show(lecture: &'static str, task: Task) -> AnyView {
    let Task { id, lab, settings, asked, .. } = task;
    let progress = Progress::here();
    let address = browser::link(&format!("/lab/{lab}?{settings}{}task={id}", if settings.is_empty() { "" } else { "&" }));
    let name = format!("task-{id}");
    let kind = text(move || if progress.has_solved(lecture, &id) { "Task for the lab · solved".into() } else { "Task for the lab".into() });
    view! {
        <section role="group" class="exercise wide" id=name aria-label="Task for the lab">
            <p class="kind">{kind}</p>
            <div class="question" inner_html=asked></div>
            <A href=address attr:class="button">"To the lab"</A>
        </section>
    }
    .into_any()
}
