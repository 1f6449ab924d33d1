//! Every page under axe-core, light and dark, wide and narrow: nothing serious for whoever reads by ear, by keyboard or with weak eyes.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    pages::addresses,
    visit,
};
use receptive::site::figures::FIGURES;
use serde_json::{Value, json};
use std::fs;

/// Fetched by `script/data --tests`.
const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fetched/axe.min.js");

/// Views of the desk that a page first shows otherwise.
const FURTHER: &[&str] = &[
    "/lab/convolution?tab=backward&upstream=random&channels=3",
    "/lab/convolution?tab=matrix",
    "/lab/convolution?tab=addresses&images=2",
    "/lab/convolution?tab=code",
    "/lab/train?digits=500&cell=4-9&weight=conv1.weight.7",
    "/figure/lenet?form=1998&side=40",
    "/lab/classify?turn=10&class=968",
    "/lab/zoo?network=resnet18&sort=top1",
    "/figure/filters?kernel=gabor&size=15",
];

/// All that is folded is opened; then what axe finds serious or critical, each with its first three places.
const FINDINGS: &str = "document.querySelectorAll('details').forEach(d => d.open = true);
    await new Promise(r => setTimeout(r, 700));
    // Large sheets are painted in slices.
    for (let i = 0; i < 50 && document.querySelector('.cells:empty, [class=cell]'); i++) await new Promise(r => setTimeout(r, 100));
    const found = await axe.run(document, {resultTypes: ['violations']});
    return found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
        .map(v => `${v.impact} ${v.id} at ${v.nodes.length} places: ` + v.nodes.slice(0, 3).map(n => `${n.html.slice(0, 160)} (${n.failureSummary})`).join('; '))";

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_on_any_page() {
    let checker =
        fs::read_to_string(CHECKER).unwrap_or_else(|e| panic!("{CHECKER}: {e}; run  script/data --tests,  which needs npm and a network"));
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        let mut paths = addresses(&page).await;
        paths.extend(FIGURES.iter().map(|figure| format!("/figure/{}", figure.id)));
        paths.extend(FURTHER.iter().map(|path| path.to_string()));
        let mut all = vec![];
        for width in [1440, 390] {
            page.width(width).await;
            for theme in ["light", "dark"] {
                page.prefers("prefers-color-scheme", theme).await;
                for path in &paths {
                    page.open(path).await;
                    page.until("the page's text", 30, "return !document.querySelector('.waiting')").await;
                    if path == "/lab/train" {
                        // With what only a test brings: the matrix's counts and the worst mistakes.
                        page.click("#play").await;
                        page.until("the worst mistakes", 120, "return document.querySelector('#wrong')").await;
                        page.click("#pause").await;
                    }
                    page.js(&checker, vec![]).await;
                    let found = page.js(FINDINGS, vec![]).await;
                    all.extend(found.as_array().into_iter().flatten().map(|finding| format!("{path}, {theme}, {width} px: {finding}")));
                    assert_ne!(found, Value::Null, "{path}: axe has an answer");
                }
            }
        }
        // The checker itself must be able to fail.
        page.js("document.body.insertAdjacentHTML('beforeend', '<main><img src=\"data:,\"></main>')", vec![]).await;
        assert_ne!(page.js(FINDINGS, vec![]).await, json!([]), "a picture without words is found");
        assert!(all.is_empty(), "{}", all.join("\n"));
    })
    .await;
}
