//! The receptive-field figure: its numbers are right, impossible settings are refused with the reason, and a phone shows all numbers.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use serde_json::json;

/// Types a number as a hand would, and returns the number that the field then shows.
async fn typed(page: &Page, field: &str, text: &str) -> String {
    page.until(field, 30, &format!("return document.querySelector('{field}') !== null")).await;
    let script = "const e = document.querySelector(arguments[0]); e.value = arguments[1];
        for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {bubbles: true})); return e.value";
    page.js(script, vec![json!(field), json!(text)]).await.as_str().unwrap_or_default().to_string()
}

async fn shows(page: &Page, field: &str, value: &str) {
    page.until(&format!("{value} in {field}"), 10, &format!("return document.querySelector('{field}')?.value === '{value}'")).await;
}

async fn reason_has(page: &Page, words: &str) {
    let script = format!("return document.querySelector('.field .reason').textContent.includes('{words}')");
    page.until(&format!("a reason with {words:?}"), 10, &script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_fields_show_what_holds() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/figure/field").await;
        assert_eq!(typed(&page, "#field-kernel-1", "5").await, "5");
        page.until("the address", 10, "return location.search.includes('stack=5_3_3')").await;
        page.client.back().await.expect("back");
        shows(&page, "#field-kernel-1", "3").await;
        typed(&page, "#field-kernel-3", "7").await;
        page.until("the address", 10, "return location.search.includes('stack=3_3_7')").await;
        page.click(".field .bar > button").await;
        shows(&page, "#field-kernel-3", "3").await;
        typed(&page, "#field-stride-2", "2").await;
        page.choose("#field-preset", "one-five").await;
        shows(&page, "#field-kernel-1", "5").await;
        page.choose("#field-preset", "halving").await;
        shows(&page, "#field-stride-2", "2").await;
        typed(&page, "#field-kernel-1", "9").await;
        page.until("the address", 10, "return location.search.includes('stack=9s2_')").await;
        page.click(".field [aria-label=\"Remove layer 1\"]").await;
        shows(&page, "#field-kernel-1", "3").await;
        page.choose("#field-kind-1", "pool").await;
        page.until("a pooling", 10, "return location.search.includes('stack=p3s2_')").await;
        page.client.back().await.expect("back");
        shows(&page, "#field-kind-1", "convolution").await;
        for nonsense in ["", "2.5", "-4"] {
            assert_eq!(typed(&page, "#field-kernel-1", nonsense).await, "3", "after {nonsense:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_the_reason() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/figure/field?pad=false").await;
        assert_eq!(typed(&page, "#field-kernel-1", "99").await, "11");
        reason_has(&page, "11 at most").await;
        assert_eq!(typed(&page, "#field-dilation-1", "16").await, "9", "9·10 + 1 cells leave the two kernels of 3 above it 6");
        reason_has(&page, "9 is the most that fits").await;
        let rows = "return document.querySelectorAll('.field .layers tbody tr').length";
        assert_eq!(page.js(rows, vec![]).await, 3, "no layer went");
        page.until("no room for more", 10, "return [...document.querySelectorAll('.field .why')].some(e => e.textContent.includes('a further layer has no unit'))").await;
        // From an address one layer is left, which then says so, and why it is not what was asked.
        page.open("/figure/field?stack=11s4d16b11_11s4_11s4&pad=false").await;
        page.until("the reason", 10, "return document.querySelector('#mended')?.textContent.includes('3 layers')").await;
        page.until("the address", 10, "return location.search.includes('stack=11s4d9b11&')").await;
        assert_eq!(page.js(rows, vec![]).await, 1);
        let said = page.js("return document.querySelector('.field .conclusion').textContent", vec![]).await;
        assert!(said.as_str().is_some_and(|said| said.contains("layer 1 can see 91 cells")), "{said}");
        // If a stack needs its padding, the switch says so.
        page.open("/figure/field?stack=11d8_11d8&input=96").await;
        page.until("a switch that is held", 10, "return document.querySelector('#field-pad')?.disabled && document.querySelector('.field .bar .why')?.textContent.includes('too few')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_shows_every_number() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.width(390).await;
        page.open("/figure/field").await;
        page.until("the layers", 30, "return document.querySelector('.field .layers tbody td.number')").await;
        let outside = "return [...document.querySelectorAll('.field .layers :is(td, th)')].filter(e => e.closest('thead') === null && e.textContent)
            .filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)";
        assert_eq!(page.js(outside, vec![]).await, json!([]));
        // The letters of a drawing have the same size as other letters on the screen.
        page.open("/figure/depth").await;
        page.until("its drawings", 30, "return document.querySelector('.curves .tick')").await;
        let letters = "return Math.min(...[...document.querySelectorAll('.curves .tick')].map(t => parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getScreenCTM().a))";
        let least = page.js(letters, vec![]).await.as_f64().expect("pixels");
        assert!(least >= 10.0, "letters of {least} pixels");
    })
    .await;
}
