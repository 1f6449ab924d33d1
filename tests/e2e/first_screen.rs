//! The first screen of a lab shows the apparatus and the answer, without scrolling, in a wide window and on a phone.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use receptive::site::labs::{LABS, Lab};
use serde_json::json;

/// Width and height in CSS pixels.
const WINDOWS: [[u32; 2]; 2] = [[1440, 800], [390, 844]];

/// An element that is longer than half a window, such as a table, must be visible from its top to at least this height.
const TOP: f64 = 120.0;

/// The position of each element of a selector: its name, left, top, right, bottom; and the scroll position of the page.
const PLACES: &str = "return [scrollY, [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => {
    const r = e.getBoundingClientRect(); return [e.outerHTML.slice(0, 60), r.left, r.top, r.right, r.bottom]; })]";

/// Whether the page's height has been constant for a while.
const REST: &str = "const now = document.documentElement.scrollHeight;
    if (window.restsAt !== now) [window.restsAt, window.restsSince] = [now, performance.now()];
    return performance.now() - window.restsSince > 800";

/// The elements of this selector that are not in the window.
async fn out_of_sight(page: &Page, selector: &str, [width, height]: [u32; 2]) -> Vec<String> {
    let found = page.js(PLACES, vec![json!(selector)]).await;
    let mut faults = vec![];
    if found[0] != json!(0) {
        faults.push(format!("the page is scrolled by {}", found[0]));
    }
    let places: Vec<(String, f64, f64, f64, f64)> = serde_json::from_value(found[1].clone()).expect("places");
    for (name, left, top, right, bottom) in places {
        let (across, down) = (f64::from(width), f64::from(height));
        let needed = if bottom - top > down / 2.0 { top + TOP } else { bottom };
        if left < 0.0 || top < 0.0 || left >= across || needed > down || right <= 0.0 {
            faults.push(format!("{name} stands at {left:.0}, {top:.0} to {right:.0}, {bottom:.0}"));
        }
    }
    faults
}

async fn faults(page: &Page, lab: &Lab, window: [u32; 2]) -> Vec<String> {
    page.open(&format!("/lab/{}", lab.slug)).await;
    for one in lab.answer.split(", ").chain(lab.control.split(", ")) {
        let stands = format!("const e = document.querySelector({}); return e && e.getBoundingClientRect().height > 12", json!(one));
        page.until(&format!("{one} of the lab {}", lab.slug), 90, &stands).await;
    }
    page.until("a page of one height", 30, REST).await;
    let mut found = out_of_sight(page, lab.answer, window).await;
    found.extend(out_of_sight(page, lab.control, window).await);
    let widths = page.js("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]", vec![]).await;
    if widths[0] != widths[1] {
        found.push(format!("the page is {} px wide in a window of {}", widths[0], widths[1]));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_screen_of_each_lab_shows_its_apparatus_and_its_answer() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        let mut all = vec![];
        for [width, height] in WINDOWS {
            page.window(width, height).await;
            for lab in LABS {
                let found = faults(&page, lab, [width, height]).await;
                all.extend(found.into_iter().map(|fault| format!("{}, {width} × {height}: {fault}", lab.slug)));
            }
        }
        assert!(all.is_empty(), "not on the first screen:\n{}", all.join("\n"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_below_the_window_is_missed() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.window(1440, 800).await;
        page.open("/lab/convolution").await;
        page.until("the desk", 60, "return document.querySelector('.formula .total')").await;
        let push = "document.querySelector('main').insertAdjacentHTML('afterbegin', '<div style=\"height:800px\"></div>')";
        page.js(push, vec![]).await;
        let found = out_of_sight(&page, ".formula .total", [1440, 800]).await;
        assert_eq!(found.len(), 1, "{found:?}");
    })
    .await;
}
