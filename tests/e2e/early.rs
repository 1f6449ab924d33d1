//! Every page is a file of its own, whose text is there before the program, and which the program takes over.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    visit,
};
use receptive::book::contents::ROUTES;
use serde_json::{Value, json};
use std::time::Duration;

/// What stands in the files at these paths, whose scripts are not run: status, title, heading, and the first words of the text.
const FILES: &str = "const [paths] = arguments; return Promise.all(paths.map(async (path) => {
    const answer = await fetch(new URL(path, document.baseURI)), page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return [answer.status, page.title, page.querySelector('main h1')?.textContent, page.querySelector('main :is(.lead, .prose p, figcaption)')?.textContent.trim().length > 20];
}))";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_a_file_that_is_read_without_its_program() {
    visit(WebGpu::Absent, Host::plain_under_x(host::dist_under_x()).await, |page| async move {
        page.open("/x/").await;
        let paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
        let found = page.js(FILES, vec![json!(paths)]).await;
        for (route, found) in ROUTES.iter().zip(found.as_array().expect("a list")) {
            let title = if route.path.is_empty() { "Receptive".into() } else { format!("{} · Receptive", route.title) };
            assert_eq!(found, &json!([200, title, route.title, true]), "/{}", route.path);
        }
    })
    .await;
}

/// Where a heading of the lecture stands in the window, and whose it is: the build's text, or the program's.
const HEADING: &str = "const heading = document.querySelector('h2#a-sum-around-every-block');
    return [document.querySelector('#early[data-path]') ? 'early' : 'program', heading && Math.round(heading.getBoundingClientRect().top)]";

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_the_early_text_stays_at_the_same_heading() {
    visit(WebGpu::Absent, Host::slow(host::dist(), Duration::from_millis(1500)).await, |page| async move {
        let address = format!("{}/lecture/resnet", page.host.address);
        page.client.goto(&address).await.expect("the page");
        let scroll = "const heading = document.querySelector('#early h2#a-sum-around-every-block');
            if (!heading) return false; scrollTo({top: scrollY + heading.getBoundingClientRect().top - 120, behavior: 'instant'}); return true";
        page.until("the early text", 30, scroll).await;
        let early = page.js(HEADING, vec![]).await;
        assert_eq!(early[0], "early", "the text is there before the program");
        page.until("the program's page", 120, "return !document.querySelector('#early[data-path]') && document.querySelector('main h1')").await;
        page.until("two frames", 10, "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))").await;
        let shown = page.js(HEADING, vec![]).await;
        let top = |found: &Value| found[1].as_f64().expect("a place");
        assert!((top(&early) - top(&shown)).abs() <= 2.0, "{early} before, {shown} after");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_adds_a_slash_shows_the_same_page_at_its_own_address() {
    visit(WebGpu::Absent, Host::plain_under_x(host::dist_under_x()).await, |page| async move {
        page.open("/x/lecture/resnet/?a=b").await;
        assert_eq!(page.js("return location.pathname + location.search", vec![]).await, "/x/lecture/resnet?a=b");
        assert_eq!(page.js("return document.querySelector('main h1').textContent", vec![]).await, "Residual networks");
    })
    .await;
}
