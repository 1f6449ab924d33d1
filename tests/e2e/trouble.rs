//! Bad input and broken parts: a message says what was expected and found, and the page works on.
use crate::{
    browser::WebGpu,
    classify::{COFFEE, sees_the_cat, top_is, upload, with_weights},
    host::{self, Host},
    page::Page,
    tries::Tries,
    visit,
};
use serde_json::json;
use std::time::Instant;

async fn lab(page: &Page) {
    page.open("/lab/train").await;
    page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
}

async fn goes_on(page: &Page) {
    page.click("#step").await;
    page.number_is("#step-count", ">= 1", 120).await;
}

/// The beginning of an IDX file that announces more images than it has.
#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_idx_is_refused_with_both_numbers() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        lab(&page).await;
        let header: [u32; 4] = [0x0803, 10_000, 28, 28];
        let bytes: Vec<u8> = header.iter().flat_map(|n| n.to_be_bytes()).chain([0; 100]).collect();
        page.drop_file("t10k-images-idx3-ubyte", &bytes).await;
        page.message_with(&["t10k-images-idx3-ubyte", "7840000", "100"]).await;
        goes_on(&page).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_of_another_shape_are_refused_by_name() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        lab(&page).await;
        let header = json!({"conv1.weight": {"dtype": "F32", "shape": [2, 1, 3, 3], "data_offsets": [0, 72]}}).to_string();
        let bytes: Vec<u8> = (header.len() as u64).to_le_bytes().into_iter().chain(header.bytes()).chain([0; 72]).collect();
        page.drop_file("other.safetensors", &bytes).await;
        page.message_with(&["conv1.weight", "[2, 1, 3, 3]", "[6, 1, 5, 5]"]).await;
        goes_on(&page).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_is_said() {
    let folder = host::with_digits(host::dist());
    let worker = std::fs::read_to_string(folder.join("training.js")).expect("the built site has training.js");
    let dying = format!("{worker}\nsetTimeout(() => {{ throw new Error('died on purpose'); }}, 5000);\n");
    visit(WebGpu::Absent, Host::with_file(folder, "/training.js", "text/javascript", dying).await, |page| async move {
        lab(&page).await;
        page.click("#play").await;
        page.message_with(&["worker"]).await;
        page.until("the page to answer still", 5, "return document.querySelector('main h1')?.textContent").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_worker_can_be_started_again() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        lab(&page).await;
        page.js("document.querySelector('details.experiments').open = true", vec![]).await;
        page.click("#kill").await;
        page.message_with(&["ended on purpose"]).await;
        page.click("#restart").await;
        page.until(
            "the lab to be ready again",
            60,
            "return document.querySelector('#train').dataset.status === 'ready' && !document.querySelector('#play').disabled",
        )
        .await;
        goes_on(&page).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_is_said_and_training_goes_on() {
    visit(WebGpu::Software, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        page.open("/lab/train?device=gpu").await;
        page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        page.js("document.querySelector('details.experiments').open = true", vec![]).await;
        page.click("#play").await;
        page.number_is("#step-count", ">= 10", 120).await;
        page.click("#lose").await;
        page.message_with(&["lost", "Training goes on", "from step"]).await;
        page.number_is("#step-count", ">= 25", 180).await;
    })
    .await;
}

/// Makes workers that start from now on available, so that they can be ended, and their GPU lost, as by a browser or a driver.
const WATCHED: &str = r#"
    window.workers = [];
    const Own = Worker;
    window.Worker = class extends Own { constructor(...all) { super(...all); window.workers.push(this); } };
    const address = URL.createObjectURL;
    const before = `
        const ask = self.GPUAdapter?.prototype.requestDevice;
        if (ask) GPUAdapter.prototype.requestDevice = async function (...all) { return self.device = await ask.apply(this, all); };
        new BroadcastChannel('destroy').onmessage = () => self.device.destroy();
    `;
    URL.createObjectURL = blob => address(blob.type === 'text/javascript' ? new Blob([before, blob], { type: blob.type }) : blob);
"#;

async fn watched_lab(page: &Page, query: &str) {
    page.open("/").await;
    page.js(WATCHED, vec![]).await;
    // By a link, since an address would load another page, which knows nothing of this.
    let link = "const a = document.createElement('a'); a.href = arguments[0]; a.id = 'there'; a.textContent = 'there'; document.querySelector('main').prepend(a)";
    page.js(link, vec![json!(format!("lab/train{query}"))]).await;
    page.click("#there").await;
    page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_after_its_worker_was_ended_from_outside_and_on_a_later_visit() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        watched_lab(&page, "").await;
        page.click("#keep-run").await;
        page.click("#play").await;
        page.until("a copy in the browser's store", 60, "return localStorage.getItem('kept training')").await;
        page.js("window.workers.forEach(worker => worker.terminate())", vec![]).await;
        page.message_with(&["ended from outside", "The run stands as it was after step"]).await;
        let step = page.until("the step", 5, "return document.querySelector('#restart').textContent.match(/\\d+/)?.[0]").await;
        let step: f64 = step.as_str().and_then(|text| text.parse().ok()).expect("a number");
        page.click("#restart").await;
        // It played before, and continues to play.
        page.number_is("#step-count", &format!(">= {}", step + 5.0), 120).await;
        page.until("another copy", 60, &format!("return JSON.parse(localStorage.getItem('kept training')).step > {step}")).await;

        // A later visit, with a new worker and a new page.
        page.open("/lab/train?seed=5").await;
        page.message_with(&["has kept your last run", "after step"]).await;
        let kept = page.until("the step", 5, "return JSON.parse(localStorage.getItem('kept training')).step").await;
        page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        page.click("#take-up").await;
        page.number_is("#step-count", &format!("=== {kept}"), 60).await;
        page.until("its settings", 5, "return !location.search.includes('seed')").await;
        goes_on_from(&page, kept.as_f64().expect("a number")).await;

        page.open("/lab/train").await;
        page.click("#forget-run").await;
        page.until(
            "nothing to be kept",
            10,
            "return !localStorage.getItem('kept training') && caches.open('kept').then(c => c.keys()).then(k => k.length === 0)",
        )
        .await;
        page.open("/lab/train").await;
        page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        assert!(!page.comes(1, "return document.querySelector('#kept-run') !== null").await);
    })
    .await;
}

