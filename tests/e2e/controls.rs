//! Every control of every figure: changing it changes the figure and the address, and going back restores both.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use receptive::site::figures::FIGURES;
use serde_json::{Value, json};

/// Elements that are not settings: a number in a grid (the desk's tests try these), a file input, disabled controls.
const NO_SETTINGS: &str = ".cell, [type=file], [type=radio]:checked, [readonly], [disabled]";

/// `controls` lists the controls that can be changed. `shown` is everything that the figure shows, except for the control itself. `held` is
/// the meaningful part of it: words, settings, lines and pixels.
const TOOLS: &str = "
window.figure = () => document.querySelector('main figure');
window.controls = none => [...figure().querySelectorAll('select, input')].filter(e => e.checkVisibility() && !e.matches(none) && (!e.ariaValueMax || e.ariaValueMin !== e.ariaValueMax));
window.shown = own => {
    const copy = figure().cloneNode(true);
    const fields = [...figure().querySelectorAll('select, input')].filter(e => !e.matches(own)).map(e => e.type === 'checkbox' ? e.checked : e.value);
    const inside = copy.querySelector(own);
    if (inside) (inside.closest('label') ?? inside).remove();
    return copy.innerHTML + fields + [...figure().querySelectorAll('canvas')].map(c => c.toDataURL()).join();
};
window.held = () => figure().textContent.replace(/; from question[^.]*|[0-9.]+ ms/g, '') + [...figure().querySelectorAll('select, input')].map(e => e.type === 'checkbox' ? e.checked : e.value)
    + [...figure().querySelectorAll('svg *')].map(e => ['d', 'points', 'x', 'y'].map(name => e.getAttribute(name)))
    + [...figure().querySelectorAll('canvas')].map(c => c.toDataURL());
window.turn = own => {
    const e = figure().querySelector(own);
    const say = value => { e.value = value; for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {bubbles: true})); };
    if (e.type === 'checkbox' || e.type === 'radio') e.click();
    else if (e.tagName === 'SELECT') say([...e.options].find(o => !o.disabled && !o.selected && o.value !== '')?.value ?? e.value);
    else if (e.type === 'range') say(+e.value < (+e.min + +e.max) / 2 ? e.max : e.min);
    else { const most = e.ariaValueMax ?? e.max; say(String(+e.value + (most !== '' && +e.value >= +most ? -1 : 1))); }
    return e.value;
};
return controls(arguments[0]).map(e => e.id ? '#' + CSS.escape(e.id) : e.dataset.control ? `[data-control=\"${e.dataset.control}\"]` : '')";

/// Whether everything is as before, and has been long enough that no late change can come.
const BACK: &str = "const is = location.search === window.before?.[1] && held() === before[2];
    if (!is) window.since = 0; else window.since ||= performance.now();
    return is && performance.now() - window.since > 400";

const RESTS: &str = "const now = held(); if (window.resting?.[0] !== now) window.resting = [now, performance.now()];
    return performance.now() - window.resting[1] > 600";

async fn tools(page: &Page, id: &str) -> Vec<String> {
    page.open(&format!("/figure/{id}")).await;
    page.until("its controls", 30, "return document.querySelectorAll('main figure :is(select, input)').length").await;
    let found = page.js(TOOLS, vec![json!(NO_SETTINGS)]).await;
    page.until("a figure at rest", 30, RESTS).await;
    found.as_array().into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_of_every_figure_acts() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        let mut faults = vec![];
        for figure in FIGURES {
            let ids = tools(&page, figure.id).await;
            assert!(!ids.is_empty(), "{} has controls", figure.id);
            for id in ids {
                if id.is_empty() {
                    faults.push(format!("{}: a control without a name", figure.id));
                    continue;
                }
                let before = page
                    .js(
                        "window.since = 0; window.before = [shown(arguments[0]), location.search, held()]; return turn(arguments[0])",
                        vec![json!(id)],
                    )
                    .await;
                let told = |what: &str| format!("{} {id}, turned to {before}: {what}", figure.id);
                let own = json!(id);
                if !page.comes(5, &format!("return shown({own}) !== before[0]")).await {
                    faults.push(told("nothing else changes"));
                }
                let moved = page.comes(5, "return location.search !== window.before?.[1]").await;
                if moved {
                    page.client.back().await.expect("back");
                } else {
                    faults.push(told("the address does not change"));
                }
                if !page.comes(8, BACK).await {
                    if moved {
                        faults.push(told("Back does not bring the figure back"));
                    }
                    tools(&page, figure.id).await;
                }
            }
            assert_eq!(page.console_errors().await, Vec::<String>::new(), "{}", figure.id);
        }
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    })
    .await;
}

/// What an address asks for and cannot be is mended in it without an entry of the history, and told once; what belongs to nobody stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_mended_and_says_so() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for (address, mended, control, runs) in [
            ("/lab/train?dropout=7&stranger=1", "?stranger=1&dropout=0.9", "Dropout", "0.9 is set"),
            ("/figure/depth?width=99", "?width=16", "Channels", "16 is set"),
            (
                "/figure/desk?op=transposed&stride=2&extra=2&bias=true",
                "?op=transposed&stride=2&extra=1",
                "Added at the end",
                "the stride of 2 or the dilation of 1",
            ),
        ] {
            page.open(address).await;
            page.until("the mended address", 30, &format!("return location.search === '{mended}'")).await;
            let says = |words: &str| format!("return document.querySelector('#mended')?.textContent.includes('{words}')");
            page.until("the control's name", 10, &says(control)).await;
            page.until("what runs", 10, &says(runs)).await;
            page.click("#mended button").await;
            page.until("no more of it", 10, "return !document.querySelector('#mended')").await;
        }
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
