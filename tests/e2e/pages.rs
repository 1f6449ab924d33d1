//! Every page of the book: opens, leaves the console clean, and fits a telephone.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};

/// The home page and all it links to on this site.
pub async fn addresses(page: &Page) -> Vec<String> {
    page.open("/").await;
    let script = "return [...new Set([...document.querySelectorAll('a[href]')].map(a => new URL(a.href))
        .filter(u => u.origin === location.origin).map(u => u.pathname + u.search))]";
    let found: Vec<String> = serde_json::from_value(page.js(script, vec![]).await).expect("a list of paths");
    assert!(found.iter().any(|path| path == "/lab/train"), "the home page links to the lab; it links to {found:?}");
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_without_errors() {
    visit(WebGpu::Software, Host::kind(host::dist()).await, |page| async move {
        for path in addresses(&page).await {
            page.open(&path).await;
            assert!(page.js("return !document.querySelector('#not-found')", vec![]).await == true, "{path} is linked but not there");
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            assert_eq!(page.console_errors().await, Vec::<String>::new(), "on {path}");
        }
        page.open("/no-such-page").await;
        page.until("the sentence for an unknown page", 5, "return document.querySelector('#not-found')?.textContent").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_scrolls_sideways_on_a_telephone() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.width(390).await;
        for path in addresses(&page).await {
            page.open(&path).await;
            page.until("the page's text", 30, "return !document.querySelector('.waiting')").await;
            let widest = page.js("return [innerWidth, document.documentElement.scrollWidth]", vec![]).await;
            assert_eq!(widest, serde_json::json!([390, 390]), "{path}: width of the window and of the page");
        }
    })
    .await;
}
