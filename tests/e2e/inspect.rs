//! The inspector: a network is opened by its link from the zoo, a layer is chosen, and one number is followed down to its products.
use crate::{
    browser::WebGpu,
    classify::{self, with_weights},
    host::{self, Host},
    page::Page,
    visit,
};
use receptive::nets::{
    insight::{Kind, graph},
    models::model,
};
use serde_json::json;

/// Waits for a layer's maps, and returns its path.
async fn layer(page: &Page, path: &str) {
    let script = format!("return document.querySelector('#layer .seen')?.dataset.layer === {}", json!(path));
    page.until(&format!("the maps of {path}"), 60, &script).await;
}

/// Waits for a number of this layer. Returns its value, and whether it equals the engine's.
async fn number(page: &Page, path: &str) -> (f64, String) {
    let script = format!(
        "const n = document.querySelector('#number .followed');
        return n && document.querySelector('#number-title').textContent.startsWith({} + ' [') && [Number(n.dataset.value), n.dataset.equal]",
        json!(path)
    );
    let found = page.until(&format!("a number of {path}"), 60, &script).await;
    (found[0].as_f64().expect("a number"), found[1].as_str().unwrap_or_default().into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_opened_from_the_zoo_and_one_number_is_followed() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.open("/lab/zoo?network=squeezenet1_1").await;
        page.until("the link", 60, "return document.querySelector('#details a[href*=\"/lab/inspect\"]')").await;
        page.click("#details a[href*=\"/lab/inspect\"]").await;
        page.until("the graph", 60, "return document.querySelectorAll('#graph .node, #graph .block').length > 5").await;
        layer(&page, "features.0").await;
        let (value, equal) = number(&page, "features.0").await;
        assert_eq!(equal, "true", "{value}");
        // A block is unfolded by a click, and a layer in it chosen by keys.
        page.js("document.querySelector('#graph .block').dispatchEvent(new MouseEvent('click', {bubbles: true}))", vec![]).await;
        page.until("a frame", 10, "return document.querySelectorAll('#graph .unfolded').length >= 2").await;
        page.choose("#find", "features.3 expand3x3").await;
        page.until("one found", 10, "return document.querySelector('#graph-said').textContent.includes(' of ')").await;
        let enter = "document.querySelector('#find').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))";
        page.js(enter, vec![]).await;
        layer(&page, "features.3.expand3x3").await;
        assert_eq!(page.js("return new URLSearchParams(location.search).get('node')", vec![]).await, "features.3.expand3x3");
        // One number by its place, and its products.
        let (first, _) = number(&page, "features.3.expand3x3").await;
        page.choose("#channel", "5").await;
        page.choose("#row", "20").await;
        page.choose("#column", "21").await;
        let at = "const t = document.querySelector('#number-title').textContent; return t.includes('[5, 20, 21]') && t";
        page.until("the number at its place", 30, at).await;
        let (second, equal) = number(&page, "features.3.expand3x3").await;
        assert_eq!(equal, "true", "{first} {second}");
        assert_eq!(page.js("return document.querySelectorAll('#patches table').length", vec![]).await, 3);
        // The table: the row is marked, and another chooses.
        page.choose("#find", "").await;
        page.until("the row", 10, "return document.querySelector('#layers tr[aria-current] th')?.textContent === 'features.3.expand3x3'")
            .await;
        page.click("#layers [data-column=\"3\"]").await;
        page.until("an order", 10, "return document.querySelector('#layers th[aria-sort=ascending]')").await;
        page.client.back().await.expect("back");
        // A gradient is another picture in other colours.
        page.click("label[for=gradient]").await;
        page.until("the gradient", 60, "return document.querySelector('#maps h3')?.textContent.startsWith('The gradient of logit')").await;
        page.until("times", 60, "return document.querySelector('#times').textContent.includes(' ms in all')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_network_is_drawn_and_built_only_after_a_yes() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/lab/inspect?network=vgg16").await;
        page.until("the graph", 120, "return document.querySelector('#graph .node')").await;
        page.until("the question", 120, "return document.querySelector('#consent')?.textContent.includes('MB of memory')").await;
        let waits = "return document.querySelector('#layer-waits')?.textContent === 'It is shown once the network is built.'";
        page.until("what the layer waits for", 60, waits).await;
        page.open("/lab/inspect?network=nothing&class=-9&photo=none").await;
        page.until("the correction", 120, "return document.querySelector('#mended')?.textContent.includes('no network of this name')")
            .await;
        page.until("another graph", 120, "return document.querySelector('#graph .node')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

/// Opens a network at its last convolution, and compares the strongest number there with the sum of its products.
async fn opened(page: &Page, network: &str, weights: &str) {
    let nodes = graph(model(network).expect("in the zoo")).expect("a graph");
    let last = nodes.iter().rfind(|node| node.kind == Kind::Convolution).expect("a convolution");
    page.open(&format!("/lab/inspect?network={network}&node={}", last.path)).await;
    layer(page, &last.path).await;
    let (value, equal) = number(page, &last.path).await;
    assert!(value.is_finite() && equal == "true", "{network}: {}: {value} {equal}", last.path);
    let said = page.js("return document.querySelector('#layer').textContent", vec![]).await.to_string();
    assert_eq!(said.contains("random weights"), weights == "random", "{network}: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn networks_of_every_form_are_opened_down_to_a_number_of_their_last_convolution() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        for network in ["nasnetamobile", "convnext_tiny", "inception_v3", "regnet_y_400mf", "unet", "vit_tiny_patch16_224"] {
            opened(&page, network, "random").await;
        }
        opened(&page, classify::NETWORK, "real").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
