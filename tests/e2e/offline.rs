//! After the first visit the book can be read without a network: pages, parts fetched on demand, the worker, and the data that were used.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    visit,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_one_visit_fetched_works_without_a_network() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        // The first visit: the digits arrive before the service worker is ready.
        page.open("/lab/train").await;
        page.click("#play").await;
        page.number_is("#step-count", ">= 5", 120).await;
        let kept = "return caches.keys().then(async names => {
            const all = await Promise.all(names.map(async name => (await (await caches.open(name)).keys()).map(r => new URL(r.url).pathname)));
            const has = part => all.flat().some(path => path.includes(part));
            return has('training_bg') && has('figures_bg') && has('lectures/filters') && has('split_desk') && has('train-images') && navigator.serviceWorker.controller !== null;
        })";
        page.until("everything to be kept", 60, kept).await;
        page.host.stop();
        let gone = "return fetch('/nothing-of-this-name').then(() => false, () => true)";
        assert_eq!(page.js(gone, vec![]).await, true, "the host still answers");
        assert_eq!(page.console_errors().await.len(), 1, "what was asked in vain");

        page.open("/lab/train").await;
        page.click("#play").await;
        page.number_is("#step-count", ">= 5", 120).await;
        // Pages that were never opened.
        page.open("/lecture/filters").await;
        page.until("a figure that computes", 60, "return document.querySelector('figure canvas, figure svg') !== null").await;
        page.open("/lab/convolution").await;
        page.until("cells", 60, "return document.querySelectorAll('main .cell, main td').length > 9").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
