//! Bad input and broken parts: a message that names what was expected and found, and the page goes on.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use serde_json::json;

async fn lab(page: &Page) {
    page.open("/lab/train").await;
    page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
}

async fn goes_on(page: &Page) {
    page.click("#step").await;
    page.number_is("#step-count", ">= 1", 120).await;
}

/// The first bytes of an IDX file that promises more images than it has.
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
