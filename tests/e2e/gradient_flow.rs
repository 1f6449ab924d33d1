//! The depth lab: both networks learn in a browser, a control changes a number, the address restores the state, and blocks can be left out.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};

async fn digits() -> Host {
    Host::kind(host::with_digits(host::dist())).await
}

async fn ready(page: &Page) {
    page.until("the lab", 90, "const e = document.querySelector('#play'); return e && !e.disabled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_twins_learn_and_a_control_changes_a_number() {
    visit(WebGpu::Software, digits().await, |page| async move {
        page.open("/lab/gradient-flow?depth=8").await;
        ready(&page).await;
        assert_ne!(page.value("#device").await, "gpu", "a software adapter is never the default");
        page.click("#play").await;
        page.number_is("#step-count", ">= 20", 120).await;
        let first = page.number("#residual-error", 10).await;
        assert!(first > 0.6, "before it has learned it is wrong nine times of ten, not {first}");
        page.number_is("#residual-error", &format!("< {}", 0.75 * first), 240).await;
        page.click("#pause").await;
        page.until("it rests", 20, "return document.querySelector('#gradient-flow').dataset.playing === 'false'").await;
        let rows = "return document.querySelectorAll('#gradient-flow .gradients tbody tr').length";
        page.click("#gradient-flow .gradients summary").await;
        page.until("a row a layer", 10, &format!("{rows} === 8")).await;
        // Back to the first step, whose gradients differ, and forward again.
        let [last, first] = ["return document.querySelector('#arrives').dataset.plain", "const e = document.querySelector('#norms-step'); e.value = 1; e.dispatchEvent(new Event('input')); return !e.disabled && e.max"];
        let (now, most) = (page.js(last, vec![]).await, page.js(first, vec![]).await);
        page.until("the first step", 10, "return document.querySelector('#arrives').textContent.startsWith('Step 1.')").await;
        assert_ne!(page.js(last, vec![]).await, now);
        page.js(&format!("const e = document.querySelector('#norms-step'); e.value = {}; e.dispatchEvent(new Event('input'))", most.as_str().unwrap_or_default()), vec![]).await;
        page.until("the last step", 10, &format!("return document.querySelector('#arrives').dataset.plain === '{}'", now.as_str().unwrap_or_default())).await;

        // When the slider is released, the address has the step, and going back undoes it.
        page.choose("#norms-step", "1").await;
        page.until("the step in the address", 10, "return location.search.includes('at=1')").await;
        page.client.back().await.expect("back");
        page.until("the last step again", 10, &format!("return document.querySelector('#arrives').dataset.plain === '{}'", now.as_str().unwrap_or_default())).await;
        for chart in ["error", "test", "loss", "alike"] {
            page.click(&format!("#{chart}-chart summary")).await;
            let numbers = format!("const t = document.querySelector('#{chart}-chart table'); return t && t.querySelectorAll('tbody tr').length <= 50 && t.querySelectorAll('tbody td.number').length > 1 && t.caption.textContent");
            page.until(&format!("the numbers of the {chart} chart"), 10, &numbers).await;
            page.click(&format!("#{chart}-chart summary")).await;
        }

        page.click("#drop").await;
        page.until("all blocks", 120, "return document.querySelectorAll('.blocks tbody tr').length === 4 && document.querySelector('#gradient-flow').dataset.measuring === 'false'").await;
        page.click("#slice-line").await;
        page.until("the line", 120, "return document.querySelectorAll('#slice circle').length === 42").await;

        // Without batch norm and with small weights no gradient arrives.
        page.choose("#first", "torch").await;
        page.click("#norm").await;
        page.choose("#depth", "20").await;
        // Invalid text leaves the seed as it is, and the field shows it.
        for nonsense in ["-5", "", "1.5"] {
            let typed = "const e = document.querySelector('#seed'); e.value = arguments[0]; e.dispatchEvent(new Event('change', {bubbles: true})); return e.value";
            assert_eq!(page.js(typed, vec![nonsense.into()]).await, "1", "after {nonsense:?}");
        }
        page.until("the new twins", 60, "return document.querySelector('#step-count').dataset.value === '0'").await;
        page.click("#step").await;
        page.until("the vanished gradient", 60, "const d = document.querySelector('#arrives').dataset; return d.plain && d.plain < 1e-4 && d.residual > 1e-3").await;
        let copied = page.js("return location.pathname + location.search", vec![]).await;
        let copied = copied.as_str().expect("an address").to_string();
        page.client.goto("about:blank").await.expect("another page");
        page.open(&copied).await;
        for (control, value) in [("#first", "torch"), ("#depth", "20")] {
            assert_eq!(page.value(control).await, value, "{control} after opening {copied}");
        }
        assert_eq!(page.js("return document.querySelector('#norm').checked", vec![]).await, false);
        page.click("#defaults").await;
        page.until("the settings of the beginning", 10, "return location.search === '' && document.querySelector('#norm').checked && document.querySelector('#defaults').disabled").await;
        page.client.back().await.expect("back");
        page.until("the settings before", 10, "return document.querySelector('#depth').value === '20' && !document.querySelector('#norm').checked").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn networks_that_diverge_are_said_to() {
    visit(WebGpu::Absent, digits().await, |page| async move {
        page.open("/lab/gradient-flow?depth=20&norm=0&first=large&rate=1&width=4&batch=8").await;
        ready(&page).await;
        page.click("#play").await;
        page.until("the plain one to diverge", 120, "return /plain network the gradients are no numbers/.test(document.querySelector('#arrives').textContent)").await;
        // Gradients are lost one step before the loss.
        page.until("its loss, too", 60, "return /(Both networks have|plain network has) diverged/.test(document.querySelector('#spared').textContent)").await;
        page.click("#pause").await;
        page.until("it rests", 20, "return document.querySelector('#gradient-flow').dataset.playing === 'false'").await;
        page.click("#drop").await;
        page.until("all blocks", 120, "return document.querySelectorAll('.blocks tbody tr').length === 10").await;
        page.until("that it diverged", 120, "return document.querySelector('#spared').textContent.includes('diverged') && document.querySelector('#gradient-flow').dataset.measuring === 'false'").await;
        page.click("#slice-line").await;
        page.until("no loss in the middle", 120, "return /plain: no number in the middle, since/.test(document.querySelector('#slice-said').textContent) && document.querySelector('#gradient-flow').dataset.measuring === 'false'").await;
        page.js("document.querySelectorAll('details').forEach(d => d.open = true)", vec![]).await;
        page.until("the tables", 10, "return document.querySelectorAll('.chart table').length >= 5").await;
        let wrong = "return document.querySelector('#gradient-flow').textContent.match(/.{0,40}\\b(NaN|inf)\\b.{0,40}/)?.[0] ?? ''";
        assert_eq!(page.js(wrong, vec![]).await, "");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_digits_it_says_so_and_nonsense_is_mended() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/lab/gradient-flow?depth=7&first=zeros&rate=fast&batch=99999").await;
        page.until("the twins", 60, "return /thousand parameters/.test(document.querySelector('#runs-on')?.textContent ?? '')").await;
        assert_eq!(page.value("#depth").await, "6");
        assert_eq!(page.value("#first").await, "he");
    })
    .await;
}

/// If the reader allows it, both continue from their step after a reload.
#[tokio::test(flavor = "multi_thread")]
async fn both_go_on_after_the_worker_was_ended_and_on_a_later_visit() {
    visit(WebGpu::Absent, digits().await, |page| async move {
        page.open("/lab/gradient-flow?depth=8&width=4&batch=8&seed=3").await;
        ready(&page).await;
        page.click("#keep-run").await;
        page.click("#play").await;
        page.until("a copy in the browser's store", 60, "return localStorage.getItem('kept twins')").await;
        page.open("/lab/gradient-flow").await;
        page.message_with(&["has kept your last run", "after step"]).await;
        let kept = page.until("the step", 5, "return JSON.parse(localStorage.getItem('kept twins')).step").await;
        let kept = kept.as_f64().expect("a number");
        ready(&page).await;
        page.click("#take-up").await;
        page.number_is("#step-count", &format!("=== {kept}"), 60).await;
        page.until("its settings", 5, "return location.search.includes('seed=3') && location.search.includes('depth=8')").await;
        page.click("#step").await;
        page.number_is("#step-count", &format!("=== {}", kept + 1.0), 60).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
