//! The page of a lecture: its text is fetched, and its blocks are shown in order, with figures and exercises.
use super::{LECTURES, Lecture, conventions, exercise, prediction, reader, task};
use crate::{
    book::page::{Block, FigureUse, Page, Term},
    site::{
        browser, early, fetch, figures, files,
        progress::Progress,
        url::{FigureInstance, FigureSettings},
    },
};
use leptos::{ev, html, prelude::*};
use leptos_router::components::A;
use std::sync::Arc;

/// The page of a lecture. It fetches the text and the programs of its figures, then shows them together.
pub fn show(lecture: &'static Lecture) -> AnyView {
    browser::title(lecture.route.title);
    let text = LocalResource::new(move || async move {
        let page = fetched::<Page>(lecture.slug).await?;
        // Without the glossary, terms have no meanings to show; but the text can be read.
        let glossary = fetched::<Vec<Term>>("glossary").await.unwrap_or_default();
        // Text and figures are shown together, so that nothing moves later. A figure that cannot be fetched says so itself.
        for figure in page.blocks.iter().filter_map(Block::figure).filter_map(|used| figures::figure(&used.figure)) {
            let _ = (figure.fetch)().await;
        }
        Ok::<_, String>(Arc::new((page, glossary)))
    });
    let body = move || match text.get() {
        None => view! { <p class="waiting" aria-live="polite">"The text is on its way …"</p> }.into_any(),
        Some(Err(error)) => {
            early::give_way();
            view! { <p class="message error" role="alert">{error}</p> }.into_any()
        }
        Some(Ok(text)) => {
            early::give_way();
            view! { <Text lecture page=text.0.clone() glossary=text.1.clone() /> }.into_any()
        }
    };
    view! {
        <article class="lecture" id=lecture.slug>
            <header>
                <p class="part">{format!("{} · {}", lecture.part.title(), lecture.number)}</p>
                <h1>{lecture.route.title}</h1>
            </header>
            {body}
        </article>
    }
    .into_any()
}

/// A file that the book's compiler wrote, as JSON.
pub async fn fetched<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    let path = format!("lectures/{name}.json");
    let bytes = fetch::bytes(&path, |_| ()).await?;
    // The server answers with its own version, whichever version was asked for.
    if !files::is_own(&path, &bytes).await {
        return Err(format!("{path} is of another release than this page.{}", fetch::NEWER));
    }
    serde_json::from_slice(&bytes).map_err(|error| format!("{name}.json is not what this page understands: {error}"))
}

#[component]
fn Text(lecture: &'static Lecture, page: Page, glossary: Vec<Term>) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    provide_context(FigureSettings::default());
    reader::attend(root, StoredValue::new(glossary));
    follow_end(lecture.slug);
    let works = page.works;
    view! {
        <nav class="sections" aria-label="On this page">
            <ol>
                {page
                    .headings
                    .into_iter()
                    .map(|heading| view! { <li><a href=format!("{}#{}", browser::link(&format!("/lecture/{}", lecture.slug)), heading.id)>{heading.title}</a></li> })
                    .collect_view()}
            </ol>
        </nav>
        <div class="text" node_ref=root>
            {page.blocks.into_iter().map(|block| show_block(lecture.slug, block)).collect_view()}
            {(!works.is_empty())
                .then(|| {
                    view! {
                        <section class="works" aria-labelledby="works">
                            <h2 id="works">"Works cited"</h2>
                            <ol>
                                {works
                                    .into_iter()
                                    .map(|work| {
                                        let title = match work.link.is_empty() {
                                            true => view! { <cite>{work.title}</cite> }.into_any(),
                                            false => view! { <a href=work.link rel="noopener"><cite>{work.title}</cite></a> }.into_any(),
                                        };
                                        view! { <li id=format!("work-{}", work.key)>{work.authors} " (" {work.year} "). " {title} ". " {work.venue} "."</li> }
                                    })
                                    .collect_view()}
                            </ol>
                        </section>
                    }
                })}
        </div>
        <Neighbours lecture />
    }
}

fn show_block(lecture: &'static str, block: Block) -> AnyView {
    match block {
        Block::Text(html) => view! { <div class="prose" inner_html=html></div> }.into_any(),
        Block::Figure(figure) => show_figure(figure),
        Block::Exercise(exercise) => exercise::show(lecture, exercise),
        Block::Prediction(prediction) => prediction::show(prediction),
        Block::Task(task) => task::show(lecture, task),
        Block::Conventions => conventions::show(),
    }
}

fn show_figure(used: FigureUse) -> AnyView {
    match figures::figure(&used.figure) {
        Some(figure) => {
            let caption = match used.caption.is_empty() {
                true => figure.caption.into_any(),
                false => view! { <div inner_html=used.caption></div> }.into_any(),
            };
            figures::show_at(figure, used.name.clone(), FigureInstance { name: used.name, start: used.settings, folded: true }, caption)
        }
        None => view! { <p class="message error">{format!("No figure is called {}.", used.figure)}</p> }.into_any(),
    }
}

/// Notes that the lecture was read when the end of its text has been on screen.
fn follow_end(slug: &'static str) {
    let progress = Progress::here();
    let seen = window_event_listener(ev::scroll, move |_| {
        let Some(root) = document().document_element() else { return };
        let bottom = window().scroll_y().unwrap_or_default() + window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or_default();
        if bottom > root.scroll_height() as f64 - 240.0 {
            progress.read(slug);
        }
    });
    on_cleanup(move || seen.remove());
}

/// Links to the previous and the next lecture, in the order of the book.
#[component]
fn Neighbours(lecture: &'static Lecture) -> impl IntoView {
    let at = LECTURES.iter().position(|l| l.slug == lecture.slug).unwrap_or(0);
    let to = |lecture: &'static Lecture, word: &'static str, kind: &'static str| {
        view! { <A href=browser::link(&format!("/lecture/{}", lecture.slug)) attr:class=kind attr:rel=kind><span>{word}</span>{lecture.route.title}</A> }
    };
    view! {
        <nav class="neighbours" aria-label="Lectures before and after">
            {at.checked_sub(1).map(|before| to(&LECTURES[before], "Before", "prev"))}
            {LECTURES.get(at + 1).map(|after| to(after, "Next", "next"))}
        </nav>
    }
}
