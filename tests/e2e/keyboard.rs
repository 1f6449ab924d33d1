//! Using the site with the keyboard alone: Tab reaches every control, shows the focus and is never trapped; figures can be used without a pointer.
use crate::{
    browser::{Own, WebGpu},
    host::{self, Host},
    page::Page,
    visit,
};
use serde_json::{Value, json};

/// A key press, as the browser gets it from a keyboard. `text` is what the key writes.
async fn press(page: &Page, key: &str, code: u32, text: &str) {
    for kind in ["keyDown", "keyUp"] {
        let mut event = json!({"type": kind, "key": key, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code});
        if kind == "keyDown" && !text.is_empty() {
            event["text"] = json!(text);
        }
        let command = json!({"cmd": "Input.dispatchKeyEvent", "params": event});
        page.client.issue_cmd(Own("goog/cdp/execute", command)).await.unwrap_or_else(|e| panic!("{key}: {e}"));
    }
}
async fn tab(page: &Page) {
    press(page, "Tab", 9, "").await;
}
async fn enter(page: &Page) {
    press(page, "Enter", 13, "\r").await;
}

/// Marks every element that must be reached: those in the tab order that are visible and not disabled. Returns their number.
const MARK: &str = "const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length;
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
    const stops = all.filter(e => e.tabIndex >= 0 && !e.disabled && shown(e));
    stops.forEach(e => e.dataset.stop = '');
    return stops.length";

/// The element with the focus: none, or how it shows the focus, and whether it had to be reached. The outline may be that of a stand-in, such as its label.
const FOCUS: &str = "const e = document.activeElement;
    if (!e || e === document.body) return null;
    const outlined = n => { const s = n && getComputedStyle(n); return s && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0; };
    const first = e.dataset.stop === '';
    e.dataset.stop = 'reached';
    return [first, outlined(e) || outlined(e.parentElement) || outlined(e.closest('label')), e.outerHTML.slice(0, 120)]";

/// Elements that were not reached. In a group of radio buttons the browser stops at only one.
const LEFT: &str = "const group = e => e.type === 'radio' && document.querySelector(`[name=\"${e.name}\"][data-stop=reached]`);
    return [...document.querySelectorAll('[data-stop=\"\"]')].filter(e => !group(e) && e.checkVisibility() && !e.disabled).map(e => e.outerHTML.slice(0, 160))";

async fn walk(page: &Page, path: &str) {
    page.open(path).await;
    page.until("the page's text", 30, "return !document.querySelector('.waiting')").await;
    let settled = "return ![...document.querySelectorAll('figure')].some(f => f.children.length < 2) && ![...document.querySelectorAll('.shown .cell')].some(e => e.className === 'cell')";
    page.until("its figures", 60, settled).await;
    let stops = page.js(MARK, vec![]).await.as_u64().expect("a number");
    assert!(stops > 20, "{path} has only {stops} things to use");
    let mut unseen: Vec<String> = vec![];
    // A few more than there are, since folded or painted parts may add some meanwhile.
    for _ in 0..stops + 60 {
        tab(page).await;
        let Value::Array(found) = page.js(FOCUS, vec![]).await else { break };
        if found[1] != json!(true) {
            unseen.push(found[2].to_string());
        }
    }
    assert!(unseen.is_empty(), "{path}: no outline shows the focus on {}", unseen.join("\n"));
    let left = page.js(LEFT, vec![]).await;
    assert_eq!(left, json!([]), "{path}: Tab does not reach these");
    assert_eq!(page.console_errors().await, Vec::<String>::new(), "on {path}");
}

/// Presses Tab until this element has the focus.
async fn reach(page: &Page, selector: &str) {
    for _ in 0..120 {
        tab(page).await;
        if page.js("return !!document.activeElement?.matches(arguments[0])", vec![json!(selector)]).await == true {
            return;
        }
    }
    panic!("120 times Tab do not reach {selector}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_reaches_everything_on_the_desk() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        walk(&page, "/lab/convolution").await;
        walk(&page, "/lab/convolution?tab=backward&upstream=relu").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_reaches_everything_on_the_filter_bench() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move { walk(&page, "/figure/filters").await }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_reaches_everything_in_a_lecture() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move { walk(&page, "/lecture/convolution").await }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_is_worked_by_keys_alone() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/lab/convolution?channels=1&out=1&bias=false&input=3&kernel=2&picture=counting&weights=counting&by=cell&speed=20").await;
        page.until("the desk", 60, "return !!document.querySelector('.convolution-desk .shown')?.textContent").await;
        let total = "[data-control=value]";
        page.number_is(total, "== 19", 10).await;
        // A knob, and back: 3 columns become 4.
        reach(&page, "[data-control=width]").await;
        press(&page, "ArrowUp", 38, "").await;
        page.until("a wider output", 10, "return document.querySelectorAll('section[data-part=output] [data-at]').length === 6").await;
        press(&page, "ArrowDown", 40, "").await;
        page.until("the output as it was", 10, "return document.querySelectorAll('section[data-part=output] [data-at]').length === 4")
            .await;
        reach(&page, "[data-control=play]").await;
        press(&page, " ", 32, " ").await;
        page.number_is(total, "== 43", 20).await;
        reach(&page, "[data-control=back]").await;
        enter(&page).await;
        page.number_is(total, "== 37", 10).await;
        enter(&page).await;
        page.number_is(total, "== 25", 10).await;
        reach(&page, "[data-control=step]").await;
        enter(&page).await;
        page.number_is(total, "== 37", 10).await;
        // From any place on the desk, comma goes back.
        press(&page, ",", 188, ",").await;
        page.number_is(total, "== 25", 10).await;
        // The first weight becomes 10: 1·10 + 2·1 + 4·2 + 5·3.
        reach(&page, "section[data-part=kernel] [data-at]").await;
        press(&page, "1", 49, "1").await;
        press(&page, "0", 48, "0").await;
        enter(&page).await;
        page.number_is(total, "== 35", 10).await;
        let held = "return document.activeElement.closest('section')?.dataset.part";
        assert_eq!(page.js(held, vec![]).await, "kernel", "the focus stays on the cell that was written");
        reach(&page, "section[data-part=output] [data-at]").await;
        press(&page, "Home", 36, "").await;
        enter(&page).await;
        page.until(
            "the first sum of its row",
            10,
            "return document.querySelector('section[data-part=output] [aria-selected=true]')?.dataset.at === '0'",
        )
        .await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
