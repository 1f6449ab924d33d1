//! Leaving pages by links: at once, after a while, and while they still load. The next page then works, and receives nothing from the page before.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use receptive::site::{figures::FIGURES, labs::LABS, lectures::LECTURES};
use serde_json::json;
use std::{env, time::Duration};

/// The delay of a file on the slow server: a page is left while its program, its text or its worker is still loading.
const SLOW: Duration = Duration::from_millis(150);
/// After this time a lab's worker has greeted, and its first answers arrive.
const WHILE: Duration = Duration::from_secs(2);

/// A page, and a script that becomes true when the page works.
struct Stop {
    path: String,
    works: String,
}

/// Every page of the book.
fn stops() -> Vec<Stop> {
    let stop = |path: String, works: &str| Stop { path, works: works.into() };
    let heading = |title: &str| format!("return document.querySelector('main h1')?.textContent.includes({})", json!(title));
    let mut all = vec![
        stop("/".into(), "return document.querySelector('main .contents, main ol, main ul') !== null"),
        stop("/contents".into(), "return document.querySelectorAll('main a').length > 10"),
        stop("/credits".into(), "return document.querySelectorAll('main li, main tr').length > 5"),
    ];
    all.extend(LABS.iter().map(|lab| stop(format!("/lab/{}", lab.slug), &heading(lab.title))));
    all.extend(LECTURES.iter().map(|lecture| {
        let text = format!("{} && document.querySelector('.lecture#{} .text .prose') !== null", heading(lecture.route.title), lecture.slug);
        stop(format!("/lecture/{}", lecture.slug), &text)
    }));
    all.extend(FIGURES.iter().map(|figure| {
        let stands = format!("return document.querySelector('main figure[data-figure=\"{}\"]')?.children.length > 1", figure.id);
        stop(format!("/figure/{}", figure.id), &stands)
    }));
    all
}

/// Goes to a page as by a link on this one. Header and contents have links to most pages; for others a link is added to the text.
async fn follow(page: &Page, path: &str) {
    let script = "const at = arguments[0];
        let link = [...document.querySelectorAll('a[href]')].find(a => a.pathname === at && !a.hash && a.checkVisibility());
        if (!link) { link = document.createElement('a'); link.href = at; document.querySelector('main').append(link); }
        link.click();";
    page.js(script, vec![json!(path)]).await;
}

async fn works(page: &Page, stop: &Stop, from: &str) {
    let there = format!("return location.pathname === {} && !!document.querySelector('main h1')", json!(stop.path));
    page.until(&format!("the address {} after {from}", stop.path), 20, &there).await;
    page.until(&format!("{} to work after {from}", stop.path), 60, &stop.works).await;
    // A program that has ended leaves the page as it is, and receives nothing any more.
    let (open, closed) = ("return document.querySelector('#help').open", "return !document.querySelector('#help').open");
    page.click("#help-open").await;
    if !page.comes(10, open).await {
        // Seen once on a busy machine, with an empty console and a live page: a live program receives the next click.
        eprintln!("a press of Help was lost on {} after {from}", stop.path);
        page.js("document.querySelector('#help-open').click()", vec![]).await;
    }
    page.until(&format!("help to open on {} after {from}", stop.path), 10, open).await;
    page.click("#help button").await;
    page.until("help to close", 10, closed).await;
}

async fn is_quiet(page: &Page, way: &str) {
    let errors = page.console_errors().await;
    assert!(errors.is_empty(), "{way}: {}", errors.join("\n"));
}

/// An order of stops in which each one follows each other exactly once: a tour through the complete graph.
fn tour(stops: usize) -> Vec<usize> {
    let mut left: Vec<Vec<usize>> = (0..stops).map(|from| (0..stops).filter(|to| *to != from).collect()).collect();
    let (mut open, mut round) = (vec![0], vec![]);
    while let Some(at) = open.last().copied() {
        match left[at].pop() {
            Some(next) => open.push(next),
            None => round.extend(open.pop()),
        }
    }
    round.reverse();
    round
}

