//! Every page of the book, wide in the light theme and on a phone in the dark theme: it loads soon and without shifts, fits the window, and
//! causes no errors in the console or findings of axe-core.
use crate::{
    accessibility,
    browser::WebGpu,
    host::{self, Host},
    loading,
    page::Page,
    visit,
};
use receptive::site::figures::FIGURES;
use serde_json::Value;

/// Views with other addresses than those of links.
const FURTHER: &[&str] = &[
    "/lab/convolution?tab=backward&upstream=random&channels=3",
    "/lab/convolution?tab=matrix",
    "/lab/convolution?tab=addresses&images=2",
    "/lab/convolution?tab=code",
    "/lab/train?digits=500&cell=4-9&weight=conv1.weight.7",
    "/figure/lenet?form=1998&side=40",
    "/lab/classify?turn=10&class=968",
    "/lab/inspect?network=squeezenet1_0&node=features.3.squeeze",
    "/lab/zoo?network=resnet18&sort=top1",
    "/figure/filters?kernel=gabor&size=15",
];

/// The width of the page, and of the window without a scroll bar.
const WIDTHS: &str = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]";

/// The home page, all pages that it links to, each figure by itself, and further views.
async fn everything(page: &Page) -> Vec<String> {
    page.open("/").await;
    let script = "return [...new Set([...document.querySelectorAll('a[href]')].map(a => new URL(a.href))
        .filter(u => u.origin === location.origin).map(u => u.pathname + u.search))]";
    let mut found: Vec<String> = serde_json::from_value(page.js(script, vec![]).await).expect("a list of paths");
    assert!(found.iter().any(|path| path == "/lab/train"), "the home page links to the lab; it links to {found:?}");
    found.extend(FIGURES.iter().map(|figure| format!("/figure/{}", figure.id)));
    found.extend(FURTHER.iter().map(|path| path.to_string()));
    found
}

async fn faults(page: &Page, path: &str) -> Vec<String> {
    let mut found = Vec::from_iter(loading::fault(page, path).await);
    if page.js("return document.querySelector('#not-found')", vec![]).await != Value::Null {
        found.push("is linked, but not there".into());
    }
    let widths = page.js(WIDTHS, vec![]).await;
    if widths[0] != widths[1] {
        found.push(format!("the page is {} px wide in a window of {}", widths[0], widths[1]));
    }
    if path == "/lab/train" {
        // Also the parts that only a test shows: the counts of the matrix, and the worst mistakes.
        page.click("#play").await;
        page.until("the worst mistakes", 120, "return document.querySelector('#wrong')").await;
        page.click("#pause").await;
    }
    found.extend(accessibility::findings(page).await);
    found.extend(page.console_errors().await);
    found
}

async fn nothing_is_wrong(webgpu: WebGpu, width: u32, theme: &'static str) {
    visit(webgpu, Host::kind(host::dist()).await, move |page| async move {
        let paths = everything(&page).await;
        loading::watch(&page).await;
        page.width(width).await;
        page.prefers("prefers-color-scheme", theme).await;
        let mut all = vec![];
        for path in paths {
            all.extend(faults(&page, &path).await.into_iter().map(|fault| format!("{path}, {width} px, {theme}: {fault}")));
        }
        assert!(all.is_empty(), "{}", all.join("\n"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_wrong_with_any_page_in_daylight() {
    nothing_is_wrong(WebGpu::Software, 1440, "light").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_wrong_with_any_page_on_a_telephone_in_the_dark() {
    nothing_is_wrong(WebGpu::Absent, 390, "dark").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_told() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/no-such-page").await;
        page.until("the sentence for an unknown page", 5, "return document.querySelector('#not-found')?.textContent").await;
    })
    .await;
}
