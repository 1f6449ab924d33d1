//! The contents: lectures by part with the reader's progress, and the labs.
use super::{
    browser, early, labs,
    lectures::{LECTURES, Lecture},
    progress::Progress,
};
use leptos::prelude::*;
use leptos_router::components::A;

/// The tables of lectures and labs. Their headings are one level below the heading above.
#[component]
pub fn Contents(
    /// The level of the heading above: with 1 the headings are `h2`, otherwise `h3`.
    under: u8,
) -> impl IntoView {
    let heading = move |words: &'static str| match under {
        1 => view! { <h2>{words}</h2> }.into_any(),
        _ => view! { <h3>{words}</h3> }.into_any(),
    };
    let progress = Progress::here();
    let mut parts: Vec<_> = LECTURES.iter().map(|lecture| lecture.part).collect();
    parts.dedup();
    let lecture = move |lecture: &'static Lecture| {
        let done = move || {
            let solved = match progress.solved(lecture.slug) {
                0 => String::new(),
                1 => " · 1 exercise solved".into(),
                solved => format!(" · {solved} exercises solved"),
            };
            if progress.has_read(lecture.slug) { format!("read{solved}") } else { solved.trim_start_matches(" · ").to_string() }
        };
        view! {
            <li>
                <A href=browser::link(&format!("/lecture/{}", lecture.slug))>{lecture.number} " " {lecture.route.title}</A>
                <span class="done">{done}</span>
                <p>{lecture.route.summary}</p>
            </li>
        }
    };
    view! {
        {parts
            .into_iter()
            .map(|part| {
                view! {
                    {heading(part.title())}
                    <ol class="contents">{LECTURES.iter().filter(|lecture| lecture.part == part).map(lecture).collect_view()}</ol>
                }
            })
            .collect_view()}
        {heading("Labs")}
        <ol class="contents">
            {labs::LABS
                .iter()
                .map(|lab| view! { <li><A href=browser::link(&format!("/lab/{}", lab.slug))>{lab.title}</A><p>{lab.summary}</p></li> })
                .collect_view()}
        </ol>
    }
}

/// The page `/contents`.
#[component]
pub fn ContentsPage() -> impl IntoView {
    browser::title("Contents");
    early::give_way();
    view! {
        <article id="contents-page">
            <h1>"Contents"</h1>
            <Contents under=1 />
        </article>
    }
}
