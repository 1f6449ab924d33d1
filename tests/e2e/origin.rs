//! No request leaves the origin: not from a page, not from the worker, not for a font.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    visit,
};
use std::time::Duration;

/// Requests that the browser makes by itself, on every page. The proxy refuses them, too.
const BROWSERS_OWN: &[&str] = &[
    "accounts.google.com",
    "www.google.com",
    "clients2.google.com",
    "update.googleapis.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "safebrowsing.googleapis.com",
    "safebrowsingohttpgateway.googleapis.com",
    "android.clients.google.com",
    "edgedl.me.gvt1.com",
];

fn meant_for_others(outside: &std::sync::Mutex<Vec<String>>) -> Vec<String> {
    let host = |line: &str| {
        let address = line.split_whitespace().nth(1).unwrap_or_default();
        address.trim_start_matches("http://").split(['/', ':']).next().unwrap_or_default().to_owned()
    };
    let mut lines = outside.lock().expect("no panic while noting").clone();
    lines.retain(|line| !BROWSERS_OWN.contains(&host(line).as_str()));
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_leaves_the_origin() {
    visit(WebGpu::Software, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        for path in ["/", "/credits", "/lab/train"] {
            page.open(path).await;
            let script = "return performance.getEntriesByType('resource').map(e => e.name)
                .filter(n => !n.startsWith(location.origin + '/') && !n.startsWith('blob:' + location.origin) && !n.startsWith('data:'))";
            assert_eq!(page.js(script, vec![]).await, serde_json::json!([]), "{path} asks elsewhere");
        }
        page.click("#play").await;
        page.number_is("#step-count", ">= 5", 120).await;
        assert_eq!(meant_for_others(&page.outside), Vec::<String>::new());
    })
    .await;
}

/// Tests the proxy itself: a page without the policy is caught, and the site's own policy stops the request.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_elsewhere_is_caught() {
    let asking = "<!doctype html><main><h1>Asking</h1></main><script>fetch('http://elsewhere.test/asked', {mode: 'no-cors'}).catch(() => {})</script>";
    let host = Host::with_file(host::dist(), "/asking", "text/html", asking.into()).await;
    visit(WebGpu::Absent, host, |page| async move {
        page.open("/").await;
        let refused = "return fetch('http://elsewhere.test/policy', {mode: 'no-cors'}).then(() => 'went out', () => 'refused')";
        assert_eq!(page.js(refused, vec![]).await, "refused");
        page.open("/asking").await;
        for _ in 0..50 {
            let seen = meant_for_others(&page.outside);
            if seen.iter().any(|line| line.contains("elsewhere.test/asked")) {
                assert!(!seen.iter().any(|line| line.contains("policy")), "the policy let a request out: {seen:?}");
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("a request to another host was not noticed; seen: {:?}", meant_for_others(&page.outside));
    })
    .await;
}
