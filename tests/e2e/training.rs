//! The training lab: the network learns on every kind of device, reads a drawn digit, and its weights and its address can be kept.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    tries::Tries,
    visit,
};
use fantoccini::{
    Locator,
    actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
};
use std::time::Duration;

async fn digits() -> Host {
    Host::kind(host::with_digits(host::dist())).await
}

/// Trains until the loss is half of the loss after the first steps.
async fn learns(page: &Page) {
    page.click("#play").await;
    page.number_is("#step-count", ">= 2", 120).await;
    let first = page.number("#loss", 60).await;
    assert!(first > 1.0 && first < 10.0, "an untrained network of ten classes starts near ln 10 = 2.3, not at {first}");
    page.number_is("#loss", &format!("< {}", first / 2.0), 240).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn training_on_the_cpu_lowers_the_loss() {
    visit(WebGpu::Software, digits().await, |page| async move {
        page.open("/lab/train").await;
        assert_ne!(page.value("#device").await, "gpu", "a software adapter is never the default");
        page.choose("#device", "cpu").await;
        learns(&page).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn training_on_a_software_adapter_lowers_the_loss() {
    visit(WebGpu::Software, digits().await, |page| async move {
        page.open("/lab/train").await;
        page.until(
            "the adapter",
            60,
            "return [...document.querySelectorAll('#device option')].some(o => o.value === 'gpu' && !o.disabled)",
        )
        .await;
        page.choose("#device", "gpu").await;
        learns(&page).await;
        assert_eq!(page.value("#device").await, "gpu");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_webgpu_it_still_trains() {
    visit(WebGpu::Absent, digits().await, |page| async move {
        page.open("/lab/train").await;
        let adapter = "return (async () => !!(navigator.gpu && await navigator.gpu.requestAdapter()))()";
        assert_eq!(page.js(adapter, vec![]).await, false, "this browser should have no WebGPU");
        learns(&page).await;
    })
    .await;
}

/// Draws one stroke from top to bottom on the pad, with a real pointer.
async fn draw_a_one(page: &Page) {
    let script = "const e = document.querySelector('#pad'); e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect(); return [r.width, r.height]";
    let size = page.js(script, vec![]).await;
    let height = size[1].as_f64().expect("the pad has a height");
    let pad = page.client.find(Locator::Css("#pad")).await.expect("the pad");
    let moved = |part: f64| PointerAction::MoveToElement {
        element: pad.clone(),
        duration: Some(Duration::from_millis(60)),
        x: 0.0,
        y: part * height,
    };
    let stroke = MouseActions::new("mouse".into()).then(moved(-0.3)).then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
    let stroke = (-2..=3).fold(stroke, |stroke, tenth| stroke.then(moved(f64::from(tenth) / 10.0)));
    page.client.perform_actions(stroke.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })).await.expect("a stroke on the pad");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_one_is_read_and_saved_weights_come_back() {
    visit(WebGpu::Absent, digits().await, |page| async move {
        page.open("/lab/train").await;
        page.click("#play").await;
        page.number_is("#test-accuracy", "> 0.9", 300).await;
        draw_a_one(&page).await;
        page.until("the drawn 1 to be read", 60, "return document.querySelector('#probabilities')?.dataset.top === '1'").await;

        page.click("#pause").await;
        page.click("#evaluate").await;
        let tested = "return document.querySelector('#train').dataset.playing === 'false'
            && document.querySelector('#test-accuracy').dataset.step === document.querySelector('#step-count').dataset.value";
        page.until("the test of the last step", 120, tested).await;
        let accuracy = page.number("#test-accuracy", 10).await;
        page.click("#save").await;
        let saved = saved_file(&page).await;

        page.open("/lab/train").await;
        page.until("the lab", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        let input =
            page.js("return document.querySelector('#load').matches('input') ? '#load' : '#load input, input[type=file]'", vec![]).await;
        let input = page.find(input.as_str().unwrap_or("#load")).await;
        input.send_keys(&saved.to_string_lossy()).await.expect("the page takes the file");
        page.message_with(&["61706 parameters loaded"]).await;
        page.click("#evaluate").await;
        page.until(
            "the accuracy of the loaded weights",
            120,
            &format!("return Math.abs(document.querySelector('#test-accuracy')?.dataset.value - {accuracy}) < 1e-6"),
        )
        .await;
    })
    .await;
}

async fn saved_file(page: &Page) -> std::path::PathBuf {
    for _ in 0..150 {
        let files = std::fs::read_dir(&page.downloads).into_iter().flatten().flatten().map(|entry| entry.path());
        if let Some(file) = files.into_iter().find(|f| f.extension().is_some_and(|e| e == "safetensors")) {
            return file;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("no .safetensors was saved in 30 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_address_restores_the_controls() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        let chosen = [("#model", "lenet5"), ("#optimiser", "adam"), ("#batch", "32"), ("#seed", "7")];
        page.open("/lab/train").await;
        for (control, value) in chosen {
            page.choose(control, value).await;
        }
        page.until("the address to follow", 10, "return location.search.includes('seed=7') && location.search.includes('model=lenet5')")
            .await;
        let copied = page.js("return location.pathname + location.search", vec![]).await;
        page.client.goto("about:blank").await.expect("another page");
        page.open(copied.as_str().expect("an address")).await;
        for (control, value) in chosen {
            assert_eq!(page.value(control).await, value, "{control} after opening {copied}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn few_digits_the_matrix_the_way_back_earlier_runs_and_a_weight() {
    visit(WebGpu::Absent, digits().await, |page| async move {
        // Settings from the address: 500 digits, dropout, shifts and turns; and the cell that is opened.
        page.open("/lab/train?digits=500&dropout=0.2&shift=1&turn=5&cell=7-7").await;
        assert_eq!([page.value("#digits").await, page.value("#dropout").await, page.value("#shift").await], ["500", "0.2", "1"]);
        page.click("#play").await;
        page.number_is("#test-accuracy", "> 0.3", 240).await;
        page.number_is("#train-accuracy", "> 0.3", 10).await;
        page.number("#gap", 10).await;
        let asked = "window.paused = performance.now(); document.querySelector('#pause').click();
            return new Promise(done => { const look = () => document.querySelector('#train').dataset.playing === 'false' ? done(performance.now() - paused) : setTimeout(look, 5); look(); })";
        let waited = page.js(asked, vec![]).await.as_f64().expect("milliseconds");
        assert!(waited < 1000.0, "a pause came after {waited} ms");

        // The matrix counts every test digit, and its cells open.
        page.click("#evaluate").await;
        page.number_is("#opened", "> 0", 60).await;
        let sum = "return [...document.querySelectorAll('#confusion td button')].reduce((sum, b) => sum + +b.textContent, 0)";
        assert_eq!(page.js(sum, vec![]).await, 10_000);
        let opened = "const b = document.querySelector('#cell-7-7'); return b.getAttribute('aria-pressed') === 'true' && +b.textContent === +document.querySelector('#opened').dataset.value";
        page.until("the digits of the cell", 30, opened).await;
        page.number_is("#wrong", "> 0", 30).await;
        page.click("#cell-3-3").await;
        page.until("another cell in the address", 10, "return location.search.includes('cell=3-3')").await;
        page.until("its digits", 30, "return document.querySelector('#opened')?.textContent.includes('3 read right')").await;
        page.client.back().await.expect("back");
        page.until("the first cell again", 30, "return document.querySelector('#opened')?.textContent.includes('7 read right')").await;
        page.click(".gallery button").await;
        page.until("its digit inside", 30, "return location.search.includes('digit=') && document.querySelector('#inspected').textContent.includes(', a 7.')").await;

        // Back to the first step, and forward again.
        let last = page.number("#step-count", 10).await;
        page.choose("#at", "0").await;
        page.number_is("#shown-step", "== 0", 30).await;
        page.number_is("#step-count", "== 0", 30).await;
        page.click("#evaluate").await;
        page.number_is("#test-accuracy", "< 0.3", 60).await;
        page.click("#to-last").await;
        page.number_is("#step-count", &format!("== {last}"), 30).await;
        page.choose("#at", "2").await;
        page.number_is("#shown-step", "> 0", 30).await;
        let step = page.number("#shown-step", 10).await;
        page.click("#resume").await;
        page.until("the present, and the address without a step", 30, "return document.querySelector('#resume').disabled && !location.search.includes('at=')").await;
        page.number_is("#step-count", &format!("== {step}"), 30).await;
        page.click("#step").await;
        page.number_is("#step-count", &format!("== {}", step + 1.0), 30).await;

        // Another value of a weight gives another answer; then it is undone.
        let enter = "const e = document.querySelector('#filter-sheets canvas'); e.scrollIntoView({block: 'center'});
            for (const key of ['ArrowRight', 'ArrowDown', 'Enter']) e.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));";
        page.js(enter, vec![]).await;
        page.until("the weight in the address", 10, "return location.search.includes('weight=conv1.weight.')").await;
        let before = page.value("#weight-value").await;
        let large = "const e = document.querySelector('#weight-value'); e.value = '1e39'; e.dispatchEvent(new Event('change', {bubbles: true})); return e.value";
        assert_eq!(page.js(large, vec![]).await, before, "what is no weight leaves it");
        page.until("why it is none", 10, "return document.querySelector('#weight-reason').textContent.includes('at most 3.4·10³⁸')").await;
        page.choose("#weight-value", "3").await;
        page.until("what changed", 30, "return document.querySelector('#weight-told').textContent.includes('to 3')").await;
        page.click("#undo").await;
        page.until("nothing to undo", 30, "return document.querySelector('#undo').disabled").await;
        page.until("the weight as it was", 30, &format!("return document.querySelector('#weight-value').value === {before}")).await;

        // Another run. The earlier one stays in the chart until it is deleted.
        let (mut at, mut tries) = (step + 1.0, Tries::below(200.0));
        while tries.again() {
            page.watch_tasks().await;
            for _ in 0..10 {
                at += 1.0;
                page.click("#step").await;
                page.number_is("#step-count", &format!("== {at}"), 30).await;
            }
            tries.took(page.longest_task().await);
        }
        tries.assert("the page was busy");
        page.choose("#dropout", "0").await;
        page.until("the earlier run", 30, "return document.querySelector('#runs')?.textContent.includes('digits learned from 500, dropout 0.2, shift by up to 1 px, turn by up to 5°')").await;
        let legend = "return document.querySelector('#loss-chart .legend').textContent.includes('run 1')";
        page.until("its curve", 10, legend).await;
        page.click("#run-1").await;
        page.until("its curve hidden", 10, &legend.replace("return ", "return !")).await;
        page.click("[data-run] button").await;
        page.until("no earlier run", 10, "return !document.querySelector('#runs')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_diverges_is_shown_as_it_is() {
    visit(WebGpu::Absent, digits().await, |page| async move {
        page.open("/lab/train?rate=1&digits=5000").await;
        page.click("#play").await;
        page.number_is("#test-accuracy", "< 0.2", 240).await;
        page.number_is("#step-count", ">= 60", 120).await;
        page.click("#pause").await;
        assert_eq!(page.js("return document.querySelector('#train').dataset.status", vec![]).await, "ready");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
