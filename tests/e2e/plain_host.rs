//! On a static host that does not know WebAssembly every program loads: the page's, its parts and the workers'.
use crate::{
    browser::WebGpu,
    folder::Folder,
    host::{self, Host},
    page::Page,
    visit,
};
use serde_json::json;

/// Every lab has something to click, and none says that its program is missing.
const STANDS: &str = "return document.querySelectorAll('main button, main input, main table').length > 3
    && ![...document.querySelectorAll('main .message.error')].some(message => message.checkVisibility())";

async fn every_lab_stands(page: &Page, by_address: bool) {
    page.open("/").await;
    let script = "return [...new Set([...document.querySelectorAll('a[href*=\"/lab/\"]')].map(a => new URL(a.href).pathname))]";
    let labs: Vec<String> = serde_json::from_value(page.js(script, vec![]).await).expect("a list of labs");
    assert!(labs.len() >= 6, "{labs:?}");
    for lab in labs {
        match by_address {
            true => page.open(&lab).await,
            false => {
                page.open("/").await;
                let script = "[...document.querySelectorAll('a[href]')].find(a => new URL(a.href).pathname === arguments[0]).click()";
                page.js(script, vec![json!(lab)]).await;
            }
        }
        page.until(&lab, 60, &format!("if (location.pathname !== '{lab}') return false; {STANDS}")).await;
        if lab == "/lab/train" {
            page.click("#play").await;
            page.number_is("#step-count", ">= 2", 120).await;
        }
    }
    page.open("/").await;
    page.js("document.querySelector('a[href$=\"/lecture/convolution\"]').click()", vec![]).await;
    page.until("a lecture's figure", 60, "return document.querySelector('figure')?.children.length > 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_come_as_bytes() {
    let host = Host::ignorant(host::with_digits(host::dist()), "application/octet-stream").await;
    visit(WebGpu::Absent, host, |page| async move { every_lab_stands(&page, true).await }).await;
}

/// Without 404.html only the start page has an address. Other pages are reached from there.
#[tokio::test(flavor = "multi_thread")]
async fn programs_come_as_text() {
    let folder = Folder::with_site("text");
    std::fs::remove_file(folder.path().join("404.html")).expect("the site has a 404.html");
    let host = Host::ignorant(folder.path(), "text/plain").await;
    visit(WebGpu::Absent, host, |page| async move { every_lab_stands(&page, false).await }).await;
}
