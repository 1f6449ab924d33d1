//! The speed lab: it measures what the address asks for on the devices in it, reports it to people and programs, and can be stopped.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use serde_json::{Value, json};

/// The results, as a program reads them.
const ROWS: &str = "return [...document.querySelectorAll('#results tbody tr')].map(row => ({...row.dataset, text: row.textContent}))";

async fn state_is(page: &Page, state: &str, seconds: u64) {
    page.until(&format!("the state {state}"), seconds, &format!("return document.querySelector('#speed')?.dataset.state === '{state}'"))
        .await;
}

async fn rows(page: &Page) -> Vec<Value> {
    page.js(ROWS, vec![]).await.as_array().cloned().expect("a list of rows")
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("expected a number in {key}, found {row}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_measured_on_both_devices() {
    visit(WebGpu::Software, Host::kind(host::dist()).await, |page| async move {
        page.width(390).await;
        page.open("/lab/speed?cases=dw3x3_96_112,lenet5_b64&device=both&runs=2&start=1").await;
        state_is(&page, "done", 120).await;
        let found = rows(&page).await;
        let places: Vec<_> = found.iter().map(|row| (row["case"].as_str().unwrap_or(""), row["device"].as_str().unwrap_or(""))).collect();
        assert_eq!(places, [("dw3x3_96_112", "cpu"), ("dw3x3_96_112", "gpu"), ("lenet5_b64", "cpu"), ("lenet5_b64", "gpu")]);
        for row in &found {
            let [median, first_run, first] = ["medianMs", "firstRunMs", "firstMs"].map(|key| number(row, key));
            assert!(median > 0.0 && first_run > 0.0 && first > first_run, "the worker starts before its first run: {row}");
            let macs = number(row, "gflops") * median * 1e6 / 2.0;
            let expected = if row["case"] == "lenet5_b64" { 72_445_439.0..72_445_441.0 } else { 10_838_015.0..10_838_017.0 };
            assert!(expected.contains(&macs), "{macs} multiply-adds: {row}");
            assert_eq!((row["state"].as_str(), row["runs"].as_str()), (Some("done"), Some("2")));
            let text = row["text"].as_str().unwrap_or_default();
            assert_eq!(text.contains("software adapter"), row["device"] == "gpu", "a processor that pretends is called what it is: {text}");
            assert!(!text.contains("GPU"), "{text}");
        }
        assert_eq!([&found[0]["rung"], &found[1]["rung"]], ["along channels", "depthwise conv2d, 3×3"]);
        assert!(number(&found[0], "naiveMs") > number(&found[0], "medianMs"), "the quick way is the quicker one: {}", found[0]);

        // Sorted by the median, twice: falling.
        let head = "#results th:nth-child(3)";
        page.click(&format!("{head} button")).await;
        page.click(&format!("{head} button")).await;
        assert_eq!(page.js(&format!("return document.querySelector('{head}').ariaSort"), vec![]).await, "descending");
        let medians: Vec<f64> = rows(&page).await.iter().map(|row| number(row, "medianMs")).collect();
        assert!(medians.is_sorted_by(|a, b| a >= b), "{medians:?}");

        let widest = page.js("return [innerWidth, document.documentElement.scrollWidth]", vec![]).await;
        assert_eq!(widest, json!([390, 390]), "the table scrolls, the page does not");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_copied_and_stay_readable_where_the_clipboard_is_closed() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/lab/speed?cases=dw3x3_96_112&device=both&runs=2").await;
        assert_eq!(page.js("return document.querySelector('#speed').dataset.state", vec![]).await, "idle", "nothing begins by itself");
        // The clipboard of this page, which is closed at first.
        let closed = "Object.defineProperty(navigator, 'clipboard', {value: {writeText: t => window.open_ ? (window.copied = t, Promise.resolve()) : Promise.reject()}})";
        page.js(closed, vec![]).await;
        page.click("#start").await;
        state_is(&page, "done", 120).await;
        let found = rows(&page).await;
        assert_eq!((found[0]["state"].as_str(), found[1]["state"].as_str()), (Some("done"), Some("failed")));
        assert!(found[1]["error"].as_str().is_some_and(|why| why.contains("GPU")), "{}", found[1]);

        page.click("#copy-markdown").await;
        let text = page.until("the text to copy by hand", 10, "return document.querySelector('#speed textarea')?.value").await;
        assert!(text.as_str().is_some_and(|t| t.starts_with("| case | device |") && t.contains("depthwise 3×3")), "{text}");
        page.js("window.open_ = true", vec![]).await;
        page.click("#copy-json").await;
        let copied = page.until("the copy", 10, "return window.copied").await;
        let read: Value = serde_json::from_str(copied.as_str().unwrap_or_default()).expect("JSON");
        assert_eq!(read["rows"][0]["case"], "dw3x3_96_112");
        // A number that was read from JSON may differ in its last digit.
        let (median, shown) = (read["rows"][0]["median_ms"].as_f64().expect("a number"), number(&found[0], "medianMs"));
        assert!((median / shown - 1.0).abs() < 1e-12, "{median} was copied, {shown} is shown");
        page.until("the text to go again", 10, "return !document.querySelector('#speed textarea')").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn measuring_stops_at_once_and_begins_again() {
    visit(WebGpu::Software, Host::kind(host::dist()).await, |page| async move {
        page.open("/lab/speed?cases=resnet18&device=gpu&runs=100").await;
        page.click("#start").await;
        page.until("the first runs", 120, "return document.querySelector('#speed progress').value > 0").await;
        page.click("#stop").await;
        state_is(&page, "stopped", 2).await;
        assert_eq!(rows(&page).await, Vec::<Value>::new());
        // Another case by its box, then the space bar.
        page.click("#none").await;
        page.click("input[name=dw3x3_96_112]").await;
        page.choose("#device", "cpu").await;
        page.choose("#runs", "2").await;
        page.until("the address to follow", 10, "return location.search === '?cases=dw3x3_96_112&device=cpu&runs=2'").await;
        page.js("document.activeElement.blur(); dispatchEvent(new KeyboardEvent('keydown', {key: ' '}))", vec![]).await;
        state_is(&page, "done", 60).await;
        assert_eq!(rows(&page).await.len(), 1);
        page.client.back().await.expect("back");
        page.until("the runs as before", 10, "return document.querySelector('#runs').value === '100'").await;
    })
    .await;
}
