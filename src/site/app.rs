//! The app: header, contents from the tables, routes, footer.
use super::{
    axes, browser,
    contents::ContentsPage,
    credits::Credits,
    early, figures,
    help::Help,
    home::Home,
    labs,
    lectures::{self, search::Search},
    mends::{Mends, MendsNote},
    program,
    progress::Progress,
    shared_worker, theme, theme_switch,
};
use leptos::{html, prelude::*};
use leptos_router::{
    components::{A, Route, Router, Routes},
    hooks::use_params_map,
    path,
};

/// The whole page. It provides what all parts share as contexts: theme, order of axes, progress, the labs' stores, the figures' worker.
#[component]
pub fn App() -> impl IntoView {
    let chosen = theme::provide();
    axes::provide();
    Progress::provide();
    Mends::provide();
    labs::provide();
    shared_worker::provide();
    let main = NodeRef::<html::Main>::new();
    let skip = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            let _ = main.focus();
        }
    };
    view! {
        <Router base=browser::base_path()>
            <a class="skip" href="#main" on:click=skip>"Skip to the text"</a>
            <header class="top">
                <A href=browser::link("/") attr:class="name">"Receptive"</A>
                <nav aria-label="Contents">
                    <A href=browser::link("/contents")>"Contents"</A>
                    {labs::LABS.iter().map(|lab| view! { <A href=browser::link(&format!("/lab/{}", lab.slug))>{lab.short}</A> }).collect_view()}
                    <A href=browser::link("/credits")>"Credits"</A>
                </nav>
                <div class="tools">
                    <theme_switch::ThemeSwitch theme=chosen />
                    <Search />
                    <Help />
                </div>
            </header>
            <main id="main" tabindex="-1" node_ref=main>
                <MendsNote />
                <Routes fallback=|| view! { <NotFound /> }>
                    <Route path=path!("/") view=Home />
                    <Route path=path!("/credits") view=Credits />
                    <Route path=path!("/contents") view=ContentsPage />
                    <Route path=path!("/lecture/:slug") view=LecturePage />
                    <Route path=path!("/lab/:slug") view=LabPage />
                    <Route path=path!("/figure/:id") view=FigurePage />
                </Routes>
            </main>
            <footer class="bottom">
                <p>"Everything here is computed in this browser. What you draw, drop or train stays on this machine: no request leaves this site."</p>
            </footer>
        </Router>
    }
}

#[component]
fn LabPage() -> impl IntoView {
    let parameters = use_params_map();
    let slug = Memo::new(move |_| parameters.read().get("slug").unwrap_or_default());
    move || {
        let slug = slug.get();
        match labs::LABS.iter().find(|lab| lab.slug == slug) {
            Some(lab) => {
                browser::title(lab.title);
                let view = (lab.view)();
                program::show(Box::pin(async move {
                    let view = view.await;
                    early::give_way();
                    view
                }))
            }
            None => NotFound().into_any(),
        }
    }
}

#[component]
fn LecturePage() -> impl IntoView {
    let parameters = use_params_map();
    let slug = Memo::new(move |_| parameters.read().get("slug").unwrap_or_default());
    move || {
        let slug = slug.get();
        match lectures::LECTURES.iter().find(|lecture| lecture.slug == slug) {
            Some(lecture) => lectures::show(lecture),
            None => NotFound().into_any(),
        }
    }
}

/// The page of one figure, for a link from a slide, or for a frame.
#[component]
fn FigurePage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.read().get("id").unwrap_or_default());
    move || {
        let id = id.get();
        match figures::figure(&id) {
            Some(figure) => {
                browser::title(figure.title);
                early::give_way();
                view! { <article><h1>{figure.title}</h1>{figures::show(figure)}</article> }.into_any()
            }
            None => NotFound().into_any(),
        }
    }
}

#[component]
fn NotFound() -> impl IntoView {
    browser::title("Not found");
    early::give_way();
    view! {
        <article id="not-found">
            <h1>"No such page"</h1>
            <p>"The address names a page that this book does not have. " <A href=browser::link("/")>"The contents"</A> " list all it has."</p>
        </article>
    }
}
