//! How a page loads: its first words come soon, and nothing moves when the rest arrives.
use crate::{
    browser::{Own, WebGpu},
    host::{self, Host},
    page::Page,
    tries::TRIES,
    visit,
};
use serde_json::json;

/// Runs before any script of a page. A shift caused by the reader is not a fault.
const WATCH: &str = "window.shifts = []; new PerformanceObserver(list => list.getEntries().forEach(e => {
    if (!e.hadRecentInput) window.shifts.push([e.value, e.sources.slice(0, 3).map(s => {
        const n = s.node?.nodeType === 1 ? s.node : s.node?.parentElement;
        return `${n?.tagName}.${n?.className} from ${Math.round(s.previousRect.y)} to ${Math.round(s.currentRect.y)}`;
    }).join(', ')]); })).observe({type: 'layout-shift', buffered: true});";

/// Whether the page's height has been constant long enough that late parts, such as a program or a picture, have arrived.
const REST: &str = "const now = document.documentElement.scrollHeight;
    if (window.restsAt !== now) [window.restsAt, window.restsSince] = [now, performance.now()];
    return performance.now() - window.restsSince > 1200";

/// Scrolls through the whole page as a reader does, then waits.
const READ: &str = "window.read = false; (async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) { scrollTo({top: y, behavior: 'instant'}); await new Promise(r => setTimeout(r, 80)); }
    await new Promise(r => setTimeout(r, 500)); window.read = true; })();";

/// From now on, pages that are opened are watched.
pub async fn watch(page: &Page) {
    let command = json!({"cmd": "Page.addScriptToEvaluateOnNewDocument", "params": {"source": WATCH}});
    page.client.issue_cmd(Own("goog/cdp/execute", command)).await.expect("a script before all others");
}

async fn seen(page: &Page, path: &str) -> Option<String> {
    page.open(path).await;
    page.until("the page's text", 30, "return !document.querySelector('.waiting')").await;
    // On a page of its own a figure comes at once. In a lecture it comes when it is visible.
    let stands =
        "return !/figure\\/|lab\\/convolution/.test(location.pathname) || document.querySelector('main figure')?.children.length > 1";
    page.until("the figure", 30, stands).await;
    page.until("a page of one height", 30, REST).await;
    page.js(READ, vec![]).await;
    page.until("the end of the page", 60, "return window.read").await;
    let painted = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e9";
    let first = page.js(painted, vec![]).await.as_f64().expect("milliseconds");
    // 0.3 to 0.6 s on two idle cores, 2.5 s on busy ones.
    if first > 4000.0 {
        return Some(format!("first content after {first:.0} ms"));
    }
    let moved = page.js("return window.shifts.reduce((sum, [value]) => sum + value, 0)", vec![]).await;
    if moved.as_f64().expect("a sum") <= 0.02 {
        return None;
    }
    let how = page.js("return window.shifts.filter(s => s[0] > 0.002).map(s => `${s[0].toFixed(3)} ${s[1]}`).join('; ')", vec![]).await;
    Some(format!("shifts of {moved}: {how}"))
}

/// Opens a page and reads it to its end. Returns what is wrong with its loading, if anything.
pub async fn fault(page: &Page, path: &str) -> Option<String> {
    let mut found = seen(page, path).await;
    for _ in 1..TRIES {
        if found.is_some() {
            found = seen(page, path).await;
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_pushes_the_page_is_seen() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        watch(&page).await;
        page.open("/").await;
        let push =
            "setTimeout(() => document.querySelector('main').insertAdjacentHTML('afterbegin', '<div style=\"height:300px\"></div>'), 700)";
        page.js(push, vec![]).await;
        page.until("a shift to be seen", 10, "return window.shifts.some(([value]) => value > 0.02)").await;
    })
    .await;
}
