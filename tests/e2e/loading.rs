//! How a page comes: its first words soon, and nothing that stands moves when the rest arrives.
use crate::{
    browser::{Own, WebGpu},
    host::{self, Host},
    page::Page,
    pages::addresses,
    visit,
};
use receptive::site::figures::FIGURES;
use serde_json::json;

/// Runs before any script of a page. A shift that follows the reader's hand is no fault.
const WATCH: &str = "window.shifts = []; new PerformanceObserver(list => list.getEntries().forEach(e => {
    if (!e.hadRecentInput) window.shifts.push([e.value, e.sources.slice(0, 3).map(s => {
        const n = s.node?.nodeType === 1 ? s.node : s.node?.parentElement;
        return `${n?.tagName}.${n?.className} from ${Math.round(s.previousRect.y)} to ${Math.round(s.currentRect.y)}`;
    }).join(', ')]); })).observe({type: 'layout-shift', buffered: true});";

/// Views of the desk besides the one it opens with.
const FURTHER: &[&str] = &["/lab/convolution?tab=backward&upstream=random", "/lab/convolution?tab=matrix", "/lab/convolution?tab=code"];

async fn everything(page: &Page) -> Vec<String> {
    let mut paths = addresses(page).await;
    paths.extend(FIGURES.iter().map(|figure| format!("/figure/{}", figure.id)));
    paths.extend(FURTHER.iter().map(|path| path.to_string()));
    paths
}

/// Whether the page has been as high as it is for the last few times that this was asked.
const REST: &str = "const now = document.documentElement.scrollHeight, [before, times] = window.heights ?? [0, 0];
    window.heights = [now, now === before ? times + 1 : 0]; return window.heights[1] >= 3";

/// Through the whole page, as somebody reads it, then a rest.
const READ: &str = "window.read = false; (async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 500) { scrollTo({top: y, behavior: 'instant'}); await new Promise(r => setTimeout(r, 120)); }
    await new Promise(r => setTimeout(r, 500)); window.read = true; })();";

/// What is wrong with how this page comes, if anything.
async fn fault(page: &Page, path: &str, width: u32) -> Option<String> {
    page.open(path).await;
    page.until("the page's text", 30, "return !document.querySelector('.waiting')").await;
    // What comes late, a program or a picture, has this long to push something.
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    // A page that is still being put together is not read yet.
    page.until("a page of one height", 30, REST).await;
    page.js(READ, vec![]).await;
    page.until("the end of the page", 60, "return window.read").await;
    let painted = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e9";
    let first = page.js(painted, vec![]).await.as_f64().expect("milliseconds");
    // 0.3 to 0.6 s on two quiet cores, 2.5 s on busy ones.
    if first > 4000.0 {
        return Some(format!("{path}, {width} px: first content after {first:.0} ms"));
    }
    let moved = page.js("return window.shifts.reduce((sum, [value]) => sum + value, 0)", vec![]).await;
    if moved.as_f64().expect("a sum") <= 0.02 {
        return None;
    }
    let how = page.js("return window.shifts.filter(s => s[0] > 0.002).map(s => `${s[0].toFixed(3)} ${s[1]}`).join('; ')", vec![]).await;
    Some(format!("{path}, {width} px: shifts of {moved}: {how}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn first_words_come_soon_and_nothing_moves() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        let paths = everything(&page).await;
        let command = json!({"cmd": "Page.addScriptToEvaluateOnNewDocument", "params": {"source": WATCH}});
        page.client.issue_cmd(Own("goog/cdp/execute", command)).await.expect("a script before all others");
        let mut faults = vec![];
        for width in [1440, 390] {
            page.width(width).await;
            for path in &paths {
                // A machine that has much else to do may hold up anything once. What is wrong with a page is wrong again.
                let mut found = fault(&page, path, width).await;
                for _ in 0..2 {
                    if found.is_some() {
                        found = fault(&page, path, width).await;
                    }
                }
                faults.extend(found);
            }
        }
        // The watch itself must be able to see something: a block that pushes the page down.
        let push = "scrollTo(0, 0); setTimeout(() => document.querySelector('main').insertAdjacentHTML('afterbegin', '<div style=\"height:300px\"></div>'), 700)";
        page.js(push, vec![]).await;
        page.until("a shift to be seen", 10, "return window.shifts.some(([value]) => value > 0.02)").await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    })
    .await;
}