async fn goes_on_from(page: &Page, step: f64) {
    page.click("#step").await;
    page.number_is("#step-count", &format!("=== {}", step + 1.0), 60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn training_goes_on_by_itself_when_a_driver_takes_its_gpu() {
    visit(WebGpu::Software, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        watched_lab(&page, "?device=gpu").await;
        page.click("#play").await;
        page.number_is("#step-count", ">= 10", 120).await;
        let mut tries = Tries::below(10_000.0);
        // At least twice, since the replacement can be lost, too.
        for again in 0.. {
            if !tries.again() && again > 1 {
                break;
            }
            let before = page.number("#step-count", 5).await;
            let lost = Instant::now();
            page.js("new BroadcastChannel('destroy').postMessage(1)", vec![]).await;
            page.message_with(&["lost", "Training goes on", "from step"]).await;
            let back = page.number("#step-count", 5).await;
            page.number_is("#step-count", &format!("> {back}"), 60).await;
            let seconds = lost.elapsed().as_secs_f64();
            eprintln!("training went on {seconds:.1} s after its GPU was taken");
            tries.took(1e3 * seconds);
            page.number_is("#step-count", &format!("> {}", before + 5.0), 60).await;
            page.js("document.querySelectorAll('#messages button').forEach(b => b.click())", vec![]).await;
        }
        tries.assert("training stood after its GPU was taken");
    })
    .await;
}

/// Like a panic in a decoder: the program ends with an error while it reads the file.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_at_which_the_worker_ends_is_named_and_what_stood_comes_again() {
    let folder = with_weights();
    let program = std::fs::read_to_string(folder.join("photos.js")).expect("the built site has photos.js");
    let dying = format!(
        "self.addEventListener('message', e => {{ if (e.data[1].includes('deadly.png')) {{ e.stopImmediatePropagation(); throw new Error('unreachable'); }} }});\n{program}"
    );
    visit(WebGpu::Absent, Host::with_file(folder, "/photos.js", "text/javascript", dying).await, |page| async move {
        page.open("/lab/classify?photo=chelsea").await;
        sees_the_cat(&page).await;
        page.drop_file("deadly.png", &std::fs::read(COFFEE).expect("a photo")).await;
        page.message_with(&["deadly.png", "ended while it read this file", "started again"]).await;
        // The new worker answers: another disturbance of the same photo.
        page.until("the lab to run again", 60, "return document.querySelector('main [data-status]').dataset.status === 'ready'").await;
        sees_the_cat(&page).await;
        assert!(!page.js("return document.querySelector('#restart') !== null", vec![]).await.as_bool().unwrap_or(true));
        upload(&page, "#photo-file", COFFEE).await;
        top_is(&page, "espresso", 60).await;
    })
    .await;
}
