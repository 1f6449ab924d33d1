//! The lab: the network learns on every kind of machine, reads a drawn digit, and its weights and its address can be kept.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
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

/// Trains until the loss is half of what it was after the first steps.
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

/// One stroke from top to bottom on the pad, with a real pointer.
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
        let settled = "const now = document.querySelector('#step-count').dataset.value + '/' + document.querySelector('#test-accuracy').dataset.value;
            const before = window.settling ?? ['', 0]; window.settling = now === before[0] ? [now, before[1] + 1] : [now, 0]; return window.settling[1] > 20";
        page.until("the numbers to rest", 60, settled).await;
        let accuracy = page.number("#test-accuracy", 10).await;
        page.click("#save").await;
        let saved = saved_file(&page).await;

        page.open("/lab/train").await;
        page.until("the lab", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        let input = page.js("return document.querySelector('#load').matches('input') ? '#load' : '#load input, input[type=file]'", vec![]).await;
        let input = page.find(input.as_str().unwrap_or("#load")).await;
        input.send_keys(&saved.to_string_lossy()).await.expect("the page takes the file");
        page.message_with(&["61706 parameters loaded"]).await;
        page.click("#evaluate").await;
        page.until("the accuracy of the loaded weights", 60, &format!("return Math.abs(document.querySelector('#test-accuracy')?.dataset.value - {accuracy}) < 1e-6")).await;
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