/// If the full test is asked for, every page is left for every other one. Otherwise each page is left for a few, which differ from page to page.
fn way(stops: usize) -> Vec<usize> {
    let whole = tour(stops);
    if env::var_os("NIGHTLY").is_some() {
        return whole;
    }
    let step = (stops / 5).max(1);
    let mut short = vec![0];
    for shift in (1..stops).step_by(step) {
        // With one fixed shift, a walk meets every page that it can before it repeats.
        for _ in 0..stops {
            short.push((short[short.len() - 1] + shift) % stops);
        }
    }
    short.dedup();
    short
}

async fn walk(page: &Page, order: &[usize]) {
    let stops = stops();
    page.open(&stops[order[0]].path).await;
    for pair in order.windows(2) {
        let (from, to) = (&stops[pair[0]], &stops[pair[1]]);
        follow(page, &to.path).await;
        works(page, to, &from.path).await;
        is_quiet(page, &format!("from {} to {}", from.path, to.path)).await;
    }
}

#[test]
fn a_tour_leaves_every_page_for_every_other() {
    for stops in [2, 3, 7, 23] {
        let tour = tour(stops);
        let mut pairs: Vec<_> = tour.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!((pairs.len(), tour.len()), (stops * (stops - 1), stops * (stops - 1) + 1));
    }
    let short = way(23);
    assert!((0..23).all(|stop| short.windows(2).any(|pair| pair[0] == stop && pair[1] != stop)), "each page is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_left_as_soon_as_it_works() {
    visit(WebGpu::Software, Host::kind(host::dist()).await, |page| async move {
        walk(&page, &way(stops().len())).await;
    })
    .await;
}

/// A page that was just opened, so that the next page's program is still loading while the worker of the first one sends events.
#[tokio::test(flavor = "multi_thread")]
async fn a_lab_is_left_while_its_worker_speaks_and_the_next_page_loads() {
    visit(WebGpu::Absent, Host::slow(host::with_digits(host::dist()), SLOW).await, |page| async move {
        let stops = stops();
        let (labs, others): (Vec<&Stop>, Vec<&Stop>) = stops.iter().partition(|stop| stop.path.starts_with("/lab/"));
        // Each lab is left for each other lab, and for two further pages, which differ from lab to lab.
        let mut others = others.into_iter().cycle();
        for from in &labs {
            for to in labs.iter().copied().filter(|to| to.path != from.path).chain(others.by_ref().take(2)) {
                page.open(&from.path).await;
                tokio::time::sleep(WHILE).await;
                follow(&page, &to.path).await;
                works(&page, to, &from.path).await;
                is_quiet(&page, &format!("from {} to {}", from.path, to.path)).await;
            }
        }
    })
    .await;
}

/// Clicks at random, without waiting for the effect of the last click. On a slow line most pages are left while they load.
#[tokio::test(flavor = "multi_thread")]
async fn random_walks_on_a_slow_line_end_on_a_page_that_works() {
    let (walks, clicks) = (env::var("WALKS").ok().and_then(|n| n.parse().ok()).unwrap_or(4), 30);
    visit(WebGpu::Absent, Host::slow(host::with_digits(host::dist()), SLOW).await, move |page| async move {
        let stops = stops();
        for walk in 0..walks {
            let mut random = Pcg32::seed_from_u64(walk);
            page.open("/").await;
            let mut way = vec![];
            for _ in 0..clicks {
                let stop = &stops[random.random_range(0..stops.len())];
                follow(&page, &stop.path).await;
                way.push(stop);
                tokio::time::sleep(Duration::from_millis(random.random_range(0..1500))).await;
            }
            let paths = way.iter().map(|stop| stop.path.as_str()).collect::<Vec<_>>().join(" ");
            let told = format!("walk {walk}: {paths}");
            works(&page, way[clicks - 1], &told).await;
            is_quiet(&page, &told).await;
        }
    })
    .await;
}
