//! A task that a lecture sets for a lab: what is asked, and the verdict from the lab's own numbers as they arrive.
use crate::site::{
    browser,
    progress::Progress,
    widgets::erased::{on_click, part},
};
use leptos::prelude::*;
use leptos_router::components::A;

/// A task for a lab's reader, set by a lecture.
pub struct Task {
    /// The value of `task` in the lab's address.
    pub id: &'static str,
    /// The lecture that sets it.
    pub lecture: &'static str,
    /// What is asked, as shown in the lab.
    pub asked: &'static str,
}

/// The verdict on a task.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Not decided yet; what is still missing.
    Open(String),
    /// Wrong; the reason.
    Wrong(String),
    /// Solved; a remark.
    Right(String),
}

/// The task with this id.
pub fn task(tasks: &'static [Task], id: &str) -> Option<&'static Task> {
    tasks.iter().find(|task| task.id == id)
}

/// The task with this id, with its verdict. An unknown id gives nothing. `leave` gives the task up.
pub fn show(tasks: &'static [Task], id: Signal<String>, verdict: Signal<Verdict>, leave: impl Fn() + Clone + Send + 'static) -> AnyView {
    let progress = Progress::here();
    let set = Memo::new(move |_| id.with(|id| tasks.iter().position(|task| task.id == id)));
    Effect::new(move |_| {
        if let Some(task) = set.get().map(|at| &tasks[at])
            && matches!(verdict.get(), Verdict::Right(_))
        {
            progress.solve(task.lecture, task.id);
        }
    });
    let said = move || {
        let (class, text) = match verdict.get() {
            Verdict::Open(text) => ("", text),
            Verdict::Wrong(text) => ("wrong", text),
            Verdict::Right(text) => ("right", format!("✓ Right. {text}")),
        };
        view! { <p id="verdict" class=class>{text}</p> }.into_any()
    };
    part(move || {
        let Some(task) = set.get().map(|at| &tasks[at]) else { return ().into_any() };
        let back = browser::link(&format!("/lecture/{}#task-{}", task.lecture, task.id));
        view! {
            <section class="task wide" id="task" aria-label="Task">
                <p class="kind">"Task"</p>
                <p>{task.asked}</p>
                <div aria-live="polite">{part(said)}</div>
                <div class="bar">
                    <A href=back>"Back to the lecture"</A>
                    <button type="button" class="quiet" id="leave-task" on:click=on_click(leave.clone())>"Leave the task"</button>
                </div>
            </section>
        }
        .into_any()
    })
}
