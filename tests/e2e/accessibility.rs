//! What axe-core finds on a page: nothing serious for whoever reads by ear, by keyboard or with weak eyes.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use std::fs;

/// Fetched by `script/data --tests`.
const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fetched/axe.min.js");

/// All that is folded is opened; then what axe finds serious or critical, each with its first three places.
const FINDINGS: &str = "document.querySelectorAll('details').forEach(d => d.open = true);
    await new Promise(r => setTimeout(r, 500));
    // Large sheets are painted in slices.
    for (let i = 0; i < 50 && document.querySelector('.cells:empty, [class=cell]'); i++) await new Promise(r => setTimeout(r, 100));
    const found = await axe.run(document, {resultTypes: ['violations']});
    return found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
        .map(v => `${v.impact} ${v.id} at ${v.nodes.length} places: ` + v.nodes.slice(0, 3).map(n => `${n.html.slice(0, 160)} (${n.failureSummary})`).join('; '))";

/// Of the page that is open, with all that is folded.
pub async fn findings(page: &Page) -> Vec<String> {
    let checker =
        fs::read_to_string(CHECKER).unwrap_or_else(|e| panic!("{CHECKER}: {e}; run  script/data --tests,  which needs npm and a network"));
    page.js(&checker, vec![]).await;
    serde_json::from_value(page.js(FINDINGS, vec![]).await).expect("a list, which may be empty")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_without_words_is_found() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/").await;
        page.js("document.body.insertAdjacentHTML('beforeend', '<main><img src=\"data:,\"></main>')", vec![]).await;
        let found = findings(&page).await;
        assert!(found.iter().any(|finding| finding.contains("image-alt")), "{found:?}");
    })
    .await;
}
