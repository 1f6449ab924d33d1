//! Two tabs of one browser: what is read in one is known in the other, and each that trains keeps a run of its own.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use fantoccini::wd::WindowHandle;
use serde_json::json;

/// The tab that is in front.
async fn tab(page: &Page) -> WindowHandle {
    page.client.window().await.expect("a tab")
}

async fn show(page: &Page, tab: &WindowHandle) {
    page.client.switch_to_window(tab.clone()).await.expect("the tab");
}

/// Another tab, which is in front from now on.
async fn open_tab(page: &Page) -> WindowHandle {
    let tab = page.client.new_window(true).await.expect("another tab").handle;
    show(page, &tab).await;
    tab
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_in_one_tab_is_known_in_the_other_and_nothing_is_lost() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/contents").await;
        let first = tab(&page).await;
        let second = open_tab(&page).await;
        page.open("/lecture/convolution").await;
        page.until("the lecture's text", 30, "return document.querySelectorAll('.lecture .prose').length").await;
        page.js("scrollTo(0, document.documentElement.scrollHeight)", vec![]).await;
        page.until("progress", 10, "return (localStorage.getItem('progress') ?? '').includes('convolution')").await;
        show(&page, &first).await;
        let done = "return [...document.querySelectorAll('.contents .done')].map(e => e.textContent).join()";
        page.until("what was read, without a reload", 10, &format!("{done}.includes('read')")).await;
        // As another version would write it, which knows nothing of what was read.
        show(&page, &second).await;
        page.js("localStorage.setItem('progress', JSON.stringify({ solved: ['lenet/first'], later: 7 }))", vec![]).await;
        show(&page, &first).await;
        page.until(
            "both",
            10,
            &format!("const done = (() => {{ {done} }})(); return done.includes('read') && done.includes('1 exercise solved')"),
        )
        .await;
        let stored = page.js("return JSON.parse(localStorage.getItem('progress'))", vec![]).await;
        assert_eq!(stored, json!({"read": ["convolution"], "solved": ["lenet/first"], "later": 7}));
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

async fn plays(page: &Page, query: &str) {
    page.open(&format!("/lab/train{query}")).await;
    page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
    if !page.js("return document.querySelector('#keep-run').checked", vec![]).await.as_bool().unwrap_or_default() {
        page.click("#keep-run").await;
    }
    page.click("#play").await;
}

/// What the browser remembers of the run that it keeps under this key.
async fn kept(page: &Page, key: &str) -> (u64, String) {
    let about = page.until(key, 60, &format!("return JSON.parse(localStorage.getItem('{key}'))")).await;
    let seed = about["values"].as_array().into_iter().flatten().find(|pair| pair[0] == "seed").expect("a seed");
    (about["step"].as_u64().expect("a step"), seed[1].as_str().expect("a number").to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_that_train_keep_a_run_each_and_one_that_ends_leaves_its_own() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        plays(&page, "?seed=11").await;
        let first = tab(&page).await;
        let (step, seed) = kept(&page, "kept training").await;
        assert_eq!(seed, "11");
        let second = open_tab(&page).await;
        plays(&page, "?seed=22").await;
        assert!(
            !page.comes(1, "return document.querySelector('#kept-run') !== null").await,
            "a run that still goes on is offered to nobody"
        );
        assert_eq!(kept(&page, "kept training 2").await.1, "22");
        page.until("both to go on", 60, &format!("return JSON.parse(localStorage.getItem('kept training')).step > {step}")).await;
        assert_eq!(kept(&page, "kept training").await.1, "11");

        // The first tab ends; a third goes on with what it has left, and the second with its own.
        show(&page, &first).await;
        page.client.close_window().await.expect("the first tab closes");
        show(&page, &second).await;
        open_tab(&page).await;
        page.open("/lab/train").await;
        page.message_with(&["has kept your last run"]).await;
        let (left, _) = kept(&page, "kept training").await;
        page.message_with(&[&format!("after step {left}")]).await;
        page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        page.click("#take-up").await;
        page.number_is("#step-count", &format!("=== {left}"), 60).await;
        page.until("its settings", 5, "return location.search.includes('seed=11')").await;
        assert_eq!(kept(&page, "kept training 2").await.1, "22");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
