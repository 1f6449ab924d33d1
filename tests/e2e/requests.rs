//! The number of files that a page requests on the first visit, including those of its own worker.
use crate::{
    browser::{Own, WebGpu},
    host::{self, Host},
    page::Page,
    visit,
};
use serde_json::json;

const MOST: usize = 20;

async fn forget_everything(page: &Page) {
    let orders = [
        ("Network.clearBrowserCache", json!({})),
        ("Storage.clearDataForOrigin", json!({"origin": page.host.address, "storageTypes": "all"})),
    ];
    for (order, parameters) in orders {
        let command = json!({"cmd": order, "params": parameters});
        page.client.issue_cmd(Own("goog/cdp/execute", command)).await.unwrap_or_else(|e| panic!("{order}: {e}"));
    }
}

/// All requests, once no further one comes.
async fn asked(page: &Page, path: &str) -> Vec<String> {
    page.client.goto("about:blank").await.expect("an empty page");
    forget_everything(page).await;
    page.host.asked();
    page.open(path).await;
    page.until("the page's text", 30, "return !document.querySelector('.waiting')").await;
    // Scrolls through the whole page, since a figure in a lecture loads when it becomes visible.
    page.js(
        "window.read = false; (async () => { for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
            scrollTo({top: y, behavior: 'instant'}); await new Promise(r => setTimeout(r, 60)); } window.read = true; })()",
        vec![],
    )
    .await;
    page.until("the end of the page", 60, "return window.read").await;
    let mut all = page.host.asked();
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        let more = page.host.asked();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_comes_in_few_requests() {
    visit(WebGpu::Absent, Host::without_service_worker(host::with_digits(host::dist())).await, |page| async move {
        page.open("/").await;
        let script = "return [...new Set([...document.querySelectorAll('a[href]')].map(a => new URL(a.href))
            .filter(u => u.origin === location.origin).map(u => u.pathname))]";
        let paths: Vec<String> = serde_json::from_value(page.js(script, vec![]).await).expect("a list of paths");
        let lectures = paths.iter().filter(|path| path.starts_with("/lecture/")).count();
        assert!(lectures >= 7 && paths.iter().any(|path| path == "/lab/train"), "{paths:?}");
        let mut faults = vec![];
        for path in paths {
            let asked = asked(&page, &path).await;
            let bytes = "return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).reduce((sum, e) => sum + e.encodedBodySize, 0)";
            println!("{path}: {} requests, {} bytes on the page", asked.len(), page.js(bytes, vec![]).await);
            if asked.len() > MOST {
                faults.push(format!("{path}: expected at most {MOST} requests, found {}: {}", asked.len(), asked.join(", ")));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    })
    .await;
}
