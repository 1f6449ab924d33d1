//! The zoo: every network is counted as published, sorted, found, plotted, and opened with its PyTorch lines.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    visit,
};
use receptive::nets::models::{MODELS, ModelSpec};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_network_is_counted_as_published() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.width(390).await;
        page.open("/lab/zoo").await;
        page.until("the count", 60, "return document.querySelector('#zoo').dataset.done === 'true'").await;
        let rows = page.js("return [...document.querySelectorAll('#zoo-table tbody tr')].map(r => ({...r.dataset}))", vec![]).await;
        let rows: Vec<Value> = rows.as_array().cloned().expect("rows");
        assert_eq!(rows.len(), MODELS.len());
        for spec in MODELS {
            let row = rows.iter().find(|row| row["name"] == spec.name).unwrap_or_else(|| panic!("{} has no row", spec.name));
            let expected = [spec.params.to_string(), spec.macs.to_string()];
            assert_eq!([&row["parameters"], &row["macs"]], [&json!(expected[0]), &json!(expected[1])], "{}", spec.name);
        }
        let widest = page.js("return [innerWidth, document.documentElement.scrollWidth]", vec![]).await;
        assert_eq!(widest, json!([390, 390]), "the table scrolls, the page does not");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_sorted_found_in_and_opened() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/lab/zoo").await;
        page.until("the count", 60, "return document.querySelector('#zoo').dataset.done === 'true'").await;
        let first = "return document.querySelector('#zoo-table tbody tr').dataset.name";
        page.click("#zoo-table th:nth-child(4) button").await;
        page.until("the smallest first", 10, "return document.querySelector('#zoo-table tbody tr').dataset.name.startsWith('lenet5')")
            .await;
        page.click("#zoo-table th:nth-child(4) button").await;
        page.until("the largest first", 10, "return document.querySelector('#zoo-table tbody tr').dataset.name === 'vgg19_bn'").await;
        assert_eq!(
            page.js("return [location.search, document.querySelector('#zoo-table th:nth-child(4)').ariaSort]", vec![]).await,
            json!(["?sort=parameters&falling=1", "descending"])
        );
        page.choose("#find", "resnext101 64").await;
        page.until("one row", 10, "return document.querySelectorAll('#zoo-table tbody tr').length === 1").await;
        assert_eq!(page.js(first, vec![]).await, "resnext101_64x4d");
        page.choose("#find", "").await;
        page.until("all rows", 10, &format!("return document.querySelectorAll('#zoo-table tbody tr').length === {}", MODELS.len())).await;
        // By a point of the plot, and by a row.
        let points =
            page.js("return [...document.querySelectorAll('.plot')].map(p => p.querySelectorAll('circle.near').length)", vec![]).await;
        let accuracy = |m: &ModelSpec| m.accuracy.filter(|_| m.classes == 1000).map(|accuracy| accuracy.top1);
        let compared = MODELS.iter().filter_map(accuracy).count();
        assert_eq!(points, json!([compared, compared]));
        let best = MODELS
            .iter()
            .max_by(|one, other| accuracy(one).unwrap_or(0.0).total_cmp(&accuracy(other).unwrap_or(0.0)))
            .expect("a network")
            .name;
        page.js("document.querySelector('.plot .point').dispatchEvent(new MouseEvent('click', {bubbles: true}))", vec![]).await;
        let shown = format!("return document.querySelector('#details')?.dataset.network === '{best}'");
        page.until("the best network's details", 10, &shown).await;
        page.click("tr[data-name=resnet18] th button").await;
        let snippet =
            page.until("its lines", 10, "return document.querySelector('#details[data-network=resnet18] #snippet')?.textContent").await;
        assert!(snippet.as_str().is_some_and(|t| t.contains("torchvision.models.resnet18") && t.contains("# 11689512")), "{snippet}");
        let link = page.js("return document.querySelector('#details a[href*=resnet18-f37072fd]')?.getAttribute('rel')", vec![]).await;
        assert_eq!(link, "noopener");
        page.client.back().await.expect("back");
        page.until("the other network again", 10, &shown).await;
        page.open("/lab/zoo?network=nothing").await;
        page.until("what is not there to be said", 60, "return document.querySelector('#unknown-network')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

/// An address of sixty thousand letters is never written by the site, but somebody may follow it.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_address_does_not_hold_up_the_page() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for piece in ["network=resnet18&", "sort=macs&", "find=x&", "x", "%41", "a=b&", "find="] {
            page.open(&format!("/lab/zoo?{}", piece.repeat(60_000 / piece.len()))).await;
            page.until(&format!("the rows after {piece}"), 60, "return document.querySelectorAll('#zoo-table tbody tr').length > 3").await;
            // The observer also gets entries from before it was created, since the beginning of the page.
            let script = "window.longest = -1; new PerformanceObserver(list => list.getEntries().forEach(e => window.longest = Math.max(window.longest, e.duration)))
                .observe({type: 'longtask', buffered: true})";
            page.js(script, vec![]).await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            let took = page.longest_task().await;
            assert!(took < 1000.0, "{piece}: the page stood still for {took} ms");
        }
    })
    .await;
}
